"""The people of the year: accounts set up and passkeys registered by the services, past the pages."""

from collections.abc import Callable
from datetime import datetime

import pyotp
from sqlalchemy import orm

from feeds.signers import console
from hub.accounts import queries, second_factor, service
from hub.accounts.models import Account, OrganisationKind, Role
from hub.accounts.passkeys import service as passkeys
from hub.accounts.passkeys.ceremony import Site
from hub.core.audit import Actor
from hub.core.instance import Instance
from hub.demo import cast
from hub.demo.bulk import Staff
from hub.demo.errors import DemoError
from hub.demo.pages import Pages
from hub.demo.passkey import SoftPasskey
from hub.demo.people import Person

SIGNING = Role.COORDINATOR.value


def person(hub: Instance, role: str, email: str, name: str, *, body: str | None = None) -> Person:
    """Return a person who has opened no page yet."""
    return Person(role=role, email=email, name=name, body=body, pages=Pages(hub.config.base_url))


def set_up(session: orm.Session, hub: Instance, who: Person, *, now: datetime) -> Actor:
    """Set up the account of a person who was invited; return who acts from now on."""
    account = account_of(session, who)
    token = service.new_invitation(session, account.id, key=hub.token_key, now=now)
    who.totp_secret = second_factor.secret_for(token, key=hub.token_key)
    acting = Actor(account_id=account.id, organisation_id=account.organisation_id)
    service.set_up(
        session,
        token,
        password=who.password,
        code=pyotp.TOTP(who.totp_secret).at(now),
        key=hub.token_key,
        vault=hub.vault,
        by=acting,
        now=now,
    )
    return acting


def account_of(session: orm.Session, who: Person) -> Account:
    """Return the account of a person.

    Raises:
        DemoError: there is none.

    """
    found = queries.account_by_email(session, who.email)
    if found is None:
        raise DemoError(f"{who.email} has no account")
    return found


def staff(hub: Instance, clock: Callable[[], datetime]) -> list[Staff]:
    """Open and set up the accounts of IPA's and JPCERT/CC's people; coordinators' passkeys are pinned."""
    found = []
    for role, email, name in cast.STAFF:
        who, now = person(hub, role, email, name), clock()
        with hub.db.transaction() as session:
            if queries.account_by_email(session, email) is None:
                _open(session, who, now=now)
            actor = set_up(session, hub, who, now=now)
            if role == SIGNING:
                who.passkey = add_passkey(session, hub, who, actor, name="職員証の鍵", now=now)
        if role == SIGNING:
            _pin(hub, who, now=now)
        found.append(Staff(actor=actor, person=who))
    return found


def _open(session: orm.Session, who: Person, *, now: datetime) -> None:
    role = Role(who.role)
    kind = OrganisationKind.IPA if role is Role.REVIEWER else OrganisationKind.JPCERT
    service.open_account(
        session,
        organisation_id=queries.organisation(session, kind).id,
        email=who.email,
        name=who.name,
        role=role,
        by=Actor(account_id=None),
        now=now,
        invite=False,
    )


def add_passkey(
    session: orm.Session, hub: Instance, who: Person, by: Actor, *, name: str, now: datetime
) -> SoftPasskey:
    """Register a passkey, in software here, and return it."""
    config, account = hub.config, account_of(session, who)
    site, made = Site(rp_id=config.host, origin=config.origin), SoftPasskey.create(config.host)
    answer = made.register(passkeys.creation_options(session, account, site=site, now=now), config.origin)
    passkeys.register(session, account, answer, name=name, site=site, by=by, now=now)
    return made


def _pin(hub: Instance, who: Person, *, now: datetime) -> None:
    with hub.db.transaction() as session:
        [entry] = console.candidates(session, who.email)
        console.pin(session, entry, config=hub.config, now=now)
