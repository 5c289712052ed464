"""What happens to agreements: sample sent, answered, replied to, passed on, concluded, terminated."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import audit, outbox
from hub.core.audit import THE_HUB, Actor
from hub.core.clock import JST
from hub.core.errors import InputError, NotAllowedError, NotFoundError
from hub.core.machine import step
from hub.core.stamps import genuine
from hub.core.vault import Vault
from nda.agreements import queries
from nda.agreements.contract import Conclusion, place, write
from nda.agreements.models import Agreement
from nda.agreements.states import MOVES, Move, State
from nda.agreements.telling import contacts_of, people_of, tell
from nda.texts import CURRENT
from sectors.applications import acts
from sectors.applications import queries as applications
from sectors.applications.states import State as ApplicationState
from sectors.bodies import queries as bodies
from sectors.bodies import service as body_service
from sectors.bodies.details import BodyDetails
from sectors.bodies.models import Body
from sectors.openings import queries as openings
from sectors.openings.models import Kind as OpeningKind
from sectors.openings.states import State as OpeningState

REMARKS_MISSING = "Write your remarks"
REASON_MISSING = "Write the reason"
REPLY_MISSING = "Write the reply"


def send_sample(session: orm.Session, application_id: uuid.UUID, *, now: datetime) -> Agreement:
    """Send the present sample for an accepted application; a repeat finds the agreement and does nothing.

    Raises:
        NotFoundError: there is no accepted application of this id.

    """
    found = queries.of_application(session, application_id)
    if found is not None:
        return found
    application = applications.application(session, application_id)
    if application.state is not ApplicationState.ACCEPTED:
        raise NotFoundError("no such accepted application")
    agreement = _sample(session, application.organisation_id, now=now)
    agreement.application_id = application.id
    tell(session, agreement, "agreement-sample", [application.applicant], now=now)
    return agreement


def send_sample_after_opening(session: orm.Session, opening_id: uuid.UUID, *, now: datetime) -> Agreement:
    """Send the present sample to a body on the exception route; a repeat does nothing.

    Raises:
        NotFoundError: no opening of this id counts, or the hub did not write it.

    """
    found = queries.of_opening(session, opening_id)
    if found is not None:
        return found
    opening = openings.opening(session, opening_id)
    counts = opening.state is OpeningState.COUNTING and opening.kind is OpeningKind.EXCEPTION
    if not counts or opening.organisation_id is None or not genuine(session, opening):
        raise NotFoundError("no such opening that counts")
    agreement = _sample(session, opening.organisation_id, now=now)
    agreement.opening_id = opening.id
    tell(session, agreement, "agreement-sample", people_of(session, agreement), now=now)
    return agreement


def _sample(session: orm.Session, organisation_id: uuid.UUID, *, now: datetime) -> Agreement:
    agreement = Agreement(
        organisation_id=organisation_id, text_version=CURRENT, sample_sent_at=now, since=now
    )
    session.add(agreement)
    session.flush()  # its id is used right away
    audit.record(session, "agreement.sample-sent", by=THE_HUB, subject=agreement.id, now=now, text=CURRENT)
    return agreement


def answer(
    session: orm.Session, agreement_id: uuid.UUID, *, can: bool, remarks: str, by: Actor, now: datetime
) -> Agreement:
    """Take the applicant's answer whether it can conclude an equivalent agreement; if not, it ends here.

    One that can but has remarks goes back to IPA with them.

    Raises:
        NotFoundError: the agreement is another organisation's.
        IllegalMoveError: it was answered already.

    """
    agreement = queries.own(session, agreement_id, organisation_id=by.organisation_id, lock=True)
    accepted = Move.REMARK if remarks.strip() else Move.ACCEPT_SAMPLE
    _act(session, agreement, accepted if can else Move.DECLINE_SAMPLE, by=by, now=now)
    agreement.answered_at, agreement.remarks = now, remarks
    letter = "agreement-remarked" if agreement.state is State.REMARKED else "agreement-answered"
    tell(session, agreement, letter, accounts.active(session, Role.REVIEWER), now=now)
    return agreement


def reply(session: orm.Session, agreement_id: uuid.UUID, *, text: str, by: Actor, now: datetime) -> None:
    """Reply to the applicant's remarks; the present sample is sent again, and the applicant answers anew.

    Raises:
        InputError: the reply is empty.
        IllegalMoveError: the applicant has no open remarks.

    """
    if not text.strip():
        raise InputError({"text": REPLY_MISSING})
    agreement = _others(session, agreement_id, by=by)
    _act(session, agreement, Move.REPLY, by=by, now=now)
    agreement.reply, agreement.text_version, agreement.sample_sent_at = text, CURRENT, now
    tell(session, agreement, "agreement-replied", people_of(session, agreement), now=now)


def pass_on(session: orm.Session, agreement_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Pass the documents on to JPCERT/CC.

    Raises:
        IllegalMoveError: the applicant has not answered that it can, or it was passed on already.

    """
    agreement = _others(session, agreement_id, by=by)
    _act(session, agreement, Move.PASS_ON, by=by, now=now)
    agreement.passed_on_at = now
    tell(session, agreement, "agreement-passed-on", accounts.active(session, Role.COORDINATOR), now=now)


