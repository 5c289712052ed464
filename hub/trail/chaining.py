"""The round that chains the log: each new row gets its place after the one before it, each chain its anchor.

One round runs at a time: it holds the head of the chain of what is of no body from begin to end. Rows whose
stamp does not fit were not written by the hub: they get no place, and administrators and auditors are told.
"""

import logging
import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.audit import Entry
from hub.core.clock import JST, rfc3339
from hub.core.errors import ConflictError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.core.stamps import genuine, key_of
from hub.trail import links, tree
from hub.trail.links import COMMON
from hub.trail.models import Anchor, AnchoredHead, Chain
from hub.trail.rows import digest_of, is_genuine
from sectors.bodies.models import Body

log = logging.getLogger(__name__)

ROUND = "audit.chain"
EVERY = timedelta(seconds=10)
AT_ONCE = 1000  # rows in one transaction
KEPT = timedelta(hours=1)  # how long a round that is done stays in the outbox
TOLD = (Role.ADMINISTRATOR, Role.AUDITOR)


def chain(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Chain what was recorded, and promise the next round; the job `audit.chain`."""
    chain_all(hub, now=now)
    with hub.db.transaction() as session:
        done = sa.delete(Job).where(Job.kind == ROUND, Job.done_at < now - KEPT)
        session.execute(done, execution_options={"synchronize_session": False})
        outbox.promise_round(session, ROUND, every=EVERY, at=now + EVERY, now=now)
        if not _is_promised(session):  # the clock went back: this stretch has had its round already
            outbox.promise(session, ROUND, now=now, due_at=now + EVERY)


def _is_promised(session: orm.Session) -> bool:
    waiting = (Job.kind == ROUND, Job.done_at.is_(None), Job.dead_at.is_(None), Job.worker.is_(None))
    return session.scalar(sa.select(Job.id).where(*waiting).limit(1)) is not None


def chain_all(hub: Instance, *, now: datetime) -> None:
    """Chain every row that was recorded until now, some at a time."""
    after: int | None = 0
    while after is not None:
        with hub.db.reading() as session:
            if session.scalar(_unchained(after).with_only_columns(Entry.number)) is None:
                return
        with hub.db.transaction() as session:
            after = _round(session, after, now=now)


def _unchained(after: int) -> sa.Select[Entry]:
    return (
        sa.select(Entry)
        .where(Entry.place.is_(None), Entry.number > after)
        .order_by(Entry.number)
        .limit(AT_ONCE)
    )


def _round(session: orm.Session, after: int, *, now: datetime) -> int | None:
    """Chain some rows after this number; return the last one looked at, or None at the end."""
    heads = _locked(session)
    if not all(genuine(session, head) for head in heads.values()):
        tell(session, "audit-forged", now=now)  # nothing is built on what the hub has not written
        return None
    rows = session.scalars(_unchained(after)).all()
    before, key = heads[COMMON].before, key_of(session)
    good = [row for row in rows if is_genuine(row, digest_of(row), key=key, before=before)]
    if len(good) < len(rows):
        log.error("rows of the log were not written by the hub", extra={"count": len(rows) - len(good)})
        tell(session, "audit-forged", now=now)
    _place(session, good, heads, now=now)
    return rows[-1].number if len(rows) == AT_ONCE else None


def _locked(session: orm.Session) -> dict[uuid.UUID, Chain]:
    """Return the heads of all chains; another round waits here until this one has committed."""
    if session.get(Chain, COMMON, with_for_update=True) is None:
        older = session.scalar(sa.select(sa.func.max(Entry.number)).where(Entry.stamp.is_(None)))
        _begin(session, COMMON, {}, before=older or 0)
    return {each.id: each for each in session.scalars(sa.select(Chain).with_for_update())}


def _begin(
    session: orm.Session, chain_id: uuid.UUID, known: Mapping[uuid.UUID, Chain], *, before: int = 0
) -> Chain:
    taken = {tree.GLOBAL_SLOT, *(each.slot for each in known.values())}
    free = [slot for slot in range(tree.SLOTS) if slot not in taken]
    if not free:
        raise ConflictError(f"The log has room for {tree.SLOTS} chains only")
    begun = links.start(chain_id)
    row = Chain(
        id=chain_id, slot=secrets.choice(free), length=0, head=begun, cut=0, cut_hash=begun, before=before
    )
    session.add(row)
    try:
        session.flush()  # so that two first rounds meet here
    except IntegrityError as error:
        raise ConflictError("Another round was faster") from error
    return row


def _place(
    session: orm.Session, rows: Sequence[Entry], heads: dict[uuid.UUID, Chain], *, now: datetime
) -> None:
    if not rows:
        return
    bodies = _bodies(session, rows)
    placed, grown = [], {}
    for row in rows:
        chain_id = next((each for each in (row.concerns_id, row.organisation_id) if each in bodies), COMMON)
        head = heads.get(chain_id)
        if head is None:
            head = heads[chain_id] = _begin(session, chain_id, heads)
        place, previous = head.length + 1, head.head
        head.length, head.head = place, links.link(chain_id, place, previous, digest_of(row))
        placed.append(
            {"at_number": row.number, "chain_id": chain_id, "place": place, "previous": previous}
            | {"hash": head.head}
        )
        grown[chain_id] = head
    table = Entry.metadata.tables[Entry.__tablename__]
    session.connection().execute(
        sa.update(table).where(table.c.number == sa.bindparam("at_number"), table.c.place.is_(None)), placed
    )
    _anchor(session, list(grown.values()), at=now)


def _bodies(session: orm.Session, rows: Sequence[Entry]) -> frozenset[uuid.UUID]:
    """Return which organisations of these rows are bodies; others have no chain of their own."""
    named = {each for row in rows for each in (row.concerns_id, row.organisation_id) if each is not None}
    asked = sa.select(Body.organisation_id).where(Body.organisation_id.in_(named))
    return frozenset(session.scalars(asked))


def _anchor(session: orm.Session, grown: Sequence[Chain], *, at: datetime) -> None:
    last = session.scalar(sa.select(Anchor).order_by(Anchor.place.desc()).limit(1))
    place, previous = (last.place + 1, last.hash) if last else (1, links.GLOBAL_START)
    heads = [(each.id, each.length, each.head) for each in grown]
    hashed = links.anchor(place, rfc3339(at), previous, heads)
    session.add(Anchor(place=place, at=at, previous=previous, hash=hashed))
    session.flush()  # the heads refer to it
    for chain_id, length, head in heads:
        session.add(AnchoredHead(anchor_place=place, chain_id=chain_id, length=length, head=head))


def tell(session: orm.Session, letter: str, *, now: datetime) -> None:
    """Promise a letter to administrators and auditors, once a day."""
    day = now.astimezone(JST).date()
    for role in TOLD:
        for account in accounts.active(session, role):
            key = f"{letter}/{day}/{account.id}"
            outbox.promise(session, "letter", now=now, key=key, letter=letter, to=account.email, path="/")
