"""Look-ups of questions: what a body may read of them now, and what waits for the coordinators."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory, Release
from feeds.delivery import queries as deliveries
from feeds.matters.models import Matter
from feeds.questions import at_rest
from feeds.questions.models import Question
from feeds.questions.states import State
from hub.core import stamps
from hub.core.errors import NotFoundError
from hub.core.paging import Paged, turned
from hub.core.vault import Vault
from sectors.bodies.models import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A question as one body reads it.

    Of another body's it is told the wording and the answer, and nothing that could hint at who asked:
    neither who nor when. `as_all_read` is the wording of an own question where it differs.
    """

    own: bool
    state: State
    text: str
    as_all_read: str
    asked_at: datetime | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as coordinators find it in the list; its texts are opened on its own page only."""

    question: Question
    body: Body
    advisory_id: uuid.UUID
    tracking_id: str
    revision: int


def heard(
    session: orm.Session, body: Body, tracking_id: str, *, vault: Vault, now: datetime
) -> tuple[Heard, ...]:
    """Return the questions about a notice that a body may know of at this instant, the newest first.

    They are its own, and those answered to all, about releases that it may read now; so there are none
    once its standing ends. A row that the hub did not write is nobody's to read.
    """
    readable = {
        each.release.id
        for each in deliveries.received(session, body, now=now)
        if each.tracking_id == tracking_id
    }
    rows = session.scalars(
        sa.select(Question)
        .where(Question.release_id.in_(readable))
        .where(sa.or_(Question.body_id == body.id, Question.state == State.ANSWERED_ALL))
        .order_by(sa.func.coalesce(Question.answered_at, Question.asked_at).desc(), Question.id)
    )
    return tuple(
        _heard(each, own=each.body_id == body.id, vault=vault)
        for each in rows
        if stamps.genuine(session, each)
    )


def _heard(row: Question, *, own: bool, vault: Vault) -> Heard:
    wording = at_rest.text_of(row, "wording", vault=vault)
    text = at_rest.text_of(row, "text", vault=vault) if own else wording
    return Heard(
        own=own,
        state=row.state,
        text=text,
        as_all_read=wording if wording != text else "",
        asked_at=row.asked_at if own else None,
        answer=at_rest.text_of(row, "answer", vault=vault),
        answered_at=row.answered_at,
    )


def count_open(session: orm.Session) -> int:
    """Count the questions that nobody has answered."""
    waiting = sa.select(sa.func.count(Question.id)).where(Question.state == State.OPEN)
    return session.scalar(waiting) or 0


def listed(session: orm.Session, *, page: int) -> Paged[Asked]:
    """Return a page of all questions: the open ones first, the oldest on top, then the newest answers."""
    order = (
        sa.case((Question.state == State.OPEN, 0), else_=1),
        sa.case((Question.state == State.OPEN, Question.asked_at), else_=None),
        Question.answered_at.desc(),
        Question.id,
    )
    return turned(session, _rows().order_by(*order), page=page, read=lambda rows: map(_asked, rows))


def asked(session: orm.Session, question_id: uuid.UUID) -> Asked:
    """Return a question for the coordinators.

    Raises:
        NotFoundError: there is none of this id that the hub wrote.

    """
    row = session.execute(_rows().where(Question.id == question_id)).one_or_none()
    if row is None or not stamps.genuine(session, row[0]):
        raise NotFoundError("no such question")
    return _asked(row)


def locked(session: orm.Session, question_id: uuid.UUID) -> Question:
    """Return a question that is about to be answered.

    Raises:
        NotFoundError: there is none of this id that the hub wrote.

    """
    found = session.get(Question, question_id, with_for_update=True)
    if found is None or not stamps.genuine(session, found):
        raise NotFoundError("no such question")
    return found


def _rows() -> sa.Select[Question, Body, uuid.UUID, str, int]:
    return (
        sa.select(Question, Body, Advisory.id, Matter.tracking_id, Release.revision)
        .join(Body, Body.id == Question.body_id)
        .join(Release, Release.id == Question.release_id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
    )


def _asked(row: sa.Row[Question, Body, uuid.UUID, str, int]) -> Asked:
    question, body, advisory_id, tracking_id, revision = row
    return Asked(
        question=question, body=body, advisory_id=advisory_id, tracking_id=tracking_id, revision=revision
    )
