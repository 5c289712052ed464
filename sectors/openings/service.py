"""A body joins without an application: proposed by one coordinator, approved by another, counting later.

All staff are told of each step, and any of them can refuse it until it counts. What follows is promised:
the sample agreement (the exception route), or the taking over of the agreement in force.
"""

import hashlib
import uuid
from datetime import date, datetime

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts import service as account_service
from hub.accounts.models import Account, Organisation, OrganisationKind, Role
from hub.core import audit, outbox, second_person
from hub.core.audit import THE_HUB, Actor
from hub.core.clock import JST
from hub.core.errors import InputError, NotAllowedError
from hub.core.machine import step
from hub.core.stamps import genuine
from hub.core.vault import Vault
from sectors.bodies.models import ContactKind
from sectors.openings import queries
from sectors.openings.models import Kind, Opening
from sectors.openings.proposal import Existing, Proposal, to_json
from sectors.openings.states import MOVES, Move, State

LARGEST = 20 * 1024 * 1024  # bytes of the agreement in force
PDF = b"%PDF-"
FEWEST = 2  # operators of a body
TAKEN = "This mail address has an account already"
MAY_REFUSE = frozenset({Role.COORDINATOR, Role.REVIEWER})


def propose(
    session: orm.Session,
    proposal: Proposal,
    *,
    consultation: str,
    contract: bytes | None = None,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Opening:
    """Propose a body without an application; all other staff are told.

    Raises:
        InputError: something about it cannot be right.
        NotAllowedError: the person is no coordinator.

    """
    person = _coordinator(session, by)
    problems = _problems(session, proposal, contract, today=now.astimezone(JST).date())
    if not consultation.strip():
        problems["consultation"] = "Record the consultation"
    if problems:
        raise InputError(problems)
    document = to_json(proposal)
    opening_id = uuid.uuid4()
    opening = Opening(
        id=opening_id,
        kind=Kind.TAKEOVER if proposal.existing else Kind.EXCEPTION,
        state=State.PROPOSED,
        name=proposal.details.name_ja,
        consultation=consultation.strip(),
        document=vault.seal(document, place=queries.document_place(opening_id)),
        document_sha256=hashlib.sha256(document).hexdigest(),
        proposed_at=now,
        proposed_by=person.id,
    )
    if contract is not None:
        opening.contract = vault.seal(contract, place=queries.contract_place(opening_id))
        opening.contract_sha256 = hashlib.sha256(contract).hexdigest()
    session.add(opening)
    session.flush()  # its id goes into the log
    audit.record(session, "opening.proposed", by=by, now=now, subject=opening.id, kind=opening.kind)
    _tell(session, opening, "opening-proposed", but=person.id, now=now)
    return opening


def approve(session: orm.Session, opening_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Approve it as a coordinator who did not propose it; it counts a day later. All staff are told.

    Raises:
        NotFoundError: there is none of this id.
        NotAllowedError: the same person proposed it, or is no coordinator.
        IllegalMoveError: it does not wait for an approval.

    """
    opening = queries.opening(session, opening_id, lock=True)
    person = _coordinator(session, by)
    second_person.approve(session, opening, "opening.count", by=person.id, now=now, opening_id=opening.id)
    audit.record(session, "opening.approved", by=by, now=now, subject=opening.id)
    _tell(session, opening, "opening-approved", but=None, now=now)


def refuse(session: orm.Session, opening_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Refuse it before it counts, as any coordinator or reviewer.

    Raises:
        NotFoundError: there is none of this id.
        NotAllowedError: the person is not of the staff.
        IllegalMoveError: it counts already, or was refused.

    """
    opening = queries.opening(session, opening_id, lock=True)
    person = accounts.account(session, by.account_id) if by.account_id else None
    if person is None or person.role not in MAY_REFUSE:
        raise NotAllowedError("Only staff can refuse this.")
    opening.state, opening.ended_at = step(MOVES, opening.state, Move.REFUSE), now
    audit.record(session, "opening.refused", by=by, now=now, subject=opening.id)
    _tell(session, opening, "opening-refused", but=None, now=now)


def count(session: orm.Session, opening_id: uuid.UUID, *, vault: Vault, now: datetime) -> None:
    """Make the organisation when the delay is over, and promise what follows.

    A row that the hub did not write, or that was refused meanwhile, makes nothing.
    """
    opening = queries.opening(session, opening_id, lock=True)
    due = opening.state is State.APPROVED and opening.counts_at is not None and opening.counts_at <= now
    if not due or not genuine(session, opening):
        return
    proposal = queries.proposal_of(opening, vault=vault)
    organisation = Organisation(kind=OrganisationKind.BODY, name=proposal.details.name_ja, created_at=now)
    session.add(organisation)
    session.flush()  # the opening and the account refer to it
    opening.state, opening.ended_at = step(MOVES, opening.state, Move.COUNT), now
    opening.organisation_id = organisation.id
    audit.record(session, "opening.counting", by=THE_HUB, now=now, subject=opening.id)
    if opening.kind is Kind.EXCEPTION:
        _invite_main_contact(session, organisation, proposal, now=now)
        kind = "agreement.sample"
    else:
        kind = "agreement.take-over"
    outbox.promise(session, kind, now=now, key=f"{kind}/{opening.id}", opening_id=opening.id)


def _invite_main_contact(
    session: orm.Session, organisation: Organisation, proposal: Proposal, *, now: datetime
) -> None:
    """Open the account with which the sample agreement is answered."""
    main = proposal.details.contact(ContactKind.MAIN)
    if main is None:
        raise ValueError("a proposal names its main contact")
    account_service.open_account(
        session,
        organisation_id=organisation.id,
        email=main.email,
        name=main.name,
        role=Role.APPLICANT,
        by=THE_HUB,
        now=now,
    )


def _coordinator(session: orm.Session, by: Actor) -> Account:
    person = accounts.account(session, by.account_id) if by.account_id else None
    if person is None or person.role is not Role.COORDINATOR:
        raise NotAllowedError("Only a coordinator opens a body.")
    return person


def _problems(
    session: orm.Session, proposal: Proposal, contract: bytes | None, *, today: date
) -> dict[str, str]:
    found = {}
    if len(proposal.details.operators) < FEWEST:
        found["members"] = "List at least two member operators"
    for contact in proposal.details.contacts:
        if accounts.account_by_email(session, contact.email) is not None:
            found[f"{contact.kind}-email"] = TAKEN
    if proposal.existing is not None:
        found |= _agreement_problems(proposal.existing, contract or b"", today=today)
    return found


def _agreement_problems(existing: Existing, contract: bytes, *, today: date) -> dict[str, str]:
    found = {}
    if existing.ends_on <= max(existing.starts_on, today):
        found["ends_on"] = "The last day must be after the first day and after today"
    if existing.starts_on > today:
        found["starts_on"] = "The agreement must be in force already"
    if existing.decided_on > today:
        found["decided_on"] = "The decision cannot be of a later day than today"
    if existing.trial_ends_on is not None and existing.trial_ends_on <= today:
        found["trial_ends_on"] = "The trial period must end after today"
    if not contract.startswith(PDF):
        found["contract"] = "The signed agreement must be a PDF file"
    elif len(contract) > LARGEST:
        found["contract"] = "The file is larger than 20 MB"
    return found


def _tell(
    session: orm.Session, opening: Opening, letter: str, *, but: uuid.UUID | None, now: datetime
) -> None:
    for role in (Role.COORDINATOR, Role.REVIEWER):
        for person in accounts.active(session, role):
            if person.id != but:
                key = f"{letter}/{opening.id}/{person.id}"
                outbox.promise(
                    session,
                    "letter",
                    now=now,
                    key=key,
                    letter=letter,
                    to=person.email,
                    path=f"/openings/{opening.id}",
                    occasion=opening.id,
                )
