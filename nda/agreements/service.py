"""What happens to agreements: sample sent, answered, passed on, sent back, concluded, terminated."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.core import audit, outbox
from hub.core.audit import THE_HUB, Actor
from hub.core.clock import JST
from hub.core.errors import InputError, NotAllowedError, NotFoundError
from hub.core.machine import step
from hub.core.vault import Place, Vault
from nda.agreements import queries
from nda.agreements.models import Agreement
from nda.agreements.states import MOVES, Move
from nda.texts import CURRENT
from sectors.applications import acts
from sectors.applications import queries as applications
from sectors.applications.states import State as ApplicationState
from sectors.bodies import queries as bodies
from sectors.bodies import service as body_service
from sectors.bodies.models import Body

LARGEST = 20 * 1024 * 1024  # bytes of the signed document
PDF = b"%PDF-"
REMARKS_MISSING = "Write your remarks"
REASON_MISSING = "Write the reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What the signed agreement says; `ends_on` is its last day, both days in Japanese time."""

    body_signer: str
    jpcert_signer: str
    ipa_signer: str
    decided_on: date
    starts_on: date
    ends_on: date
    document: bytes

    def problems(self, *, today: date) -> dict[str, str]:
        """Return what is wrong with it, by field."""
        found = {}
        if self.ends_on <= max(self.starts_on, today):
            found["ends_on"] = "The last day must be after the first day and after today"
        if self.decided_on > today:
            found["decided_on"] = "The decision cannot be of a later day than today"
        if not self.document.startswith(PDF):
            found["document"] = "The signed agreement must be a PDF file"
        elif len(self.document) > LARGEST:
            found["document"] = "The file is larger than 20 MB"
        return found


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
    agreement = Agreement(
        application_id=application.id,
        organisation_id=application.organisation_id,
        text_version=CURRENT,
        sample_sent_at=now,
    )
    session.add(agreement)
    session.flush()  # its id is used right away
    audit.record(session, "agreement.sample-sent", by=THE_HUB, subject=agreement.id, now=now, text=CURRENT)
    _tell(session, agreement, "agreement-sample", [application.applicant], now=now)
    return agreement


def answer(
    session: orm.Session, agreement_id: uuid.UUID, *, can: bool, remarks: str, by: Actor, now: datetime
) -> Agreement:
    """Take the applicant's answer whether it can conclude an equivalent agreement; if not, it ends here.

    Raises:
        NotFoundError: the agreement is another organisation's.
        IllegalMoveError: it was answered already.

    """
    agreement = queries.own(session, agreement_id, organisation_id=by.organisation_id, lock=True)
    _act(session, agreement, Move.ACCEPT_SAMPLE if can else Move.DECLINE_SAMPLE, by=by, now=now)
    agreement.answered_at, agreement.remarks = now, remarks
    _tell(session, agreement, "agreement-answered", accounts.active(session, Role.REVIEWER), now=now)
    return agreement


def pass_on(session: orm.Session, agreement_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Pass the documents on to JPCERT/CC.

    Raises:
        IllegalMoveError: the applicant has not answered that it can, or it was passed on already.

    """
    agreement = _others(session, agreement_id, by=by)
    _act(session, agreement, Move.PASS_ON, by=by, now=now)
    agreement.passed_on_at = now
    _tell(session, agreement, "agreement-passed-on", accounts.active(session, Role.COORDINATOR), now=now)


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
    _tell(session, agreement, "agreement-sent-back", accounts.active(session, Role.REVIEWER), now=now)


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
    _write(agreement, conclusion, vault=vault, now=now)
    application = applications.application(session, agreement.application_id)
    details = acts.submission_of(application, vault=vault).details
    body = body_service.establish(session, agreement.organisation_id, details, by=by, now=now)
    people = {account.id: account for account in (application.applicant, *_people(session, body))}
    _tell(session, agreement, "agreement-concluded", people.values(), now=now)
    return body


def terminate(
    session: orm.Session, agreement_id: uuid.UUID, *, reason: str, by: Actor, now: datetime
) -> None:
    """End an agreement at once; who may receive is computed from it at every poll and sending.

    Raises:
        InputError: there is no reason.
        IllegalMoveError: it is not concluded, or has ended already.

    """
    if not reason.strip():
        raise InputError({"reason": REASON_MISSING})
    agreement = _others(session, agreement_id, by=by)
    _act(session, agreement, Move.TERMINATE, by=by, now=now)
    agreement.terminated_at, agreement.termination_reason = now, reason
    body = bodies.body_of(session, agreement.organisation_id)
    if body is not None:
        _tell(session, agreement, "agreement-terminated", _people(session, body), now=now)


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
    return vault.open(agreement.document, place=_place(agreement))


def _others(session: orm.Session, agreement_id: uuid.UUID, *, by: Actor) -> Agreement:
    """Return the agreement, locked, unless it is with the actor's own organisation."""
    agreement = queries.agreement(session, agreement_id, lock=True)
    if agreement.organisation_id == by.organisation_id:
        raise NotAllowedError("You cannot act on an agreement with your own organisation")
    return agreement


def _act(session: orm.Session, agreement: Agreement, move: Move, *, by: Actor, now: datetime) -> None:
    agreement.state = step(MOVES, agreement.state, move)
    audit.record(session, f"agreement.{agreement.state}", by=by, subject=agreement.id, now=now)


def _write(agreement: Agreement, conclusion: Conclusion, *, vault: Vault, now: datetime) -> None:
    agreement.concluded_at = now
    agreement.body_signer = conclusion.body_signer
    agreement.jpcert_signer = conclusion.jpcert_signer
    agreement.ipa_signer = conclusion.ipa_signer or None
    agreement.decided_on = conclusion.decided_on
    agreement.starts_at = _midnight(conclusion.starts_on)
    agreement.ends_at = _midnight(conclusion.ends_on + timedelta(days=1))
    agreement.document = vault.seal(conclusion.document, place=_place(agreement))
    agreement.document_sha256 = hashlib.sha256(conclusion.document).hexdigest()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=JST)


def _place(agreement: Agreement) -> Place:
    return Place(table="agreement", row=agreement.id, column="document")


def _people(session: orm.Session, body: Body) -> list[Account]:
    return [each.account for each in bodies.contacts(session, body.id) if each.account is not None]


def _tell(
    session: orm.Session, agreement: Agreement, letter: str, people: Iterable[Account], *, now: datetime
) -> None:
    for person in people:
        outbox.promise(
            session,
            "letter",
            now=now,
            key=f"{letter}/{agreement.id}/{now.timestamp():.0f}/{person.id}",
            letter=letter,
            to=person.email,
            path=f"/agreements/{agreement.id}",
        )
