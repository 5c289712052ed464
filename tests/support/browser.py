"""A browser without a screen: Flask's own client, which sends CSRF tokens as a page's form would."""

from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.accounts import queries, service
from hub.accounts.models import Account, Role
from hub.core.audit import Actor
from hub.core.instance import Instance
from hub.web.login import COOKIE_VALUE
from tests.support.people import make_account


class Browser:
    """Opens pages and sends their forms."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.account: Account | None = None

    def sign_in(self, hub: Instance, who: object) -> None:
        """Begin a session for a role or an account, past the sign-in pages."""
        with hub.db.transaction() as db:
            account = make_account(db, who) if isinstance(who, Role) else who
            assert isinstance(account, Account)
            account = queries.account(db, account.id)
            token = service.sign_in(
                db, account, key=hub.token_key, by=Actor(account_id=account.id), now=hub.clock()
            )
        with self.client.session_transaction() as cookie:
            cookie[COOKIE_VALUE] = token
        self.account = account

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def soup(self, path: str) -> BeautifulSoup:
        """Open a page and return its elements."""
        return BeautifulSoup(self.client.get(path).data, "html.parser")

    def post_form(
        self, path: str, data: Mapping[str, Any] | None = None, *, page: str | None = None
    ) -> TestResponse:
        """Send a form to `path` with the token of the page it stands on (`page`, or the same path)."""
        field = self.soup(page or path).find("input", {"name": "csrf_token"})
        assert isinstance(field, Tag), f"no form on {page or path}"
        sent = {"csrf_token": field["value"], **(data or {})}
        return self.client.post(path, data=sent, content_type="multipart/form-data")
