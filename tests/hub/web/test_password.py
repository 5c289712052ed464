"""One's own password: another one ends every other session, and nobody changes it unseen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.accounts.models import Account
from hub.app import build_app
from hub.core.audit import Entry
from hub.core.instance import Instance
from hub.core.outbox import Job
from tests.conftest import HandedIn
from tests.support.authenticator import PASSWORD, Holder, is_signed_in, set_up, sign_in
from tests.support.browser import Browser

PAGE = "/account/password"
ANOTHER = "月曜の朝に池を渡る白い鷺"


@pytest.fixture
def holder(app: Flask, instance: Instance) -> Holder:
    return set_up(app, instance)


def change(browser: Browser, present: str = PASSWORD, wanted: str = ANOTHER) -> int:
    form = {"present": present, "password": wanted, "repeated": wanted}
    return browser.post_form(PAGE, form).status_code


def password_works(app: Flask, holder: Holder, password: str) -> bool:
    form = {"email": holder.account.email, "password": password}
    return Browser(app).post_form("/sign-in", form).status_code == 303


def test_a_new_password_ends_every_other_session_and_copies_of_this_one(
    app: Flask, holder: Holder, client_as: Callable[..., Browser]
) -> None:
    here, elsewhere, thief = client_as(holder.account), client_as(holder.account), Browser(app)
    cookie = here.client.get_cookie("hub")
    assert cookie is not None
    thief.client.set_cookie("hub", cookie.value)
    assert change(here) == 303
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(thief)
    assert password_works(app, holder, ANOTHER)
    assert not password_works(app, holder, PASSWORD)


def test_it_is_told_by_mail_and_logged_without_either_password(
    instance: Instance, holder: Holder, client_as: Callable[..., Browser]
) -> None:
    change(client_as(holder.account))
    with instance.db.reading() as session:
        told = [each.values for each in session.scalars(sa.select(Job).where(Job.kind == "letter"))]
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "account.password-changed"))
        stored = session.get_one(Account, holder.account.id).password_hash
    assert [(each["letter"], each["to"]) for each in told] == [("password-changed", holder.account.email)]
    for word in (PASSWORD, ANOTHER):
        assert word not in repr(told) + repr(entry.details) + str(stored)


@pytest.mark.parametrize("wanted", ["short", "password1234", "aaaaaaaaaaaa", "reviewer@example.jp", PASSWORD])
def test_a_password_that_is_easily_guessed_or_the_present_one_is_refused(
    app: Flask, holder: Holder, client_as: Callable[..., Browser], wanted: str
) -> None:
    assert change(client_as(holder.account), wanted=wanted) == 422
    assert password_works(app, holder, PASSWORD)


def test_whoever_took_over_a_session_cannot_set_another_password(
    app: Flask, holder: Holder, client_as: Callable[..., Browser], clock: HandedIn
) -> None:
    thief = client_as(holder.account)
    assert change(thief, present="当てずっぽうのパスワード") == 422
    clock.now += timedelta(minutes=6)  # the second factor was proved too long ago
    answer = thief.get(PAGE)
    assert answer.headers["Location"].startswith("/sign-in/again")
    assert password_works(app, holder, PASSWORD)


def test_guessing_the_present_password_is_throttled(
    holder: Holder, client_as: Callable[..., Browser], app: Flask
) -> None:
    thief = client_as(holder.account)
    for _ in range(10):
        assert change(thief, present="当てずっぽうのパスワード") == 422
    assert change(thief) == 422  # even the right one waits an hour now
    assert not password_works(app, holder, ANOTHER)


def test_the_second_factor_stays_the_same(
    app: Flask, instance: Instance, holder: Holder, client_as: Callable[..., Browser], clock: HandedIn
) -> None:
    change(client_as(holder.account))
    clock.now += timedelta(minutes=2)
    anew = Browser(app)
    form = {"email": holder.account.email, "password": ANOTHER}
    first = anew.post_form("/sign-in", form)
    assert not is_signed_in(anew)
    anew.post_form(first.headers["Location"], {"code": holder.code(instance)})
    assert is_signed_in(anew)
    assert sign_in(Browser(app), holder, holder.code(instance, steps=1)).status_code != 303


def test_a_session_of_the_older_key_goes_on_after_a_new_one_and_of_no_other(
    instance: Instance, holder: Holder
) -> None:
    old, new, foreign = b"o" * 32, b"n" * 32, b"f" * 32
    browser = Browser(build_app(instance, secret_key=old))
    browser.sign_in(instance, holder.account)
    cookie = browser.client.get_cookie("hub")
    assert cookie is not None
    for keys, works in (([old], True), ([foreign], False), ([], False)):
        other = Browser(build_app(instance, secret_key=new, older_keys=keys))
        other.client.set_cookie("hub", cookie.value)
        assert is_signed_in(other) is works