def send_back(
    session: orm.Session, agreement_id: uuid.UUID, *, remarks: str, by: Actor, now: datetime
) -> None:
    """Send the documents back to IPA with remarks.

    Raises:
        InputError: there are no remarks.
        IllegalMoveError: they are not with JPCERT/CC.

    """
    if not remarks.strip():
        raise InputError({"remarks": REMARKS_MISSING})
    agreement = _others(session, agreement_id, by=by)
    _act(session, agreement, Move.SEND_BACK, by=by, now=now)
    agreement.staff_remarks = remarks
    tell(session, agreement, "agreement-sent-back", accounts.active(session, Role.REVIEWER), now=now)


def conclude(
    session: orm.Session,
    agreement_id: uuid.UUID,
    conclusion: Conclusion,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Body:
    """Record the signed agreement and the decision to provide; the applicant is a sector body from now.

    Raises:
        InputError: the days or the document cannot be right.
        IllegalMoveError: it is not with JPCERT/CC, or was concluded already.
        ConflictError: a contact's mail address belongs to another organisation's account.

    """
    problems = conclusion.problems(today=now.astimezone(JST).date())
    if problems:
        raise InputError(problems)
    agreement = _others(session, agreement_id, by=by)
    _act(session, agreement, Move.CONCLUDE, by=by, now=now)
    write(agreement, conclusion, vault=vault, now=now)
    applicants = people_of(session, agreement)
    details = _details_of(session, agreement, vault=vault)
    body = body_service.establish(session, agreement.organisation_id, details, by=by, now=now)
    people = {account.id: account for account in (*applicants, *contacts_of(session, body))}
    tell(session, agreement, "agreement-concluded", people.values(), now=now)
    return body


def _details_of(session: orm.Session, agreement: Agreement, *, vault: Vault) -> BodyDetails:
    """Return what the agreement's application told, or what was consulted in its place."""
    if agreement.application_id is not None:
        application = applications.application(session, agreement.application_id)
        return acts.submission_of(application, vault=vault).details
    if agreement.opening_id is None:
        raise NotFoundError("nothing was applied for")
    opening = openings.opening(session, agreement.opening_id)
    if not genuine(session, opening):
        raise NotFoundError("no such opening that counts")
    return openings.proposal_of(opening, vault=vault).details


def terminate(
    session: orm.Session, agreement_id: uuid.UUID, *, reason: str, by: Actor, now: datetime
) -> None:
    """End an agreement at once, and every other one in force with the same body.

    Who may receive is computed from it at every poll and sending. A certificate of destruction is asked for.

    Raises:
        InputError: there is no reason.
        IllegalMoveError: it is not concluded, or has ended already.

    """
    if not reason.strip():
        raise InputError({"reason": REASON_MISSING})
    agreement = _others(session, agreement_id, by=by)
    _end(session, agreement, reason=reason, by=by, now=now)
    for other in queries.agreements_of(session, agreement.organisation_id):
        if other.state is State.CONCLUDED:
            _end(session, other, reason=reason, by=by, now=now)
    body = bodies.body_of(session, agreement.organisation_id)
    if body is not None:
        tell(session, agreement, "agreement-terminated", contacts_of(session, body), now=now)
        ask_for_destruction(session, agreement, body, now=now)


def _end(session: orm.Session, agreement: Agreement, *, reason: str, by: Actor, now: datetime) -> None:
    _act(session, agreement, Move.TERMINATE, by=by, now=now)
    agreement.terminated_at, agreement.termination_reason = now, reason


def ask_for_destruction(session: orm.Session, agreement: Agreement, body: Body, *, now: datetime) -> None:
    """Promise that a certificate of destruction is asked for, once for each agreement that ended."""
    outbox.promise(
        session,
        "destruction.request",
        now=now,
        key=f"destruction.request/agreement/{agreement.id}",
        body_id=body.id,
        cause="agreement-ended",
        occasion=f"agreement {agreement.id}",
    )


def document_of(
    session: orm.Session, agreement: Agreement, *, vault: Vault, by: Actor, now: datetime
) -> bytes:
    """Return the signed document; that somebody fetched it is recorded.

    Raises:
        NotFoundError: none was filed.

    """
    if agreement.document is None:
        raise NotFoundError("no signed document")
    audit.record(session, "agreement.document-fetched", by=by, subject=agreement.id, now=now)
    return vault.open(agreement.document, place=place(agreement))


def _others(session: orm.Session, agreement_id: uuid.UUID, *, by: Actor) -> Agreement:
    """Return the agreement, locked, unless it is with the actor's own organisation."""
    agreement = queries.agreement(session, agreement_id, lock=True)
    if agreement.organisation_id == by.organisation_id:
        raise NotAllowedError("You cannot act on an agreement with your own organisation")
    return agreement


def _act(session: orm.Session, agreement: Agreement, move: Move, *, by: Actor, now: datetime) -> None:
    agreement.state, agreement.since = step(MOVES, agreement.state, move), now
    audit.record(
        session,
        f"agreement.{agreement.state}",
        by=by,
        subject=agreement.id,
        concerns=agreement.organisation_id,
        now=now,
    )
