"""A body's own chain as a file: one JSON object a line, with what is needed to check it far from the hub.

Rows in which staff act for the body say what was done, not by whom: that stays a hash. The first line leads
from the chain to the root that the hub has signed and witnesses have; nothing in it tells of other bodies.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.audit import Entry, who_digest
from hub.core.clock import rfc3339
from hub.core.errors import NotFoundError
from hub.trail import tree
from hub.trail.links import COMMON
from hub.trail.models import Anchor, AnchoredHead, Chain, SignedHead
from hub.trail.rows import actor_of

FILE = "priority-hub audit file 1"
AT_ONCE = 500  # rows in memory
Json = dict[str, object]


def lines(session: orm.Session, chain_id: uuid.UUID, *, now: datetime) -> Iterator[bytes]:
    """Give the lines of a chain's file.

    Raises:
        NotFoundError: nothing has been chained of this body yet.

    """
    chain = session.get(Chain, chain_id)
    if chain is None:
        raise NotFoundError("nothing is in the log of this body yet")
    yield _line(
        {
            "file": FILE,
            "chain": chain_id,
            "cut": chain.cut,
            "cut_hash": chain.cut_hash.hex(),
            "made_at": rfc3339(now),
            "head": head(session, chain),
        }
    )
    wanted = sa.select(*Entry.metadata.tables[Entry.__tablename__].c).where(
        Entry.chain_id == chain_id, Entry.place <= chain.length
    )
    rows = session.execute(wanted.order_by(Entry.place), execution_options={"yield_per": AT_ONCE})
    for row in rows:
        yield _line(_row(row, chain_id))
    yield _line({"end": chain.length})


def _row(row: "sa.Row[*tuple[Any, ...]]", chain_id: uuid.UUID) -> Json:
    by = actor_of(row)
    told: Json = {
        "place": row.place,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": row.action,
        "subject": row.subject_id,
        "concerns": row.concerns_id,
        "details": row.details,
        "hash": row.hash.hex(),
        "who_hash": who_digest(by, row.nonce).hex(),
    }
    if is_told(by.organisation_id, chain_id):
        nonce = row.nonce.hex() if row.nonce else None
        told["who"] = {"account": by.account_id, "organisation": by.organisation_id, "address": by.address}
        told["nonce"] = nonce
    return told


def is_told(organisation_id: uuid.UUID | None, chain_id: uuid.UUID) -> bool:
    """Tell whether a body may know who acted: its own people, the hub, somebody whom nobody knows."""
    return organisation_id is None or organisation_id == chain_id


def head(session: orm.Session, chain: Chain) -> Json | None:
    """Return how the chain leads to the newest signed root, or None: it is younger, or destroyed since."""
    signed = session.scalar(sa.select(SignedHead).order_by(SignedHead.day.desc()).limit(1))
    if signed is None:
        return None
    leaves = _leaves(session, signed)
    leaf = leaves.get(chain.slot)
    if leaf is None or leaf.length < chain.cut:
        return None
    return {
        "slot": chain.slot,
        "length": leaf.length,
        "hash": leaf.head.hex(),
        "salt": tree.salt(signed.seed, chain.slot).hex(),
        "path": [each.hex() for each in tree.path(tree.levels(leaves, signed.seed), chain.slot)],
        "signed": signed.signed,
    }


def _leaves(session: orm.Session, signed: SignedHead) -> dict[int, tree.Leaf]:
    """Return the tree's leaves as they stood when it was signed."""
    other = orm.aliased(AnchoredHead)
    newest = (
        sa.select(sa.func.max(other.anchor_place))
        .where(other.chain_id == Chain.id, other.anchor_place <= signed.anchor_place)
        .correlate(Chain)
        .scalar_subquery()
    )
    at = sa.and_(AnchoredHead.chain_id == Chain.id, AnchoredHead.anchor_place == newest)
    asked = sa.select(Chain.slot, AnchoredHead).join(AnchoredHead, at)
    leaves = {
        slot: tree.Leaf(chain_id=each.chain_id, length=each.length, head=each.head)
        for slot, each in session.execute(asked)
    }
    anchor = session.get_one(Anchor, signed.anchor_place)
    leaves[tree.GLOBAL_SLOT] = tree.Leaf(chain_id=COMMON, length=anchor.place, head=anchor.hash)
    return leaves


def _line(said: Json) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS) + b"\n"
