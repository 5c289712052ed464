"""An agreement in force goes on: renewed for a further term, amended within its term, or run out."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import orm

from hub.core import audit
from hub.core.audit import THE_HUB, Actor
from hub.core.clock import JST
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotAllowedError, NotFoundError
from hub.core.machine import step
from hub.core.vault import Place, Vault
from nda.agreements import queries, service
from nda.agreements.contract import Conclusion, file_problems, midnight, write
from nda.agreements.models import Agreement, Amendment
from nda.agreements.states import MOVES, Move, State
from nda.agreements.telling import people_of, tell
from nda.texts import CURRENT
from sectors.bodies import queries as bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an amendment changes, and its signed document."""

    agreed_on: date
    summary: str
    document: bytes


def renew(
    session: orm.Session,
    agreement_id: uuid.UUID,
    conclusion: Conclusion,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Agreement:
    """Record the signed agreement for the next term; the present one stays as it is until its end.

    Raises:
        InputError: the days or the document cannot be right.
        IllegalMoveError: the agreement is not concluded.
        ConflictError: it was renewed already.
        NotAllowedError: it is with the actor's own organisation.

    """
    present = _in_force(session, agreement_id, by=by)
    if queries.renewal_of(session, present.id) is not None:
        raise ConflictError("This agreement was renewed already")
    problems = conclusion.problems(today=now.astimezone(JST).date())
    if present.ends_at is not None and midnight(conclusion.starts_on) > present.ends_at:
        problems["starts_on"] = "The next term must begin at the latest on the day after the present one"
    if problems:
        raise InputError(problems)
    renewed = Agreement(
        id=uuid.uuid4(),
        organisation_id=present.organisation_id,
        renews_id=present.id,
        state=State.CONCLUDED,
        text_version=CURRENT,
        sample_sent_at=now,
        since=now,
    )
    write(renewed, conclusion, vault=vault, now=now)
    session.add(renewed)
    session.flush()  # its id goes into the log
    audit.record(
        session, "agreement.renewed", by=by, subject=present.id, now=now, by_agreement=str(renewed.id)
    )
    tell(session, renewed, "agreement-renewed", people_of(session, renewed), now=now)
    return renewed


def amend(
    session: orm.Session, agreement_id: uuid.UUID, change: Change, *, vault: Vault, by: Actor, now: datetime
) -> Amendment:
    """Record a signed change of an agreement in force.

    Raises:
        InputError: nothing is told, the day cannot be right, or the document is no PDF.
        IllegalMoveError: the agreement is not concluded.
        NotAllowedError: it is with the actor's own organisation.

    """
    agreement = _in_force(session, agreement_id, by=by)
    problems = file_problems(change.document)
    if not change.summary.strip():
        problems["summary"] = "Write what changes"
    if change.agreed_on > now.astimezone(JST).date():
        problems["agreed_on"] = "The day cannot be later than today"
    if problems:
        raise InputError(problems)
    amendment_id = uuid.uuid4()
    amendment = Amendment(
        id=amendment_id,
        agreement_id=agreement.id,
        agreed_on=change.agreed_on,
        summary=change.summary.strip(),
        document=vault.seal(change.document, place=_place(amendment_id)),
        document_sha256=hashlib.sha256(change.document).hexdigest(),
        recorded_at=now,
        recorded_by=by.account_id,
    )
    session.add(amendment)
    audit.record(session, "agreement.amended", by=by, subject=agreement.id, now=now)
    tell(session, agreement, "agreement-amended", people_of(session, agreement), now=now)
    return amendment


def amendment_document(
    session: orm.Session,
    agreement: Agreement,
    amendment_id: uuid.UUID,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> bytes:
    """Return the signed document of a change; that somebody fetched it is recorded.

    Raises:
        NotFoundError: the agreement has no such change.

    """
    amendment = session.get(Amendment, amendment_id)
    if amendment is None or amendment.agreement_id != agreement.id:
        raise NotFoundError("no such amendment")
    audit.record(session, "agreement.document-fetched", by=by, subject=agreement.id, now=now)
    return vault.open(amendment.document, place=_place(amendment.id))


def run_out(session: orm.Session, agreement_id: uuid.UUID, *, now: datetime) -> None:
    """Note that the term of an agreement is over; where no other binds, ask for the destruction.

    One that is not over, or ended otherwise, stays as it is.
    """
    agreement = queries.agreement(session, agreement_id, lock=True)
    if agreement.state is not State.CONCLUDED or agreement.ends_at is None or agreement.ends_at > now:
        return
    agreement.state, agreement.since = step(MOVES, agreement.state, Move.RUN_OUT), now
    audit.record(session, "agreement.ran-out", by=THE_HUB, subject=agreement.id, now=now)
    body = bodies.body_of(session, agreement.organisation_id)
    if body is None or queries.in_force(session, agreement.organisation_id, at=now):
        return
    tell(session, agreement, "agreement-terminated", people_of(session, agreement), now=now)
    service.ask_for_destruction(session, agreement, body, now=now)


def _in_force(session: orm.Session, agreement_id: uuid.UUID, *, by: Actor) -> Agreement:
    agreement = queries.agreement(session, agreement_id, lock=True)
    if agreement.organisation_id == by.organisation_id:
        raise NotAllowedError("You cannot act on an agreement with your own organisation")
    if agreement.state is not State.CONCLUDED:
        raise IllegalMoveError("the agreement is not in force")
    return agreement


def _place(amendment_id: uuid.UUID) -> Place:
    return Place(table="agreement_amendment", row=amendment_id, column="document")
