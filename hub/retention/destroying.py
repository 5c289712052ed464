"""How a record of each kind is destroyed: a tombstone stays, with the hash of what was there.

What the vault has sealed is shredded with its data key; a sealed copy, which only its recipient could open,
leaves the body's collection; of the log, the begin of a chain goes and its hash stays.
"""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Revision
from feeds.advisories.states import REVISION_MOVES, RevisionMove, RevisionState
from feeds.delivery.models import Copy, Series
from feeds.dissemination import service as packages
from feeds.dissemination.models import MemberPackage
from feeds.taxii import store
from feeds.taxii.models import StoredObject
from hub.core import audit, shredding
from hub.core.audit import THE_HUB, Entry
from hub.core.db import Base
from hub.core.machine import step
from hub.core.shredding import Tombstone
from hub.retention.models import Destruction
from hub.trail import cutting

REASON = "the period of retention is over"


def draft(session: orm.Session, row: Destruction, *, now: datetime) -> bool:
    """Shred what a draft says; a later revision is given up first, so that the one before it stands."""
    revision = session.get_one(Revision, row.row_id, with_for_update=True)
    if revision.number > 1 and revision.state is RevisionState.DRAFT:
        revision.state = step(REVISION_MOVES, revision.state, RevisionMove.DROP)
        session.flush()
    done = attachment(session, row, now=now)
    session.expire(revision)
    return done


def attachment(session: orm.Session, row: Destruction, *, now: datetime) -> bool:
    """Shred what a row holds sealed."""
    stone = shredding.shred(
        session, Base.metadata, row.table_name, row.row_id, reason=REASON, by=THE_HUB, now=now
    )
    return stone is not None


def copy(session: orm.Session, row: Destruction, *, now: datetime) -> bool:
    """Take a sealed copy out of its body's collection; shred a package that was made for a member."""
    if row.table_name == MemberPackage.__tablename__:
        return _package(session, row, now=now)
    found = session.get_one(Copy, row.row_id)
    series = session.get_one(Series, found.body_id)
    stored = sa.select(StoredObject.document).where(
        StoredObject.collection_id == series.sealed_id, StoredObject.stix_id == found.artifact_id
    )
    digest = hashlib.sha256(b"".join(session.scalars(stored.order_by(StoredObject.date_added))))
    store.remove(session, series.sealed_id, found.artifact_id or "")
    _bury(session, row, digest.hexdigest(), now=now)
    return True


def _package(session: orm.Session, row: Destruction, *, now: datetime) -> bool:
    package = session.get_one(MemberPackage, row.row_id, with_for_update={"of": MemberPackage})
    packages.destroyed(session, package, now=now)
    session.flush()
    done = attachment(session, row, now=now)
    session.expire(package)
    return done


def log(session: orm.Session, row: Destruction, *, now: datetime) -> bool:
    """Cut off the begin of a chain of the log, as far as a signed head covers it."""
    last = cutting.cut(session, row.row_id, before=row.ended_at)
    if last is None:
        return False
    _bury(session, row, last.hex(), now=now)
    return True


def _bury(session: orm.Session, row: Destruction, sha256: str, *, now: datetime) -> None:
    stone = Tombstone(
        table_name=row.table_name, row_id=row.row_id, sha256=sha256, at=now, account_id=None, reason=REASON
    )
    session.add(stone)
    audit.record(
        session,
        "record.shredded",
        by=THE_HUB,
        now=now,
        subject=row.row_id,
        table=row.table_name,
        sha256=sha256,
    )


SWEPT = {"copy": StoredObject.__tablename__, Entry.__tablename__: Entry.__tablename__}
