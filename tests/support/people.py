"""Organisations and people for tests, as the services make them."""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.models import Account, Organisation, OrganisationKind, Role
from hub.accounts.states import State

THEN = datetime(2026, 11, 1, tzinfo=UTC)
KIND = {
    Role.REVIEWER: OrganisationKind.IPA,
    Role.COORDINATOR: OrganisationKind.JPCERT,
    Role.AUDITOR: OrganisationKind.JPCERT,
    Role.ADMINISTRATOR: OrganisationKind.JPCERT,
}


def make_organisation(
    session: orm.Session, kind: OrganisationKind = OrganisationKind.BODY, name: str | None = None
) -> Organisation:
    """Return a new organisation, or for IPA and JPCERT/CC the one there is."""
    if kind is not OrganisationKind.BODY:
        found = session.scalar(sa.select(Organisation).where(Organisation.kind == kind))
        if found is not None:
            return found
    organisation = Organisation(kind=kind, name=name or f"{kind} {uuid.uuid4().hex[:6]}", created_at=THEN)
    session.add(organisation)
    session.flush()  # its id is used right away
    return organisation


def make_account(session: orm.Session, role: Role, organisation: Organisation | None = None) -> Account:
    """Return an active account of a role; its password and code are not set, tests sign in by session row."""
    organisation = organisation or make_organisation(session, KIND.get(role, OrganisationKind.BODY))
    account = Account(
        organisation_id=organisation.id,
        email=f"{role}-{uuid.uuid4().hex[:8]}@example.jp",
        name=f"{role} 太郎",
        role=role,
        state=State.ACTIVE,
        created_at=THEN,
    )
    session.add(account)
    session.flush()  # its id is used right away
    return account
