"""Every page that anybody may open, in a browser without script: nothing waits for one, each button sends."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Request, Route
from werkzeug.test import TestResponse

from hub.accounts.models import Role
from tests.hub.access.test_matrix import FILLED, Row, Visitor, tried, values_of
from tests.hub.access.world import Stage, undone
from tests.support.chromium import chromium_running
from tests.support.without_scripts import PASSKEY, buttons, waits_for_a_script

SITE = "http://localhost"
PASSKEYS = {  # where one is made, used, or signs
    "certificates.confirm",
    "login.code",
    "passkeys.add",
    "releasing.release",
    "releasing.submit",
    "signers.drop",
    "signers.propose_own",
    "signers.propose_removal",
    "signers.vouch",
    "step_up.ask",
}
WHO = (None, *Role)


class Window:
    """A page of a browser without script, whose requests a visitor's own client answers."""

    def __init__(self, chromium: Chromium, visitor: Visitor) -> None:
        self.visitor, self.sent = visitor, list[str]()
        self.answers = dict[str, TestResponse]()
        self.page = chromium.new_context(java_script_enabled=False, locale="ja-JP").new_page()
        self.page.set_default_timeout(5_000)
        self.page.route("**/*", self._answer)

    def opens(self, path: str) -> bool:
        """Open a page; tell whether it is one, not a file or an address that leads on."""
        answer = self._got(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return False
        self.page.goto(SITE + path)
        del self.answers[path]
        return True

    def sends_nothing(self) -> list[str]:
        """Press every button; return those after which no form was on its way."""
        dead = []
        for button in buttons(self.page):
            self.sent.clear()
            button.click()
            if not self.sent:
                dead.append(f"sends nothing: {button.inner_text()}")
        return dead

    def _got(self, path: str) -> TestResponse:
        if path not in self.answers:  # a page and what it is drawn with, each once
            self.answers[path] = self.visitor.sends("GET", path, FILLED)
        return self.answers[path]

    def _answer(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(SITE)
        if request.resource_type == "document" and path not in self.answers:
            self.sent.append(f"{request.method} {urlsplit(request.url).path}")
            route.fulfill(status=204)  # the browser stays where it is
            return
        answer = self._got(path)
        kept = {name: value for name, value in answer.headers if name != "Set-Cookie"}
        route.fulfill(status=answer.status_code, headers=kept, body=answer.get_data())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with chromium_running() as browser:
        yield browser


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.parametrize("role", WHO)
def test_only_a_page_with_a_passkey_waits_for_a_script(
    made: Stage, chromium: Chromium, role: Role | None
) -> None:
    window, seen = Window(chromium, Visitor(made, role)), 0
    for row, rule, method in tried(made.app):
        if method != "GET" or not _looked_at(row, role):
            continue
        with undone(made):
            values = values_of(made, row, role or Role.CONTACT, "ours")
            if not window.opens(window.visitor.path(rule, "GET", values)):
                continue
            assert waits_for_a_script(window.page) == [], row.endpoint
            assert window.sends_nothing() == [], row.endpoint
        assert row.endpoint in PASSKEYS or not window.page.locator(PASSKEY).count(), row.endpoint
        seen += 1
    assert seen > 5


def _looked_at(row: Row, role: Role | None) -> bool:
    """Tell whose eyes see a page here: what is the same for everybody, the auditor's alone."""
    if role is None or row.who == "?":
        return role is None and row.who == "?"
    return row.who != "m" and row.opens(role) and (row.who != "*" or role is Role.AUDITOR)
