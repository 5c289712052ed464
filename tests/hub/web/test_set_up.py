"""The invitation: one use, three days, and a password that is worth having."""

from datetime import timedelta

import pytest
from flask import Flask

from hub.accounts import service
from hub.accounts.models import Role
from hub.accounts.service import INVITATION_LIFE
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from tests.conftest import HandedIn
from tests.support.authenticator import PASSWORD, Holder, invited, is_signed_in, set_up, shown_secret, sign_in
from tests.support.browser import Browser


def test_an_invited_person_is_signed_in_after_setting_up(browser: Browser, instance: Instance) -> None:
    account, token = invited(instance)
    holder = Holder(account=account, secret=shown_secret(browser, token))
    form = {"password": PASSWORD, "repeated": PASSWORD, "code": holder.code(instance)}
    assert browser.post_form(f"/set-up/{token}", form).status_code == 303
    assert is_signed_in(browser)


def test_an_invitation_works_once(app: Flask, instance: Instance) -> None:
    account, token = invited(instance)
    holder = Holder(account=account, secret=shown_secret(Browser(app), token))
    page = f"/set-up/{token}"
    form = {"password": PASSWORD, "repeated": PASSWORD, "code": holder.code(instance)}
    thief = Browser(app)
    thief_form = {**form, "password": PASSWORD[::-1], "repeated": PASSWORD[::-1]}
    field = thief.soup(page).find("input", {"name": "csrf_token"})
    assert Browser(app).post_form(page, form).status_code == 303
    late = thief.client.post(page, data={**thief_form, "csrf_token": field["value"]})  # type: ignore[index] # a Tag
    assert late.status_code == 404
    assert Browser(app).get(page).status_code == 404


def test_an_invitation_ends_after_three_days(browser: Browser, instance: Instance, clock: HandedIn) -> None:
    _, token = invited(instance)
    clock.now += INVITATION_LIFE - timedelta(seconds=1)
    assert browser.get(f"/set-up/{token}").status_code == 200
    clock.now += timedelta(seconds=1)
    assert browser.get(f"/set-up/{token}").status_code == 404


def test_a_new_invitation_ends_the_one_before(browser: Browser, instance: Instance) -> None:
    account, old = invited(instance)
    with instance.db.transaction() as session:
        new = service.new_invitation(session, account.id, key=instance.token_key, now=instance.clock())
    assert browser.get(f"/set-up/{old}").status_code == 404
    assert browser.get(f"/set-up/{new}").status_code == 200


def test_the_invitation_of_a_disabled_account_opens_nothing(app: Flask, instance: Instance) -> None:
    account, token = invited(instance)
    holder = Holder(account=account, secret=shown_secret(Browser(app), token))
    with instance.db.transaction() as session:
        service.disable(session, account.id, by=THE_HUB, now=instance.clock())
    browser = Browser(app)
    form = {"password": PASSWORD, "repeated": PASSWORD, "code": holder.code(instance)}
    field = browser.soup("/sign-in").find("input", {"name": "csrf_token"})
    refused = browser.client.post(f"/set-up/{token}", data={**form, "csrf_token": field["value"]})  # type: ignore[index] # a Tag
    assert refused.status_code in {404, 409}
    assert not is_signed_in(browser)


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..", "' OR 1=1", "あ"])
def test_a_made_up_invitation_is_not_found(browser: Browser, token: str) -> None:
    assert browser.get(f"/set-up/{token}").status_code in {400, 404}


@pytest.mark.parametrize("password", ["", "short", "password1234", "reviewer-reviewer", "x" * 1025])
def test_a_password_that_is_easily_guessed_is_refused_and_says_why(
    browser: Browser, instance: Instance, password: str
) -> None:
    account, token = invited(instance)
    holder = Holder(account=account, secret=shown_secret(browser, token))
    form = {"password": password, "repeated": password, "code": holder.code(instance)}
    refused = browser.post_form(f"/set-up/{token}", form)
    assert refused.status_code == 422
    assert "govuk-error-message" in refused.text
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "Zx9!" * 256,
    ],
)
def test_a_long_password_of_any_characters_is_taken(app: Flask, instance: Instance, password: str) -> None:
    account, token = invited(instance)
    browser = Browser(app)
    holder = Holder(account=account, secret=shown_secret(browser, token), password=password)
    form = {"password": password, "repeated": password, "code": holder.code(instance, steps=-1)}
    assert browser.post_form(f"/set-up/{token}", form).status_code == 303
    again = Browser(app)
    sign_in(again, holder, holder.code(instance))
    assert is_signed_in(again)


def test_two_different_passwords_are_refused(browser: Browser, instance: Instance) -> None:
    account, token = invited(instance)
    holder = Holder(account=account, secret=shown_secret(browser, token))
    form = {"password": PASSWORD, "repeated": PASSWORD + "x", "code": holder.code(instance)}
    assert browser.post_form(f"/set-up/{token}", form).status_code == 422


def test_the_second_factor_is_kept_only_when_its_code_was_right(browser: Browser, instance: Instance) -> None:
    _, token = invited(instance)
    form = {"password": PASSWORD, "repeated": PASSWORD, "code": "000000"}
    assert browser.post_form(f"/set-up/{token}", form).status_code == 422
    assert browser.get(f"/set-up/{token}").status_code == 200


def test_neither_password_nor_second_factor_stands_in_the_database(app: Flask, instance: Instance) -> None:
    holder = set_up(app, instance, Role.AUDITOR)
    with instance.db.reading() as session:
        row = session.get_one(type(holder.account), holder.account.id)
    assert row.password_hash is not None
    assert row.password_hash.startswith("$argon2id$")
    assert row.totp_secret is not None
    assert holder.secret.encode() not in row.totp_secret
