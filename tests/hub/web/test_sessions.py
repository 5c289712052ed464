"""Sessions: rows behind a cookie, with ends that nobody can talk them out of."""

from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
import sqlalchemy as sa
from bs4 import Tag
from flask import Flask

from hub.accounts import queries, service
from hub.accounts.models import Role, SignIn
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from tests.conftest import HandedIn
from tests.support.authenticator import Holder, is_signed_in, sign_in
from tests.support.browser import Browser

BrowserOf = Callable[..., Browser]


def cookie(browser: Browser) -> str:
    kept = browser.client.get_cookie("hub")
    assert kept is not None
    return kept.value


def copy_of(browser: Browser, app: Flask) -> Browser:
    thief = Browser(app)
    thief.client.set_cookie("hub", cookie(browser))
    return thief


def sign_out(browser: Browser) -> None:
    assert browser.post_form("/sign-out", page="/").status_code == 303


def test_signing_in_changes_the_session(
    browser: Browser, app: Flask, hanako: Holder, instance: Instance
) -> None:
    browser.get("/sign-in")
    planted = cookie(browser)
    sign_in(browser, hanako, hanako.code(instance))
    assert cookie(browser) != planted
    attacker = Browser(app)
    attacker.client.set_cookie("hub", planted)
    assert not is_signed_in(attacker)


def test_a_form_token_from_before_signing_in_is_worth_nothing_after(
    browser: Browser, hanako: Holder, instance: Instance
) -> None:
    field = browser.soup("/sign-in").find("input", {"name": "csrf_token"})
    assert isinstance(field, Tag)
    sign_in(browser, hanako, hanako.code(instance))
    refused = browser.client.post("/sign-out", data={"csrf_token": field["value"]})
    assert refused.status_code == 400
    assert is_signed_in(browser)


def test_signing_out_ends_every_copy_of_the_cookie(client_as: BrowserOf, app: Flask) -> None:
    browser = client_as(Role.REVIEWER)
    thief = copy_of(browser, app)
    assert is_signed_in(thief)
    sign_out(browser)
    assert not is_signed_in(browser)
    assert not is_signed_in(thief)


def test_signing_out_leaves_the_same_person_signed_in_elsewhere(
    client_as: BrowserOf, instance: Instance
) -> None:
    desk = client_as(Role.REVIEWER)
    home = client_as(desk.account)
    sign_out(desk)
    assert is_signed_in(home)
    assert instance.db is not None


def test_a_session_idles_out_after_thirty_minutes(client_as: BrowserOf, clock: HandedIn) -> None:
    browser = client_as(Role.REVIEWER)
    clock.now += queries.IDLE
    assert is_signed_in(browser)
    clock.now += queries.IDLE + timedelta(seconds=1)
    assert not is_signed_in(browser)
    clock.now -= timedelta(minutes=10)


def test_a_session_in_use_ends_after_twelve_hours(client_as: BrowserOf, clock: HandedIn) -> None:
    browser = client_as(Role.REVIEWER)
    end = clock.now + queries.LONGEST
    while clock.now < end:
        assert is_signed_in(browser)
        clock.now += timedelta(minutes=20)
    clock.now = end + timedelta(seconds=1)
    assert not is_signed_in(browser)


def test_disabling_an_account_ends_its_sessions_at_once(client_as: BrowserOf, instance: Instance) -> None:
    browser = client_as(Role.REVIEWER)
    assert browser.account is not None
    with instance.db.transaction() as session:
        service.disable(session, browser.account.id, by=THE_HUB, now=instance.clock())
    assert not is_signed_in(browser)
    assert browser.get("/review").status_code == 303


def test_another_role_ends_the_sessions_of_the_old_one(client_as: BrowserOf, instance: Instance) -> None:
    browser = client_as(Role.REVIEWER)
    assert browser.account is not None
    with instance.db.transaction() as session:
        account = queries.account(session, browser.account.id)
        service.change_role(session, account, Role.AUDITOR, by=THE_HUB, now=instance.clock())
    assert not is_signed_in(browser)


def test_the_table_of_sessions_does_not_give_a_cookie(client_as: BrowserOf, instance: Instance) -> None:
    browser = client_as(Role.REVIEWER)
    with browser.client.session_transaction() as kept:
        token = kept["_user_id"]
    with instance.db.reading() as session:
        rows = session.scalars(sa.select(SignIn)).all()
    assert not any(token.encode() in row.digest or row.digest.hex() == token for row in rows)
    with browser.client.session_transaction() as kept:
        kept["_user_id"] = rows[0].digest.hex()
    assert not is_signed_in(browser)


@pytest.mark.parametrize("change", ["x", "", "A" * 3000, "a.b.c", "eyJfdXNlcl9pZCI6IngifQ.aaaaaa.bbbbbb"])
def test_a_made_up_cookie_is_nobody(app: Flask, change: str) -> None:
    browser = Browser(app)
    browser.client.set_cookie("hub", change)
    assert browser.get("/").status_code == 200
    assert not is_signed_in(browser)


def test_a_cookie_of_another_secret_key_is_nobody(
    client_as: BrowserOf, app_told: Callable[..., Flask]
) -> None:
    browser = client_as(Role.REVIEWER)
    other = app_told()
    other.secret_key = b"another" * 5
    thief = Browser(other)
    thief.client.set_cookie("hub", cookie(browser))
    assert not is_signed_in(thief)


def test_the_cookie_of_an_https_site_is_bound_to_it(app_told: Callable[..., Flask]) -> None:
    app = app_told(base_url="https://hub.example.jp")
    answer = app.test_client().get("/sign-in", base_url="https://hub.example.jp")
    [morsel] = SimpleCookie(answer.headers["Set-Cookie"]).values()
    assert morsel.key == "__Host-hub"
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "Lax")
    assert (morsel["path"], morsel["domain"]) == ("/", "")


def test_the_cookie_on_loopback_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    [morsel] = SimpleCookie(browser.get("/sign-in").headers["Set-Cookie"]).values()
    assert (morsel.key, morsel["httponly"], morsel["samesite"]) == ("hub", True, "Lax")
