"""How far notices came inside organisations: what questionnaires counted, as shares of who answered."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.figures.periods import Span
from feeds.figures.shares import Share, shares
from feeds.surveys import categories, queries
from feeds.surveys.categories import Category, Merged, Reason
from feeds.surveys.models import Kind, Questionnaire, Respondent, Survey
from feeds.surveys.queries import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What organisations answered; `merged` and `judged` are those of the report's figure 3-3."""

    asked: int
    categories: Mapping[Category, Share]
    merged: Mapping[Merged, Share]
    judged: Share
    reasons: Mapping[Reason, Share]

    @property
    def organisations(self) -> int:
        """Return N."""
        return self.judged.of


def asked_in(period: Span, kind: Kind, *, sector: str = "", body_id: uuid.UUID | None = None) -> Asked:
    """Return which answers belong to a period."""
    return Asked(kind=kind, since=period.begin, until=period.end, sector_code=sector or None, body_id=body_id)


def answered(session: orm.Session, asked: Asked) -> Answered:
    """Return the shares of what was answered."""
    counts = queries.dissemination_counts(session, asked=asked)
    reasons = queries.reason_counts(session, asked=asked)
    return Answered(
        asked=queries.asked_count(session, asked=asked),
        categories=shares(counts, Category),
        merged=shares(categories.merged(counts, reasons), Merged),
        judged=Share(count=categories.judged(counts, reasons), of=counts.total()),
        reasons=shares(reasons, Reason),
    )


def bodies_behind(session: orm.Session, period: Span, kind: Kind) -> frozenset[uuid.UUID]:
    """Return the bodies for which anybody answered in a period."""
    return frozenset(
        session.scalars(
            sa.select(Survey.body_id)
            .distinct()
            .join(Respondent, Respondent.survey_id == Survey.id)
            .join(Questionnaire, Questionnaire.id == Survey.questionnaire_id)
            .where(Questionnaire.kind == kind, Respondent.category.is_not(None))
            .where(Survey.about_at >= period.begin, Survey.about_at < period.end)
        )
    )
