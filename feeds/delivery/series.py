"""A body's own collections: one for its sealed copies, one for its answers; and `lifted`, for all."""

import uuid
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.delivery.models import Series
from feeds.taxii import store
from feeds.taxii.models import Collection
from hub.core import outbox
from hub.core.errors import ConflictError

LIFTED = uuid.UUID("6c1f7a52-3a0d-4c63-9a55-0e6b7c1d9f24")
SEALED_TITLE = "Sealed copies"
ANSWERS_TITLE = "Answers"
LIFTED_TITLE = "Lifted"
MOST_TRIES = 20


def series_of(session: orm.Session, body_id: uuid.UUID, *, lock: bool = False) -> Series:
    """Return the body's series; its collections are made the first time."""
    found = session.get(Series, body_id, with_for_update=lock, populate_existing=True)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            return _begun(session, body_id)
    except IntegrityError:  # somebody else has just begun it
        return session.get_one(Series, body_id, with_for_update=lock, populate_existing=True)


def _begun(session: orm.Session, body_id: uuid.UUID) -> Series:
    sealed = store.create(session, title=SEALED_TITLE, description="Signed and encrypted for your body alone")
    answers = store.create(session, title=ANSWERS_TITLE, description="What your body gives back")
    made = Series(body_id=body_id, sealed_id=sealed.id, answers_id=answers.id, seq=0, sha256="")
    session.add(made)
    session.flush()  # the caller compares and sets it
    return made


def until_stored(attempt: Callable[[], bool]) -> None:
    """Seal against the head of a series and store, anew as long as the attempt says that others were faster.

    Raises:
        ConflictError: they were, every time; the job is tried again later.

    """
    if not any(attempt() for _ in range(MOST_TRIES)):
        raise ConflictError("other copies of this body were faster every time")


def promise_heartbeat(session: orm.Session, body_id: uuid.UUID, *, now: datetime) -> None:
    """Promise a body its heartbeat; several are no harm, since the newest takes the place of the others."""
    outbox.promise(session, "heartbeat.seal", now=now, body_id=body_id)


def lifted_collection(session: orm.Session) -> uuid.UUID:
    """Return the collection of what was published; it is made the first time."""
    if session.scalar(sa.select(Collection.id).where(Collection.id == LIFTED)) is None:
        insert = outbox.INSERT[session.get_bind().dialect.name](Collection).on_conflict_do_nothing()
        values = {"id": LIFTED, "title": LIFTED_TITLE, "description": "Published parts of lifted advisories"}
        session.execute(insert, values)  # the first polls of several processes meet here
    return LIFTED
