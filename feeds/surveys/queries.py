"""What was answered, counted: N counts organisations, each once for each notice or trial period."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.receipts.models import Dissemination
from feeds.surveys.categories import Category, Reason
from feeds.surveys.models import Kind, Questionnaire, Respondent, Survey
from sectors.bodies.models import BodySector

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which answers are counted; what is None does not narrow.

    `since` and `until` (itself out) compare with a notice's first release, or the end of a trial period.
    Answers about notices and about trial periods are never counted together.
    """

    sector_code: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    advisory_id: uuid.UUID | None = None
    body_id: uuid.UUID | None = None
    kind: Kind = Kind.NOTICE


def dissemination_counts(session: orm.Session, *, asked: Asked) -> Counter[Category]:
    """Count the organisations that answered, by how far the notice came inside them; their sum is N."""
    return _counted(session, Respondent.category, asked)


def reason_counts(session: orm.Session, *, asked: Asked) -> Counter[Reason]:
    """Count the organisations that did not or could not disseminate, by the reason that they told."""
    return _counted(session, Respondent.reason, asked)


def asked_count(session: orm.Session, *, asked: Asked) -> int:
    """Count the organisations that were asked, whether they answered or not."""
    return session.scalar(_among(sa.select(sa.func.count(Respondent.id)), asked)) or 0


def _counted(session: orm.Session, column: orm.InstrumentedAttribute[Any], asked: Asked) -> Counter[Any]:
    rows = _among(sa.select(column, sa.func.count()), asked).where(column.is_not(None)).group_by(column)
    return Counter(dict(session.execute(rows).all()))


def _among(wanted: sa.Select[*Columns], asked: Asked) -> sa.Select[*Columns]:
    return (
        wanted.select_from(Respondent)
        .join(Survey, Survey.id == Respondent.survey_id)
        .join(Questionnaire, Questionnaire.id == Survey.questionnaire_id)
        .where(Questionnaire.kind == asked.kind, *_narrowed(asked))
    )


def _narrowed(asked: Asked) -> Iterable[sa.ColumnElement[bool]]:
    if asked.sector_code is not None:
        whole = sa.and_(Respondent.operator_id.is_(None), _serves(Survey.body_id, asked.sector_code))
        yield sa.or_(Respondent.sector_code == asked.sector_code, whole)
    if asked.since is not None:
        yield Survey.about_at >= asked.since
    if asked.until is not None:
        yield Survey.about_at < asked.until
    if asked.advisory_id is not None:
        yield Survey.advisory_id == asked.advisory_id
    if asked.body_id is not None:
        yield Survey.body_id == asked.body_id


def members_reached(session: orm.Session, *, asked: Asked) -> int:
    """Return to how many operators bodies told to have passed notices on: of each notice the newest count.

    An operator that was passed two notices counts twice. With a sector, the bodies that serve it count whole.
    """
    first = sa.func.min(Release.released_at).over(partition_by=Release.advisory_id)
    releases = sa.select(Release.id, Release.advisory_id, first.label("first")).subquery()
    newest = sa.func.row_number().over(
        partition_by=(releases.c.advisory_id, Dissemination.body_id),
        order_by=(Dissemination.told_at.desc(), Dissemination.id),
    )
    told = sa.select(Dissemination.operators, Dissemination.body_id, releases, newest.label("place")).join(
        releases, releases.c.id == Dissemination.release_id
    )
    rows = told.subquery()
    wanted = sa.select(sa.func.sum(rows.c.operators)).where(rows.c.place == 1)
    if asked.sector_code is not None:
        wanted = wanted.where(_serves(rows.c.body_id, asked.sector_code))
    if asked.since is not None:
        wanted = wanted.where(rows.c.first >= asked.since)
    if asked.until is not None:
        wanted = wanted.where(rows.c.first < asked.until)
    if asked.advisory_id is not None:
        wanted = wanted.where(rows.c.advisory_id == asked.advisory_id)
    if asked.body_id is not None:
        wanted = wanted.where(rows.c.body_id == asked.body_id)
    return session.scalar(wanted) or 0


def _serves(
    body_id: orm.InstrumentedAttribute[uuid.UUID] | sa.ColumnElement[uuid.UUID], sector_code: str
) -> sa.ColumnElement[bool]:
    return sa.exists().where(BodySector.body_id == body_id, BodySector.sector_code == sector_code)
