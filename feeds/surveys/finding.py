"""Look-ups of surveys: a body's own, those that are asked, and what IPA reads of the answers."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory
from feeds.matters.models import Matter
from feeds.surveys.models import Respondent, Survey
from feeds.surveys.states import AnswerState
from hub.core.errors import NotFoundError
from sectors.bodies.models import Body, MemberOperator


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A survey as lists show it; `tracking_id` is None for a trial period's."""

    survey: Survey
    body: Body
    tracking_id: str | None
    asked: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who is asked; the body itself carries its own name."""

    respondent: Respondent
    name: str


def survey(session: orm.Session, survey_id: uuid.UUID, *, lock: bool = False) -> Survey:
    """Return one survey.

    Raises:
        NotFoundError: there is none of this id.

    """
    wanted = sa.select(Survey).where(Survey.id == survey_id)
    if lock:
        wanted = wanted.with_for_update(of=Survey).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError("no such survey")
    return found


def respondent_of(session: orm.Session, respondent_id: uuid.UUID, *, lock: bool = False) -> Respondent:
    """Return who is asked.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Respondent, respondent_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("nobody of this id is asked")
    return found


def respondent(
    session: orm.Session, survey_id: uuid.UUID, respondent_id: uuid.UUID, *, lock: bool = False
) -> Respondent:
    """Return who is asked in this survey.

    Raises:
        NotFoundError: nobody of this id is asked in it.

    """
    found = respondent_of(session, respondent_id, lock=lock)
    if found.survey_id != survey_id:
        raise NotFoundError("nobody of this id is asked in it")
    return found


def organisations(session: orm.Session, survey_ids: Collection[uuid.UUID]) -> Sequence[Organisation]:
    """Return who is asked in these surveys, the bodies themselves first, then by name."""
    rows = session.execute(
        sa.select(Respondent, sa.func.coalesce(MemberOperator.name, Body.name_ja))
        .join(Survey, Survey.id == Respondent.survey_id)
        .join(Body, Body.id == Survey.body_id)
        .outerjoin(MemberOperator, MemberOperator.id == Respondent.operator_id)
        .where(Respondent.survey_id.in_(survey_ids))
        .order_by(Respondent.operator_id.is_not(None), MemberOperator.name, Respondent.id)
    )
    return [Organisation(respondent=each, name=name) for each, name in rows]


def of_body(session: orm.Session, body_id: uuid.UUID) -> Sequence[Found]:
    """Return what a body was asked, the one that closes last first."""
    return _found(session, Survey.body_id == body_id)


def every(session: orm.Session) -> Sequence[Found]:
    """Return every survey, the one that closes last first."""
    return _found(session, sa.true())


def one(session: orm.Session, survey_id: uuid.UUID) -> Found:
    """Return one survey as lists show it.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = _found(session, Survey.id == survey_id)
    if not found:
        raise NotFoundError("no such survey")
    return found[0]


def about(session: orm.Session, advisory_id: uuid.UUID) -> Sequence[Found]:
    """Return the surveys about one notice, of every body that was asked."""
    return _found(session, Survey.advisory_id == advisory_id)


def about_notice(session: orm.Session, body_id: uuid.UUID, tracking_id: str) -> Survey | None:
    """Return what a body was asked about a notice."""
    return session.scalar(
        sa.select(Survey)
        .join(Advisory, Advisory.id == Survey.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
        .where(Survey.body_id == body_id, Matter.tracking_id == tracking_id)
    )


def waiting(session: orm.Session, body_id: uuid.UUID, *, now: datetime) -> int:
    """Count the open surveys of a body in which somebody has not answered."""
    open_ = sa.exists().where(Respondent.survey_id == Survey.id, Respondent.state == AnswerState.OPEN)
    wanted = sa.select(sa.func.count(Survey.id)).where(
        Survey.body_id == body_id, Survey.closes_at > now, open_
    )
    return session.scalar(wanted) or 0


def _found(session: orm.Session, wanted: sa.ColumnElement[bool]) -> Sequence[Found]:
    answered = sa.case((Respondent.state != AnswerState.OPEN, 1), else_=0)
    counts = (
        sa.select(
            Respondent.survey_id.label("survey_id"),
            sa.func.count().label("asked"),
            sa.func.sum(answered).label("answered"),
        )
        .group_by(Respondent.survey_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Survey, Body, Matter.tracking_id, counts.c.asked, counts.c.answered)
        .join(Body, Body.id == Survey.body_id)
        .join(counts, counts.c.survey_id == Survey.id)
        .outerjoin(Advisory, Advisory.id == Survey.advisory_id)
        .outerjoin(Matter, Matter.id == Advisory.matter_id)
        .where(wanted)
        .order_by(Survey.closes_at.desc(), Body.name_ja, Survey.id)
    )
    return [
        Found(survey=each, body=body, tracking_id=tracking_id, asked=asked, answered=answered)
        for each, body, tracking_id, asked, answered in rows
    ]


def name_of(session: orm.Session, asked: Respondent) -> str:
    """Return the name of an organisation that is asked."""
    found = organisations(session, [asked.survey_id])
    return next(each.name for each in found if each.respondent.id == asked.id)
