"""What happens to an answer: typed and kept, given by the body for its members or by a member itself.

One answer counts for an organisation. What a member says itself goes before what its body said for it, and
the body cannot replace it; it can hand out another link to a member who wants to correct itself.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import orm

from feeds.surveys import at_rest, finding, links, replies
from feeds.surveys.at_rest import Typed
from feeds.surveys.models import Respondent, Survey
from feeds.surveys.replies import Reply
from feeds.surveys.states import ANSWER_MOVES, AnswerMove, AnswerState
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import ConflictError, InputError, NotAllowedError
from hub.core.machine import step
from hub.core.vault import Vault
from sectors.bodies import queries as bodies

PURPOSE = "survey answer"


def answer(
    session: orm.Session,
    survey_id: uuid.UUID,
    respondent_ids: Collection[uuid.UUID],
    reply: Reply,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Take one answer of the body for each of these organisations; what it had typed is forgotten.

    Raises:
        ConflictError: one of them has answered itself; nothing was changed.
        InputError: no organisation is named, or the answer does not fit the questions.
        NotAllowedError: the closing date is over.
        NotFoundError: there is no such survey, or one of them is not asked in it.

    """
    survey = finding.survey(session, survey_id, lock=True)
    _refuse_closed(survey, now=now)
    if not respondent_ids:
        raise InputError({"organisations": "Choose for which organisations you answer"})
    replies.check(reply, survey.questionnaire.questions)
    asked = [finding.respondent(session, survey.id, each, lock=True) for each in respondent_ids]
    if any(each.state is AnswerState.ANSWERED_ITSELF and each.operator_id is not None for each in asked):
        raise ConflictError("One of these organisations has answered by itself; its own answer counts")
    for each in asked:
        move = AnswerMove.ANSWER if each.operator_id is None else AnswerMove.ANSWER_FOR
        _give(session, survey, each, reply, move, vault=vault, by=by, now=now)
    survey.draft = survey.drafted_at = None


def answer_by_link(
    session: orm.Session, token: str, reply: Reply, *, key: bytes, vault: Vault, by: Actor, now: datetime
) -> None:
    """Take the answer of a member by its link, which is used up; it replaces what the body said for it.

    Raises:
        InputError: the answer does not fit the questions; the link can still be used.
        NotFoundError: the link cannot be used (`links.opened`).

    """
    respondent, survey = by_link(session, token, key=key, now=now, lock=True)
    replies.check(reply, survey.questionnaire.questions)
    links.redeem(session, token, purpose=PURPOSE, key=key, now=now)
    _give(session, survey, respondent, reply, AnswerMove.ANSWER, vault=vault, by=by, now=now)
    respondent.draft = respondent.drafted_at = None


def by_link(
    session: orm.Session, token: str, *, key: bytes, now: datetime, lock: bool = False
) -> tuple[Respondent, Survey]:
    """Return who may answer by this link, and what.

    Raises:
        NotFoundError: the link cannot be used.

    """
    link = links.opened(session, token, purpose=PURPOSE, key=key, now=now)
    respondent = finding.respondent_of(session, link.subject_id, lock=lock)
    if lock:  # first the organisation, then its link, as where a new one is handed out
        links.opened(session, token, purpose=PURPOSE, key=key, now=now, lock=True)
    return respondent, finding.survey(session, respondent.survey_id)


def keep(session: orm.Session, survey_id: uuid.UUID, typed: Typed, *, vault: Vault, now: datetime) -> None:
    """Keep what a body has typed, right or not.

    Raises:
        NotAllowedError: the closing date is over.
        NotFoundError: there is no such survey.

    """
    survey = finding.survey(session, survey_id, lock=True)
    _refuse_closed(survey, now=now)
    at_rest.keep_draft(survey, typed, vault=vault)
    survey.drafted_at = now


def keep_by_link(
    session: orm.Session, token: str, typed: Typed, *, key: bytes, vault: Vault, now: datetime
) -> None:
    """Keep what a member has typed, right or not; its link stays good.

    Raises:
        NotFoundError: the link cannot be used.

    """
    respondent, _survey = by_link(session, token, key=key, now=now, lock=True)
    at_rest.keep_draft(respondent, typed, vault=vault)
    respondent.drafted_at = now


def hand_out(
    session: orm.Session,
    survey_id: uuid.UUID,
    respondent_ids: Collection[uuid.UUID],
    *,
    key: bytes,
    by: Actor,
    now: datetime,
) -> dict[uuid.UUID, str]:
    """Return a new link's secret for each of these members; one handed out before is good no more.

    Raises:
        InputError: no member is named.
        NotAllowedError: the closing date is over, or the body itself is among them.
        NotFoundError: there is no such survey, or one of them is not asked in it.

    """
    survey = finding.survey(session, survey_id, lock=True)
    _refuse_closed(survey, now=now)
    if not respondent_ids:
        raise InputError({"members": "Choose the members who are to have a link"})
    asked = [finding.respondent(session, survey.id, each, lock=True) for each in respondent_ids]
    if any(each.operator_id is None for each in asked):
        raise NotAllowedError("The body itself answers here and needs no link")
    made = {
        each.id: links.issue(
            session, each.id, purpose=PURPOSE, expires_at=survey.closes_at, key=key, by=by, now=now
        )
        for each in asked
    }
    audit.record(session, "survey.links", by=by, subject=survey.id, now=now, links=str(len(made)))
    return made


def _give(
    session: orm.Session,
    survey: Survey,
    respondent: Respondent,
    reply: Reply,
    move: AnswerMove,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    respondent.state = step(ANSWER_MOVES, respondent.state, move)
    respondent.category, respondent.reason = reply.category, reply.reason
    place = at_rest.answers_place(respondent.id)
    respondent.answers = vault.seal(replies.packed(reply.values), place=place)
    respondent.answered_at, respondent.answered_by = now, by.account_id
    audit.record(
        session,
        "survey.answered",
        by=by,
        concerns=bodies.body(session, survey.body_id).organisation_id,
        subject=respondent.id,
        now=now,
        state=respondent.state,
    )


def _refuse_closed(survey: Survey, *, now: datetime) -> None:
    if survey.closes_at <= now:
        raise NotAllowedError("The closing date is over")
