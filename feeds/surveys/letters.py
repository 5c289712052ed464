"""Mail about questionnaires, and the nightly look: who is to be asked, who is to be reminded."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.surveys import asking
from feeds.surveys.models import Respondent, Survey
from feeds.surveys.states import AnswerState
from hub.core import outbox
from hub.core.instance import Instance
from hub.core.letters import Letter

NIGHT = "surveys.watch"
STAGES = (1, 7)  # days before the closing date, the last first

LETTERS: dict[str, Letter] = {
    "survey-asked": Letter(
        ja="アンケートへの回答をお願いします。次のページにサインインして回答するか、回答用リンクを"
        "貴組織から会員事業者に渡してください。",
        en="Please answer a questionnaire. Sign in here to answer it, or to make links that you pass on to "
        "your members.",
    ),
    "survey-closes": Letter(
        ja="回答期限が近づいているアンケートに、まだ回答のない組織があります。次のページにサインインして"
        "確認してください。",
        en="A questionnaire closes soon, and not every organisation has answered. Sign in here.",
    ),
}


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Ask about what is due, and remind of what closes soon; the job `surveys.watch`."""
    with hub.db.transaction() as session:
        asking.ask_after_notices(session, now=now)
        waiting = sa.exists().where(Respondent.survey_id == Survey.id, Respondent.state == AnswerState.OPEN)
        soon = now + timedelta(days=STAGES[-1])
        closing = sa.select(Survey).where(Survey.closes_at > now, Survey.closes_at <= soon, waiting)
        for survey in session.scalars(closing.order_by(Survey.closes_at)):
            left = survey.closes_at - now
            stage = next(days for days in STAGES if left <= timedelta(days=days))
            asking.tell(session, survey, "survey-closes", occasion=f"{stage} days", now=now)
        _forget_drafts(session, now=now)
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def _forget_drafts(session: orm.Session, *, now: datetime) -> None:
    """Let go of what was typed and never sent, once it cannot be sent any more."""
    closed = sa.select(Survey).where(Survey.closes_at <= now)
    for survey in session.scalars(closed.where(Survey.draft.is_not(None))):
        survey.draft = survey.drafted_at = None
    typed = sa.select(Respondent).where(
        Respondent.draft.is_not(None), Respondent.survey_id.in_(closed.with_only_columns(Survey.id))
    )
    for respondent in session.scalars(typed):
        respondent.draft = respondent.drafted_at = None
