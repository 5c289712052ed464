"""What the receiver remembers: how far it is, what is missing, and what became of each copy.

Every function works in the transaction of its caller, so that a kill leaves the whole of a step or
nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.formats.envelope import Heartbeat, Manifest
from feeds.receiver.checks import Copy, Standing, check_copy, check_heartbeat
from feeds.receiver.models import Missing, Position, Seen, Taken, Told
from feeds.receiver.settings import Start
from feeds.receiver.states import MOVES, Move, State
from feeds.taxii import instants
from hub.core.machine import step

MOST_MISSING = 10_000  # numbers kept; a signed head that is farther ahead is alarmed all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What taking an object has shown: numbers that are missing; whether it was this client's at all."""

    missing: Sequence[int] = ()
    ours: bool = True


def begin(session: orm.Session, start: Start, *, now: datetime) -> Position:
    """Return the position; it is made the first time."""
    found = session.get(Position, 1)
    if found is None:
        found = Position(id=1, began_at=now, started=start is Start.BEGINNING)
        session.add(found)
        session.flush()  # its defaults are read at once
    return found


def position(session: orm.Session) -> Position:
    """Return how far the receiver is."""
    return session.get_one(Position, 1)


def is_repeat(session: orm.Session, digest: str, after: str | None) -> bool | None:
    """Tell whether an object was judged: None if not, True if it was expected again, False if it was not.

    It is expected on a page that is read again: after a kill in the middle of it, or to find what is missing.
    """
    seen, where = session.get(Seen, digest), position(session)
    if seen is None:
        return None
    return seen.after == (after or "") or where.cursor != where.furthest


def note_seen(session: orm.Session, digest: str, after: str | None, *, good: bool) -> None:
    """Note that an object was judged, and whether it was taken."""
    session.merge(Seen(digest=digest, after=after or "", good=good))


def move_on(session: orm.Session, last: str) -> bool:
    """Move the cursor to the end of a page; tell whether it moved forward."""
    where = position(session)
    if where.cursor is not None and instants.parse(last) <= instants.parse(where.cursor):
        return False
    where.cursor = last
    if where.furthest is None or instants.parse(last) > instants.parse(where.furthest):
        where.furthest = last
    return True


def read_again(session: orm.Session) -> None:
    """Read the collection from its beginning, since something is missing."""
    where = position(session)
    where.cursor, where.read_again = None, False


def forget_refusals(session: orm.Session) -> None:
    """Forget what was put aside, so that it is judged again: after a fault of our own was mended."""
    session.execute(sa.delete(Seen).where(sa.not_(Seen.good)))
    where = position(session)
    for taken in waiting(session, State.PUT_ASIDE):
        session.delete(taken)
        if taken.seq <= where.last_seq:
            session.merge(Missing(seq=taken.seq, noticed_at=taken.taken_at))
    read_again(session)


def take_copy(session: orm.Session, copy: Copy, manifest: Manifest, *, now: datetime) -> Found:
    """Take a copy that opened.

    Raises:
        PutAsideError: it is not what comes next.

    """
    where = position(session)
    if not where.started or manifest.seq <= where.first_seq:
        return Found(ours=False)
    check_copy(manifest, _standing(session, where, manifest), now=now)
    between = range(where.last_seq + 1, manifest.seq)
    session.add(
        Taken(
            seq=manifest.seq,
            tracking_id=manifest.tracking_id,
            revision=manifest.revision,
            sha256=copy.sha256,
            state=State.ACCEPTED,
            follows_gap=bool(between),
            sealed=copy.sealed,
            taken_at=now,
        )
    )
    session.execute(sa.delete(Missing).where(Missing.seq == manifest.seq))
    missing = _note_missing(session, where, between, now=now)
    if manifest.seq > where.last_seq:
        where.last_seq, where.last_sha256 = manifest.seq, copy.sha256
    return Found(missing=missing)


def put_aside(session: orm.Session, copy: Copy, manifest: Manifest, *, now: datetime) -> None:
    """Account for a number that the hub has given to a copy which may not be handed on."""
    if session.get(Taken, manifest.seq) is None:
        row = Taken(
            seq=manifest.seq,
            tracking_id=manifest.tracking_id,
            revision=manifest.revision,
            sha256=copy.sha256,
            state=State.PUT_ASIDE,
            taken_at=now,
        )
        session.add(row)
        session.execute(sa.delete(Missing).where(Missing.seq == manifest.seq))


