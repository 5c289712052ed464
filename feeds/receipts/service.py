"""What a body says about a notice: that it was opened, what it means there, that it was passed on."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.delivery import receipts
from feeds.drills import service as drills
from feeds.formats.tlp import Tlp
from feeds.receipts import queries
from feeds.receipts.models import Answer, Dissemination
from feeds.receipts.states import MOVES, Choice, Move
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import InputError, NotAllowedError
from hub.core.machine import step
from hub.core.vault import Vault

LONGEST_TEXT = 2000  # characters
MOST_OPERATORS = 100_000
INSIDE_ONLY = frozenset({Tlp.AMBER_STRICT, Tlp.RED})


def answer(
    session: orm.Session,
    release_id: uuid.UUID,
    body_id: uuid.UUID,
    choice: Choice,
    *,
    text: str = "",
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Add a body's answer to a release; the newest counts, and the reminders end.

    Raises:
        IllegalMoveError: nothing of it has been handed over to the body.
        InputError: the text is too long.

    """
    if len(text) > LONGEST_TEXT:
        raise InputError({"text": "Use at most 2000 characters"})
    _add(session, release_id, body_id, choice, text=text, vault=vault, by=by, now=now)


def answer_by_code(
    session: orm.Session,
    code: str,
    choice: Choice,
    *,
    body_id: uuid.UUID,
    key: bytes,
    by: Actor,
    now: datetime,
) -> bool:
    """Take an answer that carries a receipt code (a body's tool); tell whether the code is the body's.

    What it is the code of is opened and answered: a notice, or a drill.
    """
    delivery = receipts.found(session, code, body_id=body_id, key=key)
    if delivery is None:
        return drills.answer_by_code(session, code, body_id=body_id, key=key, by=by, now=now)
    receipts.acknowledge(session, code, body_id=body_id, key=key, by=by, now=now)
    session.flush()  # the ladder is read from the rows
    _add(session, delivery.release_id, body_id, choice, by=by, now=now)
    return True


def _add(
    session: orm.Session,
    release_id: uuid.UUID,
    body_id: uuid.UUID,
    choice: Choice,
    *,
    text: str = "",
    vault: Vault | None = None,
    by: Actor,
    now: datetime,
) -> None:
    step(MOVES, queries.ladder(session, release_id, body_id).step, Move.ANSWER)
    row = Answer(
        id=uuid.uuid4(),
        release_id=release_id,
        body_id=body_id,
        choice=choice,
        answered_at=now,
        account_id=by.account_id,
    )
    if vault is not None and text.strip():
        row.text = vault.seal(text.strip().encode(), place=queries.text_place(row.id))
    session.add(row)
    audit.record(session, "notice.answered", by=by, subject=release_id, now=now)


def disseminate(
    session: orm.Session, release: Release, body_id: uuid.UUID, operators: int, *, by: Actor, now: datetime
) -> None:
    """Record that a body has passed a release on to so many of its operators; the newest count counts.

    Raises:
        IllegalMoveError: the body has not answered yet.
        InputError: the count is out of range.
        NotAllowedError: the label keeps the notice inside the body.

    """
    if release.tlp in INSIDE_ONLY:
        raise NotAllowedError("This label keeps the notice inside your body; it is not passed on")
    if not 0 < operators <= MOST_OPERATORS:
        raise InputError({"operators": "Enter how many operators"})
    step(MOVES, queries.ladder(session, release.id, body_id).step, Move.DISSEMINATE)
    session.add(
        Dissemination(
            release_id=release.id,
            body_id=body_id,
            operators=operators,
            told_at=now,
            account_id=by.account_id,
        )
    )
    audit.record(session, "notice.disseminated", by=by, subject=release.id, now=now, operators=str(operators))
