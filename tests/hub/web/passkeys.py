"""What a browser does with a passkey on a page, without the browser."""

import json

from bs4 import Tag
from werkzeug.test import TestResponse

from hub.accounts.passkeys.assertion import decoded
from hub.demo.passkey import SoftPasskey
from tests.support.browser import Browser

ORIGIN = "http://localhost:8000"
ADD = "/account/passkeys/add"
AGAIN = "/sign-in/again"


def options_on(browser: Browser, path: str) -> str:
    """Return what a page wants a passkey to do."""
    block = browser.soup(path).select_one("[data-passkey]")
    assert isinstance(block, Tag), f"{path} asks for no passkey"
    return str(block["data-passkey"])


def challenge_on(browser: Browser, path: str) -> bytes:
    """Return the challenge of a page."""
    return decoded(json.loads(options_on(browser, path))["challenge"])


def add_passkey(browser: Browser, *, name: str = "執務用ノートPC", origin: str = ORIGIN) -> SoftPasskey:
    """Let the person register a new passkey on the page."""
    made = SoftPasskey.create("localhost")
    answer = made.register(options_on(browser, ADD), origin)
    sent = browser.post_form(ADD, {"name": name, "answer": answer})
    assert sent.status_code == 303, sent.text
    return made


def answer_with(browser: Browser, key: SoftPasskey, path: str, *, origin: str = ORIGIN) -> TestResponse:
    """Answer the challenge of a page with a passkey."""
    answer = key.sign(challenge_on(browser, path), origin=origin)
    return browser.post_form(path, {"answer": answer.to_json()})