def take_heartbeat(session: orm.Session, beat: Heartbeat, *, now: datetime) -> Found:
    """Take a heartbeat: the signed head is where the series stands, whatever has arrived.

    Raises:
        PutAsideError: it is older, stale, or tells another series.

    """
    where = position(session)
    known = Standing(
        last_seq=where.last_seq if where.started else 0,
        last_sha256=where.last_sha256 if where.started else beat.head_sha256,
        heartbeat_at=where.heartbeat_at,
    )
    check_heartbeat(beat, known, now=now)
    between = range(where.last_seq + 1, beat.head_seq + 1) if where.started else range(0)
    missing = _note_missing(session, where, between, now=now)
    if not where.started:
        where.started, where.first_seq = True, beat.head_seq
    where.last_seq, where.last_sha256, where.heartbeat_at = beat.head_seq, beat.head_sha256, beat.issued
    return Found(missing=missing)


def waiting(session: orm.Session, state: State) -> list[Taken]:
    """Return the copies that stand there, by number."""
    return list(session.scalars(sa.select(Taken).where(Taken.state == state).order_by(Taken.seq)))


def attempt(session: orm.Session, seq: int) -> int:
    """Note that a copy is about to be handed on; return how often that was begun before."""
    taken = session.get_one(Taken, seq)
    taken.attempts += 1
    return taken.attempts - 1


def note_given(session: orm.Session, seq: int, outlet: str) -> None:
    """Note that one outlet has taken a copy, so that it is not asked again because of another's failure."""
    taken = session.get_one(Taken, seq)
    taken.given = ",".join([*filter(None, taken.given.split(",")), outlet])


def move(session: orm.Session, seq: int, what: Move, *, now: datetime) -> None:
    """Note what happened to a copy; with the receipt gone back, its sealed bytes are not needed any more.

    Raises:
        IllegalMoveError: its life has no such move now.

    """
    taken = session.get_one(Taken, seq)
    taken.state = step(MOVES, taken.state, what)
    if what is Move.HAND_ON:
        taken.handed_on_at = now
    else:
        taken.acknowledged_at, taken.sealed = now, None


def missing(session: orm.Session, *, below: int | None = None, most: int = 100) -> list[int]:
    """Return numbers that are missing, the lowest first."""
    found = sa.select(Missing.seq).order_by(Missing.seq).limit(most)
    return list(session.scalars(found if below is None else found.where(Missing.seq < below)))


def silent_for(session: orm.Session, *, now: datetime) -> timedelta:
    """Return how old the hub's last sign of life is; of a new client, how long it waits for the first."""
    where = position(session)
    return now - (where.heartbeat_at or where.began_at)


def is_news(session: orm.Session, alarm: str, *, every: timedelta, now: datetime) -> bool:
    """Tell whether an alarm that lasts is to be passed on now."""
    told = session.get(Told, alarm)
    return told is None or now - told.at >= every


def note_told(session: orm.Session, alarm: str, *, now: datetime) -> None:
    """Note that an alarm was passed on."""
    session.merge(Told(alarm=alarm, at=now))


def is_over(session: orm.Session, alarm: str) -> None:
    """Note that what was alarmed is over, so that its next time is news."""
    session.execute(sa.delete(Told).where(Told.alarm.startswith(f"{alarm}/")))


def _standing(session: orm.Session, where: Position, manifest: Manifest) -> Standing:
    before = session.get(Taken, manifest.seq - 1)
    newest = sa.select(sa.func.max(Taken.revision)).where(
        Taken.tracking_id == manifest.tracking_id, Taken.state != State.PUT_ASIDE
    )
    known = before.sha256 if before is not None else None
    return Standing(
        first_seq=where.first_seq,
        last_seq=where.last_seq,
        missing=session.get(Missing, manifest.seq) is not None,
        before=where.last_sha256 if manifest.seq == where.last_seq + 1 else known,
        revision=session.scalar(newest) or 0,
    )


def _note_missing(
    session: orm.Session, where: Position, between: Sequence[int], *, now: datetime
) -> list[int]:
    """Note the numbers of which no copy is known; the collection is then read once from its beginning."""
    if not between:
        return []
    known = set(session.scalars(sa.select(Taken.seq).where(Taken.seq.between(between[0], between[-1]))))
    absent = [seq for seq in between[-MOST_MISSING:] if seq not in known]
    session.add_all(Missing(seq=seq, noticed_at=now) for seq in absent)
    where.read_again = where.read_again or bool(absent)
    return absent
