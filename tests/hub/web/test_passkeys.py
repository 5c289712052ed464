"""Passkeys on the pages: registered, used in place of the code, removed; and the attacks on that."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from hub.accounts.models import Role
from hub.core.instance import Instance
from hub.demo.passkey import SoftPasskey
from tests.conftest import HandedIn
from tests.hub.web.passkeys import ADD, add_passkey, answer_with, challenge_on, options_on
from tests.support.authenticator import PASSWORD, Holder, is_signed_in, sign_in
from tests.support.browser import Browser

CODE = "/sign-in/code"
BrowserOf = Callable[..., Browser]


@pytest.fixture
def key(browser: Browser, hanako: Holder, instance: Instance) -> SoftPasskey:
    """Hanako's passkey, added on the page; her browser is signed in."""
    sign_in(browser, hanako, hanako.code(instance))
    return add_passkey(browser)


def with_password(app: Flask, holder: Holder, *, then: str = "") -> Browser:
    """Return another browser of this person, after the password."""
    browser = Browser(app)
    browser.post_form(f"/sign-in{then}", {"email": holder.account.email, "password": PASSWORD})
    return browser


def test_a_person_signs_in_with_password_and_passkey(app: Flask, hanako: Holder, key: SoftPasskey) -> None:
    browser = with_password(app, hanako)
    answer = answer_with(browser, key, CODE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_signed_in(browser)


@pytest.mark.usefixtures("key")
def test_the_code_still_works_for_who_has_a_passkey(
    app: Flask, hanako: Holder, instance: Instance, clock: HandedIn
) -> None:
    clock.now += timedelta(minutes=1)
    browser = Browser(app)
    sign_in(browser, hanako, hanako.code(instance))
    assert is_signed_in(browser)


def test_the_passkey_without_the_password_opens_nothing(app: Flask, hanako: Holder, key: SoftPasskey) -> None:
    challenge = challenge_on(with_password(app, hanako), CODE)
    stranger = Browser(app)
    answer = key.sign(challenge, origin="http://localhost:8000").to_json()
    sent = stranger.post_form(CODE, {"answer": answer}, page="/sign-in")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in")
    assert not is_signed_in(stranger)


def test_an_answer_that_was_overheard_signs_nobody_in_again(
    app: Flask, hanako: Holder, key: SoftPasskey
) -> None:
    browser = with_password(app, hanako)
    answer = {"answer": key.sign(challenge_on(browser, CODE), origin="http://localhost:8000").to_json()}
    assert browser.post_form(CODE, answer).status_code == 303
    thief = with_password(app, hanako)
    assert thief.post_form(CODE, answer).status_code == 422
    assert not is_signed_in(thief)


@pytest.mark.parametrize("origin", ["https://localhost:8000", "http://localhost"])
def test_a_passkey_used_on_a_false_page_opens_nothing(
    app: Flask, hanako: Holder, key: SoftPasskey, origin: str
) -> None:
    browser = with_password(app, hanako)
    assert answer_with(browser, key, CODE, origin=origin).status_code == 422
    assert not is_signed_in(browser)


@pytest.mark.parametrize("answer", ["", '{"response": {"clientDataJSON": "e30"}}'])
def test_what_is_no_answer_is_refused_with_a_sentence_and_a_new_challenge(
    app: Flask, hanako: Holder, key: SoftPasskey, answer: str
) -> None:
    browser = with_password(app, hanako)
    before = challenge_on(browser, CODE)
    refused = browser.post_form(CODE, {"answer": answer})
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    assert challenge_on(browser, CODE) != before
    assert answer_with(browser, key, CODE).status_code == 303


def test_a_removed_passkey_opens_nothing(
    app: Flask, browser: Browser, hanako: Holder, key: SoftPasskey
) -> None:
    late = with_password(app, hanako)
    challenge = challenge_on(late, CODE)
    link = browser.soup("/account/passkeys").select_one("main section a")
    assert link is not None
    assert browser.post_form(str(link["href"])).status_code == 303
    answer = key.sign(challenge, origin="http://localhost:8000").to_json()
    assert late.post_form(CODE, {"answer": answer}).status_code == 422
    assert late.soup(CODE).select_one("[data-passkey]") is None


@pytest.mark.usefixtures("key")
def test_the_page_asks_only_for_passkeys_of_this_person(
    app: Flask, hanako: Holder, client_as: BrowserOf
) -> None:
    add_passkey(client_as(Role.COORDINATOR))
    asked = options_on(with_password(app, hanako), CODE)
    assert asked.count('"type": "public-key"') == 1
    assert '"userVerification": "required"' in asked


def test_the_list_shows_name_and_use_and_no_key(browser: Browser, key: SoftPasskey) -> None:
    page = browser.get("/account/passkeys").text
    assert "執務用ノートPC" in page
    assert key.credential_id.hex() not in page
    assert key.public_key.hex() not in page


def test_a_passkey_needs_a_name_and_an_answer(client_as: BrowserOf) -> None:
    browser = client_as(Role.CONTACT)
    for sent in ({"name": "", "answer": "{}"}, {"name": "x" * 101, "answer": "{}"}, {"name": "PC"}):
        refused = browser.post_form(ADD, sent)
        assert refused.status_code == 422
        assert "error-summary" in refused.text


@pytest.mark.usefixtures("key")
def test_the_passkey_of_another_is_not_there(client_as: BrowserOf, browser: Browser) -> None:
    link = browser.soup("/account/passkeys").select_one("main section a")
    assert link is not None
    assert client_as(Role.ADMINISTRATOR).get(str(link["href"])).status_code == 404


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CONTACT, Role.AUDITOR])
def test_every_role_has_its_own_account_pages(client_as: BrowserOf, role: Role) -> None:
    browser = client_as(role)
    for path in ("/account", "/account/passkeys", ADD, "/account/sessions", "/account/recovery-codes"):
        assert browser.get(path).status_code == 200, path


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REVIEWER])
def test_staff_is_asked_for_a_passkey_until_there_is_one(client_as: BrowserOf, role: Role) -> None:
    browser = client_as(role)
    assert browser.soup("/").select_one('main a[href="/account/passkeys"]') is not None
    add_passkey(browser)
    assert browser.soup("/").select_one('main a[href="/account/passkeys"]') is None
