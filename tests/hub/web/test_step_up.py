"""What cannot be undone wants a confirmation that is less than five minutes old (SECURITY 18)."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from hub.accounts.models import Role
from hub.core.instance import Instance
from hub.web.access import FRESH, needs_fresh, page_above
from tests.conftest import HandedIn
from tests.hub.web.passkeys import ADD, AGAIN, add_passkey, answer_with
from tests.support.authenticator import Holder, is_signed_in, sign_in
from tests.support.browser import Browser

BrowserOf = Callable[..., Browser]
MUST_BE_FRESH = {
    "accounts.invite",
    "accounts.disable",
    "certificates.upload",
    "certificates.revoke",
    "clients.add",
    "passkeys.add",
    "passkeys.remove",
    "recovery.make",
}


@pytest.fixture
def at_desk(browser: Browser, hanako: Holder, instance: Instance, clock: HandedIn) -> Browser:
    """The browser of Hanako, who signed in five minutes ago."""
    sign_in(browser, hanako, hanako.code(instance))
    clock.now += FRESH
    return browser


def test_keys_tokens_and_passkeys_are_changed_only_by_who_is_surely_there(app: Flask) -> None:
    asking = {endpoint for endpoint in app.view_functions if needs_fresh(app, endpoint)}
    assert asking >= MUST_BE_FRESH


def test_whoever_is_asked_first_can_be_led_back_to_a_page(app: Flask) -> None:
    pages = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if needs_fresh(app, rule.endpoint):
            path = pages.build(rule.endpoint, dict.fromkeys(rule.arguments, uuid4()))
            with app.test_request_context(path, method="POST"):
                above = page_above()
            assert path.startswith(above)
            assert above.strip("/"), path
            assert pages.test(above, method="GET"), path


def test_a_sign_in_counts_for_less_than_five_minutes(
    browser: Browser, hanako: Holder, instance: Instance, clock: HandedIn
) -> None:
    sign_in(browser, hanako, hanako.code(instance))
    clock.now += FRESH - timedelta(seconds=1)
    assert browser.get(ADD).status_code == 200
    clock.now += timedelta(seconds=1)
    asked = browser.get(f"{ADD}?from=名簿")
    assert asked.status_code == 303
    assert asked.headers["Location"] == f"{AGAIN}?next={ADD}?from%3D{quote('名簿')}"


def test_using_pages_does_not_make_a_sign_in_younger(at_desk: Browser, clock: HandedIn) -> None:
    for _ in range(3):
        clock.now += timedelta(minutes=2)
        assert at_desk.get("/review").status_code == 200
    assert at_desk.get(ADD).status_code == 303


def test_the_code_leads_back_to_where_the_person_was(
    at_desk: Browser, hanako: Holder, instance: Instance, clock: HandedIn
) -> None:
    asked = at_desk.get(ADD).headers["Location"]
    confirmed = at_desk.post_form(asked, {"code": hanako.code(instance)})
    assert (confirmed.status_code, confirmed.headers["Location"]) == (303, ADD)
    assert at_desk.get(ADD).status_code == 200
    clock.now += FRESH
    assert at_desk.get(ADD).status_code == 303


def test_a_passkey_leads_back_too(
    browser: Browser, hanako: Holder, instance: Instance, clock: HandedIn
) -> None:
    sign_in(browser, hanako, hanako.code(instance))
    key = add_passkey(browser)
    clock.now += FRESH
    assert browser.get(ADD).status_code == 303
    confirmed = answer_with(browser, key, f"{AGAIN}?next={ADD}")
    assert (confirmed.status_code, confirmed.headers["Location"]) == (303, ADD)
    assert browser.get(ADD).status_code == 200


def test_confirming_changes_the_session_and_ends_every_copy_of_the_old_one(
    at_desk: Browser, app: Flask, hanako: Holder, instance: Instance
) -> None:
    thief = Browser(app)
    kept = at_desk.client.get_cookie("hub")
    assert kept is not None
    thief.client.set_cookie("hub", kept.value)
    assert is_signed_in(thief)
    at_desk.post_form(AGAIN, {"code": hanako.code(instance)})
    assert is_signed_in(at_desk)
    assert not is_signed_in(thief)


def test_a_form_that_was_open_in_another_window_still_works_after_confirming(
    at_desk: Browser, hanako: Holder, instance: Instance
) -> None:
    form = at_desk.soup("/account/sessions").find("input", {"name": "csrf_token"})
    at_desk.post_form(AGAIN, {"code": hanako.code(instance)})
    sent = at_desk.client.post("/account/sessions/end-others", data={"csrf_token": form["value"]})  # type: ignore[index] # it is there
    assert sent.status_code == 303


def test_a_form_that_comes_too_late_does_nothing_and_the_person_is_told(
    at_desk: Browser, hanako: Holder, instance: Instance
) -> None:
    late = at_desk.post_form("/account/recovery-codes", page="/account/sessions")
    assert late.status_code == 303
    assert late.headers["Location"] == f"{AGAIN}?next=/account/recovery-codes"
    told = at_desk.soup(late.headers["Location"]).select_one('[role="alert"]')
    assert told is not None
    assert "まだ何も実行していません" in told.text
    back = at_desk.post_form(late.headers["Location"], {"code": hanako.code(instance)})
    assert back.headers["Location"] == "/account/recovery-codes"
    assert "残りのコード0" in "".join(at_desk.soup("/account/recovery-codes").text.split())


def test_a_form_without_a_page_of_its_own_leads_to_the_page_above(
    client_as: BrowserOf, clock: HandedIn
) -> None:
    browser = client_as(Role.REVIEWER)
    clock.now += FRESH
    late = browser.post_form("/account/passkeys/add", page="/account")
    assert late.headers["Location"] == f"{AGAIN}?next={ADD}"


def test_a_wrong_code_confirms_nothing(at_desk: Browser) -> None:
    for code in ("", "000000", "x" * 41):
        assert at_desk.post_form(AGAIN, {"code": code}).status_code == 422
    assert at_desk.get(ADD).status_code == 303


def test_a_code_that_was_used_confirms_nothing(
    browser: Browser, hanako: Holder, instance: Instance, clock: HandedIn
) -> None:
    sign_in(browser, hanako, code := hanako.code(instance))
    clock.now += timedelta(seconds=20)
    assert browser.post_form(AGAIN, {"code": code}).status_code == 422


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example"])
def test_confirming_never_leads_to_another_site(
    at_desk: Browser, hanako: Holder, instance: Instance, wanted: str
) -> None:
    last = at_desk.post_form(f"{AGAIN}?next={quote(wanted)}", {"code": hanako.code(instance)})
    assert (last.status_code, last.headers["Location"]) == (303, "/")


def test_where_the_form_is_a_part_of_a_page_the_page_asks_in_its_place(
    client_as: BrowserOf, clock: HandedIn
) -> None:
    browser = client_as(Role.AUDITOR)
    clock.now += FRESH
    page = BeautifulSoup(browser.get("/account/recovery-codes").data, "html.parser")
    assert page.select("main form") == []
    assert page.select_one(f'main a[href="{AGAIN}?next=/account/recovery-codes"]') is not None


def test_an_administrator_who_may_have_left_the_desk_opens_and_disables_no_account(
    client_as: BrowserOf, clock: HandedIn
) -> None:
    browser = client_as(Role.ADMINISTRATOR)
    assert len(browser.soup("/accounts").select("main form")) > 1
    clock.now += FRESH
    page = browser.soup("/accounts")
    assert page.select("main form") == []
    assert page.select_one(f'main a[href="{AGAIN}?next=/accounts"]') is not None
    late = browser.post_form(f"/accounts/{uuid4()}/disable", page="/account/sessions")
    assert late.headers["Location"] == f"{AGAIN}?next=/accounts"
