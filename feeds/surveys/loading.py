"""Counted answers, such as those of a survey on paper, taken in as answers of organisations.

They go the way that every answer goes: each is given by the body for one of the organisations that are asked.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from feeds.surveys import finding, service
from feeds.surveys.categories import Category, Reason
from feeds.surveys.replies import Reply
from feeds.surveys.states import AnswerState
from hub.core.audit import Actor
from hub.core.errors import InputError
from hub.core.vault import Vault

Counts = Mapping[tuple[Category, Reason | None], int]


def load_counts(
    session: orm.Session, survey_id: uuid.UUID, counts: Counts, *, vault: Vault, by: Actor, now: datetime
) -> None:
    """Answer so often with each category and reason, for organisations that have not answered yet.

    Raises:
        InputError: the counts need more organisations than have not answered yet; nothing was changed.
        NotAllowedError: the closing date is over.
        NotFoundError: there is no such survey.

    """
    asked = finding.organisations(session, [finding.survey(session, survey_id).id])
    open_ = [each.respondent.id for each in asked if each.respondent.state is AnswerState.OPEN]
    if len(open_) < sum(counts.values()):
        raise InputError({"counts": "More answers than organisations that have not answered yet"})
    for (category, reason), count in counts.items():
        if count:
            chosen, open_ = open_[:count], open_[count:]
            reply = Reply(category=category, reason=reason)
            service.answer(session, survey_id, chosen, reply, vault=vault, by=by, now=now)
