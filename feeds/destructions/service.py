"""What happens to a certificate of destruction: asked for, filed, accepted or returned, or called off."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.destructions import queries
from feeds.destructions.models import Cause, Destruction
from feeds.destructions.states import MOVES, Move
from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import audit, outbox
from hub.core.audit import THE_HUB, Actor
from hub.core.clock import JST
from hub.core.errors import InputError, NotFoundError
from hub.core.machine import step
from hub.core.vault import Vault
from sectors.bodies import queries as bodies

TIME_TO_DESTROY = timedelta(days=30)
LARGEST = 20 * 1024 * 1024  # bytes of the signed certificate
PDF = b"%PDF-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a body certifies; `document` is the signed one as PDF, where there is one."""

    signer: str
    destroyed_on: date
    members_too: bool
    statement: str
    document: bytes | None = None


def request(
    session: orm.Session, body_id: uuid.UUID, cause: Cause, *, occasion: str, now: datetime
) -> Destruction:
    """Ask a body to destroy what it holds and to certify it; an occasion is asked about once.

    Raises:
        NotFoundError: there is no such body.

    """
    found = session.scalar(
        sa.select(Destruction).where(Destruction.body_id == body_id, Destruction.occasion == occasion)
    )
    if found is not None:
        return found
    body = bodies.body(session, body_id)
    made = Destruction(
        id=uuid.uuid4(),
        body_id=body.id,
        cause=cause,
        occasion=occasion,
        covers=queries.held_by(session, body.id),
        requested_at=now,
        due_on=(now + TIME_TO_DESTROY).astimezone(JST).date(),
    )
    session.add(made)
    session.flush()  # its id goes into the log
    audit.record(session, "destruction.requested", by=THE_HUB, subject=made.id, now=now, cause=cause)
    tell_body(session, made, "destruction-requested", now=now, occasion="request")
    return made


def file(
    session: orm.Session,
    destruction_id: uuid.UUID,
    certificate: Certificate,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Take a body's certificate; the coordinators are told.

    Raises:
        NotFoundError: it was asked of another organisation.
        InputError: the day or the document cannot be right.
        IllegalMoveError: nothing is asked for any more.

    """
    found = own(session, destruction_id, by=by, lock=True)
    problems = _problems(certificate, today=now.astimezone(JST).date())
    if problems:
        raise InputError(problems)
    found.state = step(MOVES, found.state, Move.FILE)
    found.received_at, found.received_by, found.remarks = now, by.account_id, ""
    found.signer, found.destroyed_on = certificate.signer, certificate.destroyed_on
    found.members_too = certificate.members_too
    found.statement = vault.seal(certificate.statement.encode(), place=queries.statement_place(found.id))
    found.document = found.document_sha256 = None
    if certificate.document:
        found.document = vault.seal(certificate.document, place=queries.document_place(found.id))
        found.document_sha256 = hashlib.sha256(certificate.document).hexdigest()
    audit.record(session, "destruction.received", by=by, subject=found.id, now=now)
    tell_coordinators(session, found, "destruction-received", now=now, occasion=f"{now:%Y%m%d%H%M%S}")


def accept(session: orm.Session, destruction_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Accept a body's certificate.

    Raises:
        NotFoundError: there is none of this id.
        IllegalMoveError: nothing was filed.

    """
    found = queries.destruction(session, destruction_id, lock=True)
    found.state = step(MOVES, found.state, Move.ACCEPT)
    found.ended_at, found.ended_by = now, by.account_id
    audit.record(session, "destruction.accepted", by=by, subject=found.id, now=now)
    tell_body(session, found, "destruction-accepted", now=now, occasion="accepted")


def give_back(
    session: orm.Session, destruction_id: uuid.UUID, *, remarks: str, by: Actor, now: datetime
) -> None:
    """Return a certificate to the body with what it lacks; the deadline stays.

    Raises:
        InputError: there are no remarks.
        NotFoundError: there is none of this id.
        IllegalMoveError: nothing was filed.

    """
    found = _with_remarks(session, destruction_id, remarks)
    found.state = step(MOVES, found.state, Move.RETURN)
    audit.record(session, "destruction.returned", by=by, subject=found.id, now=now)
    tell_body(session, found, "destruction-returned", now=now, occasion=f"{now:%Y%m%d%H%M%S}")


def call_off(
    session: orm.Session, destruction_id: uuid.UUID, *, remarks: str, by: Actor, now: datetime
) -> None:
    """Ask for it no more, for a reason that is recorded.

    Raises:
        InputError: there is no reason.
        NotFoundError: there is none of this id.
        IllegalMoveError: it was filed already, or called off.

    """
    found = _with_remarks(session, destruction_id, remarks)
    found.state = step(MOVES, found.state, Move.CALL_OFF)
    found.ended_at, found.ended_by = now, by.account_id
    audit.record(session, "destruction.called-off", by=by, subject=found.id, now=now)
    tell_body(session, found, "destruction-called-off", now=now, occasion="called off")


def document_of(session: orm.Session, found: Destruction, *, vault: Vault, by: Actor, now: datetime) -> bytes:
    """Return the signed certificate; that somebody fetched it is recorded.

    Raises:
        NotFoundError: none was filed.

    """
    if found.document is None:
        raise NotFoundError("no signed certificate")
    audit.record(session, "destruction.document-fetched", by=by, subject=found.id, now=now)
    return vault.open(found.document, place=queries.document_place(found.id))


def own(session: orm.Session, destruction_id: uuid.UUID, *, by: Actor, lock: bool = False) -> Destruction:
    """Return a request to the person's own body.

    Raises:
        NotFoundError: there is none, or it was asked of another organisation.

    """
    found = queries.destruction(session, destruction_id, lock=lock)
    if bodies.body(session, found.body_id).organisation_id != by.organisation_id:
        raise NotFoundError("no such request")
    return found


def tell_body(session: orm.Session, found: Destruction, letter: str, *, now: datetime, occasion: str) -> None:
    """Promise a letter to every present contact of the body, once an occasion."""
    present = bodies.contacts(session, found.body_id)
    to = [each.email for each in present if bodies.is_confirmed(session, each)]
    _promise(session, found, letter, to, now=now, occasion=occasion)


def tell_coordinators(
    session: orm.Session, found: Destruction, letter: str, *, now: datetime, occasion: str
) -> None:
    """Promise a letter to every coordinator, once an occasion."""
    to = [each.email for each in accounts.active(session, Role.COORDINATOR)]
    _promise(session, found, letter, to, now=now, occasion=occasion)


def _promise(
    session: orm.Session, found: Destruction, letter: str, to: list[str], *, now: datetime, occasion: str
) -> None:
    for email in to:
        outbox.promise(
            session,
            "letter",
            now=now,
            key=f"{letter}/{found.id}/{occasion}/{email}"[:200],
            letter=letter,
            to=email,
            path=f"/destructions/{found.id}",
            occasion=occasion,
        )


def _with_remarks(session: orm.Session, destruction_id: uuid.UUID, remarks: str) -> Destruction:
    if not remarks.strip():
        raise InputError({"remarks": "Write your remarks"})
    found = queries.destruction(session, destruction_id, lock=True)
    found.remarks = remarks.strip()
    return found


def _problems(certificate: Certificate, *, today: date) -> dict[str, str]:
    found = {}
    if certificate.destroyed_on > today:
        found["destroyed_on"] = "The day cannot be later than today"
    if certificate.document is not None:
        if not certificate.document.startswith(PDF):
            found["document"] = "The signed certificate must be a PDF file"
        elif len(certificate.document) > LARGEST:
            found["document"] = "The file is larger than 20 MB"
    return found
