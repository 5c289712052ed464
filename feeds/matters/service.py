"""What happens to a matter: opened, known under further numbers, its publication planned, moved and ended."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.formats.content import Alias
from feeds.formats.tracking import RANDOM_BITS, new_tracking_id
from feeds.matters import at_rest, queries
from feeds.matters.models import Matter, MatterAlias, PublicationClock, PublicationMove
from feeds.matters.states import MOVES, Move
from hub.core import audit
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError
from hub.core.machine import step
from hub.core.vault import Vault

SECRET_BYTES = 32
MOST_TRIES = 20  # of 2**20 IDs a year; even with 100 000 taken, all would fail once in 10**20


def _random_bits() -> int:
    return secrets.randbits(RANDOM_BITS)


def open_matter(
    session: orm.Session,
    *,
    publication_at: datetime | None,
    vault: Vault,
    by: Actor,
    now: datetime,
    bits: Callable[[], int] = _random_bits,
) -> Matter:
    """Open a matter under a tracking ID that nobody has yet.

    Raises:
        ConflictError: no free tracking ID was found; try again.

    """
    for _ in range(MOST_TRIES):
        matter = _new_matter(new_tracking_id(now.astimezone(JST).year, bits()), vault=vault, by=by, now=now)
        if not _inserted(session, matter):
            continue
        matter.clock = PublicationClock(matter_id=matter.id, publication_at=publication_at)
        audit.record(session, "matter.opened", by=by, now=now, subject=matter.id)
        session.flush()
        return matter
    raise ConflictError("No free tracking ID was found; try again")


def _new_matter(tracking_id: str, *, vault: Vault, by: Actor, now: datetime) -> Matter:
    matter_id = uuid.uuid4()
    return Matter(
        id=matter_id,
        tracking_id=tracking_id,
        secret=vault.seal(secrets.token_bytes(SECRET_BYTES), place=at_rest.secret_place(matter_id)),
        created_at=now,
        created_by=by.account_id,
    )


def _inserted(session: orm.Session, matter: Matter) -> bool:
    try:
        with session.begin_nested():
            session.add(matter)
    except IntegrityError as error:
        if "tracking_id" in constraint_of(error):
            return False
        raise
    return True


def set_aliases(
    session: orm.Session,
    matter_id: uuid.UUID,
    aliases: tuple[Alias, ...],
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Make these the matter's numbers at other issuers."""
    present = [row for row in queries.alias_rows(session, matter_id) if row.removed_at is None]
    rows = {at_rest.alias_of(row, vault=vault): row for row in present}
    for alias in rows.keys() - set(aliases):
        rows[alias].removed_at = now
        audit.record(session, "matter.alias-removed", by=by, now=now, subject=matter_id)
    for alias in dict.fromkeys(aliases):
        if alias not in rows:
            add_alias(session, matter_id, alias, vault=vault, by=by, now=now)
    session.flush()


def add_alias(
    session: orm.Session, matter_id: uuid.UUID, alias: Alias, *, vault: Vault, by: Actor, now: datetime
) -> None:
    """Note the matter's number at another issuer.

    Raises:
        ConflictError: the matter has this number already.

    """
    matter = queries.matter(session, matter_id)
    known = queries.alias_rows(session, matter_id)
    row_id, said = uuid.uuid4(), at_rest.written(alias)
    row = MatterAlias(
        id=row_id,
        matter_id=matter_id,
        position=1 + max((each.position for each in known), default=0),
        number=vault.seal(said, place=at_rest.number_place(row_id)),
        digest=hmac.new(at_rest.secret_of(matter, vault=vault), said, hashlib.sha256).digest(),
        added_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if "digest" in constraint_of(error):
            raise ConflictError("The matter has this number already") from error
        raise
    audit.record(session, "matter.alias-added", by=by, now=now, subject=matter_id)


def plan_publication(
    session: orm.Session, matter_id: uuid.UUID, publication_at: datetime | None, *, by: Actor, now: datetime
) -> None:
    """Set the date while nobody has been told one.

    Raises:
        IllegalMoveError: recipients have been told a date; it can only be moved, with a reason.

    """
    clock = queries.matter(session, matter_id, lock=True).clock
    clock.status = step(MOVES, clock.status, Move.PLAN)
    if clock.publication_at != publication_at:
        clock.publication_at = publication_at
        audit.record(session, "publication.planned", by=by, now=now, subject=matter_id)


def fix_publication(session: orm.Session, matter_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Note that recipients are now told the planned date.

    Raises:
        IllegalMoveError: the date was told already.
        InputError: no date is planned.

    """
    clock = queries.matter(session, matter_id, lock=True).clock
    if clock.publication_at is None:
        raise InputError({"publication_at": "Enter the publication date"})
    clock.status = step(MOVES, clock.status, Move.FIX)
    audit.record(session, "publication.fixed", by=by, now=now, subject=matter_id)


def move_publication(
    session: orm.Session,
    matter_id: uuid.UUID,
    publication_at: datetime,
    *,
    reason: str,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Move the date that recipients were told; the history keeps the old date and the reason.

    Raises:
        IllegalMoveError: no date was told yet, or the matter is public.
        InputError: there is no reason.

    """
    if not reason.strip():
        raise InputError({"moved_reason": "Enter why the publication date moves"})
    clock = queries.matter(session, matter_id, lock=True).clock
    clock.status = step(MOVES, clock.status, Move.MOVE)
    move_id = uuid.uuid4()
    session.add(
        PublicationMove(
            id=move_id,
            matter_id=matter_id,
            moved_from=clock.publication_at,
            moved_to=publication_at,
            reason=vault.seal(reason.encode(), place=at_rest.reason_place(move_id)),
            moved_at=now,
            moved_by=by.account_id,
        )
    )
    clock.publication_at, clock.public_since = publication_at, None
    audit.record(session, "publication.moved", by=by, now=now, subject=matter_id)


def end(
    session: orm.Session, matter_id: uuid.UUID, *, public_since: datetime, by: Actor, now: datetime
) -> None:
    """Note that the matter is public: nothing of its date will change any more.

    Raises:
        IllegalMoveError: recipients were never told a date, or it ended already.

    """
    clock = queries.matter(session, matter_id, lock=True).clock
    clock.status = step(MOVES, clock.status, Move.END)
    clock.publication_at = min(public_since, clock.publication_at or public_since)
    audit.record(session, "publication.ended", by=by, now=now, subject=matter_id)


def note_public(
    session: orm.Session, matter_id: uuid.UUID, public_since: datetime, *, by: Actor, now: datetime
) -> None:
    """Record that the matter became public earlier than was told; the lifting is another act.

    Raises:
        IllegalMoveError: no date was told yet, or the matter's publication has ended already.
        InputError: the instant is still to come, or it is not before the date that was told.

    """
    clock = queries.matter(session, matter_id, lock=True).clock
    step(MOVES, clock.status, Move.END)
    if public_since > now:
        raise InputError({"public_since": "This instant is still to come"})
    if clock.publication_at is None or public_since >= clock.publication_at:
        raise InputError({"public_since": "This is not earlier than the publication date that was told"})
    clock.public_since = public_since
    audit.record(session, "publication.early", by=by, now=now, subject=matter_id)
