"""A person with a password and an authenticator, who signs in by the pages."""

import re
from dataclasses import dataclass

import pyotp
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from hub.accounts import service
from hub.accounts.models import Account, OrganisationKind, Role
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from tests.support.browser import Browser
from tests.support.people import KIND, make_organisation

PASSWORD = "横断歩道で三羽のカモが待つ"  # a sentence, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An account, and what its person alone knows."""

    account: Account
    secret: str
    password: str = PASSWORD

    def code(self, hub: Instance, *, steps: int = 0) -> str:
        """Return the code that the authenticator shows now, or some steps of 30 seconds away."""
        return str(pyotp.TOTP(self.secret).at(int(hub.clock().timestamp()) + 30 * steps))


def invited(hub: Instance, role: Role = Role.REVIEWER, *, email: str | None = None) -> tuple[Account, str]:
    """Return an invited account and the secret of its link."""
    with hub.db.transaction() as session:
        account = service.open_account(
            session,
            organisation_id=make_organisation(session, KIND.get(role, OrganisationKind.BODY)).id,
            email=email or f"{role}@example.jp",
            name="花子",
            role=role,
            by=THE_HUB,
            now=hub.clock(),
        )
        return account, service.new_invitation(session, account.id, key=hub.token_key, now=hub.clock())


def set_up(app: Flask, hub: Instance, role: Role = Role.REVIEWER, *, email: str | None = None) -> Holder:
    """Return a person who went through the set-up page."""
    account, token = invited(hub, role, email=email)
    browser = Browser(app)
    holder = Holder(account=account, secret=shown_secret(browser, token))
    answer = browser.post_form(
        f"/set-up/{token}", {"password": PASSWORD, "repeated": PASSWORD, "code": holder.code(hub, steps=-1)}
    )
    assert answer.status_code == 303, answer.text
    return holder


def shown_secret(browser: Browser, token: str) -> str:
    """Return the key that the set-up page shows for typing."""
    shown = browser.soup(f"/set-up/{token}").find(id="totp-secret")
    assert shown is not None
    return re.sub(r"\s", "", shown.get_text())


def sign_in(browser: Browser, holder: Holder, code: str, *, then: str = "") -> TestResponse:
    """Go through both pages of signing in, and return the last answer."""
    first = browser.post_form(f"/sign-in{then}", {"email": holder.account.email, "password": holder.password})
    if first.status_code != 303:
        return first
    return browser.post_form(first.headers["Location"], {"code": code})


def is_signed_in(browser: Browser) -> bool:
    """Tell whether the first page greets a person."""
    page = BeautifulSoup(browser.get("/").data, "html.parser")
    return page.find("form", {"action": "/sign-out"}) is not None
