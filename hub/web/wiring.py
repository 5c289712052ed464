"""What a view reaches for: the instance, the person who is signed in, the present instant."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, g, request
from flask_login import UserMixin, current_user

from hub.accounts.models import Role
from hub.accounts.passkeys.ceremony import Site
from hub.core.audit import Actor
from hub.core.instance import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(UserMixin):
    """The person who is signed in, as the session row told at the begin of the request."""

    sign_in_id: uuid.UUID
    account_id: uuid.UUID
    organisation_id: uuid.UUID
    role: Role
    name: str
    email: str
    organisation_name: str
    verified_at: datetime


def wire(app: Flask, hub: Instance) -> None:
    """Give the application its instance."""
    app.extensions["hub"] = hub


def wired() -> Instance:
    """Return the instance of this application."""
    hub: Instance = current_app.extensions["hub"]
    return hub


def now() -> datetime:
    """Return the instant of this request: read once, the same for everything the request does."""
    if "now" not in g:
        g.now = wired().clock()
    instant: datetime = g.now
    return instant


def site() -> Site:
    """Return the hub as passkeys know it."""
    config = wired().config
    return Site(rp_id=config.host, origin=config.origin)


def signed_in() -> Person:
    """Return the person who is signed in; only on pages that need one."""
    person: Person = current_user._get_current_object()  # noqa: SLF001 - Werkzeug's documented way
    return person


def actor() -> Actor:
    """Return who acts in this request, for the audit log and the rights of services."""
    if not current_user.is_authenticated:
        return Actor(address=request.remote_addr)
    person = signed_in()
    return Actor(
        account_id=person.account_id, organisation_id=person.organisation_id, address=request.remote_addr
    )
