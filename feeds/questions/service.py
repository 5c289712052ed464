"""What happens to a question: a body asks it, a coordinator answers the asker or all who are addressed."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import queries as advisories
from feeds.advisories.models import Release
from feeds.delivery import queries as deliveries
from feeds.questions import at_rest, queries
from feeds.questions.models import Question
from feeds.questions.states import MOVES, Move
from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.errors import InputError, NotAllowedError
from hub.core.machine import step
from hub.core.vault import Vault
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

LONGEST_QUESTION = 2000  # characters
LONGEST_ANSWER = 4000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a coordinator answers; `wording` is the question as all bodies read it, None to answer one."""

    answer: str
    wording: str | None = None


def ask(
    session: orm.Session,
    release_id: uuid.UUID,
    body: Body,
    text: str,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Question:
    """Keep a body's question about a release that it may read; coordinators are told that there is one.

    Raises:
        InputError: there is no text, or too much.
        NotAllowedError: it was asked by nobody who signed in.

    """
    if by.account_id is None:
        raise NotAllowedError("A question is asked by a person")
    row_id = uuid.uuid4()
    told = _within(text, "text", LONGEST_QUESTION, otherwise="Enter your question")
    question = Question(
        id=row_id,
        release_id=release_id,
        body_id=body.id,
        text=at_rest.sealed_text(row_id, "text", told, vault=vault),
        asked_at=now,
        asked_by=by.account_id,
    )
    session.add(question)
    session.flush()
    audit.record(session, "question.asked", by=by, subject=row_id, now=now, release=str(release_id))
    for account in accounts.active(session, Role.COORDINATOR):
        _letter(session, question, "question-asked", account.email, f"/questions/{row_id}", now=now)
    return question


def answer(
    session: orm.Session, question_id: uuid.UUID, reply: Reply, *, vault: Vault, by: Actor, now: datetime
) -> None:
    """Answer a question: the asking body alone, or every body that its release is addressed to.

    Who may read the answer is computed at each use; those who may now are told that there is one.

    Raises:
        IllegalMoveError: it was answered already.
        InputError: the answer or the wording is missing or too long.
        NotFoundError: there is no such question.

    """
    question = queries.locked(session, question_id)
    to_all = reply.wording is not None
    question.state = step(MOVES, question.state, Move.ANSWER_ALL if to_all else Move.ANSWER_ONE)
    told = _within(reply.answer, "answer", LONGEST_ANSWER, otherwise="Enter the answer")
    question.answer = at_rest.sealed_text(question.id, "answer", told, vault=vault)
    if reply.wording is not None:
        wording = _within(
            reply.wording, "wording", LONGEST_QUESTION, otherwise="Enter the question as all are to read it"
        )
        question.wording = at_rest.sealed_text(question.id, "wording", wording, vault=vault)
    question.answered_at, question.answered_by = now, by.account_id
    session.flush()
    audit.record(session, "question.answered", by=by, subject=question.id, now=now, to=question.state)
    _tell(session, question, to_all=to_all, now=now)


def _within(typed: str, field: str, longest: int, *, otherwise: str) -> str:
    text = typed.replace("\r\n", "\n").strip()
    if not text:
        raise InputError({field: otherwise})
    if len(text) > longest:
        raise InputError({field: f"Use at most {longest} characters"})
    return text


def _tell(session: orm.Session, question: Question, *, to_all: bool, now: datetime) -> None:
    """Mail the contacts of those who may read the answer now, the asker's like everybody else's."""
    release = advisories.release(session, question.release_id)
    tracking_id = advisories.advisory(session, release.advisory_id).matter.tracking_id
    wanted = release.body_ids if to_all else {question.body_id}
    for body in _readers(session, release, frozenset(wanted), now=now):
        for contact in bodies.contacts(session, body.id):
            if bodies.is_confirmed(session, contact):
                path = f"/notices/{tracking_id}?revision={release.revision}"
                _letter(session, question, "question-answered", contact.email, path, now=now)


def _readers(
    session: orm.Session, release: Release, wanted: frozenset[uuid.UUID], *, now: datetime
) -> Iterator[Body]:
    for body in bodies.bodies(session, wanted):
        arrived = deliveries.received(session, body, now=now)
        if release.id in {each.release.id for each in arrived}:
            yield body


def _letter(
    session: orm.Session, question: Question, letter: str, to: str, path: str, *, now: datetime
) -> None:
    key = f"{letter}/{question.id}/{to}"[:200]
    outbox.promise(session, "letter", now=now, key=key, letter=letter, to=to, path=path, occasion=question.id)
