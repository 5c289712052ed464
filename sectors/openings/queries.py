"""Look-ups of bodies opened without an application."""

import hashlib
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from hub.core.vault import Place, Vault
from sectors.openings.models import Opening
from sectors.openings.proposal import Proposal, from_json
from sectors.openings.states import State


def opening(session: orm.Session, opening_id: uuid.UUID, *, lock: bool = False) -> Opening:
    """Return one opening.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Opening, opening_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("no such opening")
    return found


def openings(session: orm.Session) -> Sequence[Opening]:
    """Return every opening, the newest first."""
    return session.scalars(sa.select(Opening).order_by(Opening.proposed_at.desc(), Opening.id)).all()


def to_approve(session: orm.Session, account_id: uuid.UUID) -> int:
    """Count the openings that wait for this person, who proposed none of them."""
    waiting = sa.select(sa.func.count()).where(
        Opening.state == State.PROPOSED, Opening.proposed_by != account_id
    )
    return session.scalar(waiting) or 0


def unapproved(session: orm.Session) -> Sequence[Opening]:
    """Return the openings that wait for a second person, the oldest first."""
    return session.scalars(
        sa.select(Opening).where(Opening.state == State.PROPOSED).order_by(Opening.proposed_at)
    ).all()


def document_place(opening_id: uuid.UUID) -> Place:
    """Return where the sealed document lives."""
    return Place(table="opening", row=opening_id, column="document")


def contract_place(opening_id: uuid.UUID) -> Place:
    """Return where the sealed agreement lives."""
    return Place(table="opening", row=opening_id, column="contract")


def proposal_of(found: Opening, *, vault: Vault) -> Proposal:
    """Return who the body is.

    Raises:
        NotFoundError: the document is not the one that was proposed.

    """
    document = vault.open(found.document, place=document_place(found.id))
    if hashlib.sha256(document).hexdigest() != found.document_sha256:
        raise NotFoundError("not the document that was proposed")
    return from_json(document)


def contract_of(found: Opening, *, vault: Vault) -> bytes:
    """Return the agreement in force of a body that is taken over, as PDF.

    Raises:
        NotFoundError: none was filed, or it is not the one that was proposed.

    """
    if found.contract is None:
        raise NotFoundError("no agreement was filed")
    contract = vault.open(found.contract, place=contract_place(found.id))
    if hashlib.sha256(contract).hexdigest() != found.contract_sha256:
        raise NotFoundError("not the agreement that was proposed")
    return contract
