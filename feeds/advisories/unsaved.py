"""What a person has typed on a draft's form and not saved yet: kept sealed, for that person alone.

One row for each person and revision (or new advisory), replaced as the person types, gone when the draft is
saved, or after seven days. It is nobody's draft: nothing is released from it.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.advisories.models import UnsavedDraft
from hub.core import outbox
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError
from hub.core.instance import Instance
from hub.core.vault import Place, Vault

log = logging.getLogger(__name__)

NEW = uuid.UUID(int=0)  # stands for the revision while there is none
KEPT = timedelta(days=7)
LARGEST = 1_000_000  # bytes
NIGHT = "drafts.sweep"

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaved:
    """Names and values as they were typed, and when they were kept."""

    fields: Fields
    kept_at: datetime


def keep(
    session: orm.Session,
    about: uuid.UUID,
    fields: Iterable[tuple[str, str]],
    *,
    vault: Vault,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Keep what the person has typed about a revision, in place of what was kept before.

    Raises:
        ConflictError: another window of the same person was faster.
        InputError: it is too large.

    """
    typed = orjson.dumps(list(fields))
    if len(typed) > LARGEST:
        raise InputError({"typed": "This is too large to be kept"})
    row = session.scalar(_own(about, by).with_for_update())
    if row is None:
        row = UnsavedDraft(id=uuid.uuid4(), about=about, account_id=by)
        session.add(row)
    row.typed, row.kept_at = vault.seal(typed, place=_place(row)), now
    try:
        session.flush()  # so that a second row shows here
    except IntegrityError as error:
        if "about" in constraint_of(error):
            raise ConflictError("Another window was faster") from error
        raise


def unsaved(
    session: orm.Session, about: uuid.UUID, *, vault: Vault, by: uuid.UUID, now: datetime
) -> Unsaved | None:
    """Return what this person typed about a revision and did not save."""
    row = session.scalar(_own(about, by).where(UnsavedDraft.kept_at > now - KEPT))
    if row is None:
        return None
    typed = orjson.loads(vault.open(row.typed, place=_place(row)))
    return Unsaved(fields=tuple((name, value) for name, value in typed), kept_at=row.kept_at)


def forget(session: orm.Session, about: uuid.UUID, *, by: uuid.UUID) -> None:
    """Remove what this person typed about a revision: it is saved, or not wanted."""
    session.execute(sa.delete(UnsavedDraft).where(UnsavedDraft.about == about, UnsavedDraft.account_id == by))


def sweep(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Remove what nobody came back for; the job `drafts.sweep`."""
    with hub.db.transaction() as session:
        old = sa.delete(UnsavedDraft).where(UnsavedDraft.kept_at <= now - KEPT)
        gone = session.execute(old.returning(UnsavedDraft.id)).all()
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)
    log.info("unsaved drafts swept", extra={"count": len(gone)})


def _own(about: uuid.UUID, by: uuid.UUID) -> sa.Select[UnsavedDraft]:
    return sa.select(UnsavedDraft).where(UnsavedDraft.about == about, UnsavedDraft.account_id == by)


def _place(row: UnsavedDraft) -> Place:
    return Place(table="unsaved_draft", row=row.id, column="typed")
