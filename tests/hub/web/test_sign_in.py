"""Signing in by the pages, and the attacks on it."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.accounts import guessing, service
from hub.accounts.guessing import MOST_FAILURES, MOST_FAILURES_FROM_ADDRESS
from hub.accounts.models import Role, SignIn
from hub.core.audit import THE_HUB, Entry
from hub.core.instance import Instance
from tests.conftest import HandedIn
from tests.support.authenticator import PASSWORD, Holder, invited, is_signed_in, set_up, sign_in
from tests.support.browser import Browser


def test_a_person_signs_in_with_password_and_code(
    browser: Browser, hanako: Holder, instance: Instance
) -> None:
    answer = sign_in(browser, hanako, hanako.code(instance))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_signed_in(browser)


def test_the_mail_address_may_be_typed_in_any_case(
    browser: Browser, hanako: Holder, instance: Instance
) -> None:
    typed = f"  {hanako.account.email.upper()} "
    first = browser.post_form("/sign-in", {"email": typed, "password": PASSWORD})
    assert first.status_code == 303
    assert browser.post_form("/sign-in/code", {"code": f" {hanako.code(instance)} "}).status_code == 303


def test_a_password_is_the_same_in_full_width_and_half_width(app: Flask, instance: Instance) -> None:
    holder = replace(set_up(app, instance), password=PASSWORD)
    composed = replace(holder, password=PASSWORD.replace("カモ", "ｶﾓ"))
    browser = Browser(app)
    sign_in(browser, composed, holder.code(instance))
    assert is_signed_in(browser)


def test_the_password_alone_opens_nothing(browser: Browser, hanako: Holder) -> None:
    browser.post_form("/sign-in", {"email": hanako.account.email, "password": PASSWORD})
    assert not is_signed_in(browser)
    assert browser.get("/review").status_code == 303


def test_the_code_alone_opens_nothing(browser: Browser) -> None:
    answer = browser.get("/sign-in/code")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_a_code_works_once(app: Flask, hanako: Holder, instance: Instance) -> None:
    code = hanako.code(instance)
    assert sign_in(Browser(app), hanako, code).status_code == 303
    overlooked = Browser(app)
    assert sign_in(overlooked, hanako, code).status_code == 422
    assert not is_signed_in(overlooked)


def test_the_code_of_setting_up_does_not_work_again(app: Flask, hanako: Holder, instance: Instance) -> None:
    assert sign_in(Browser(app), hanako, hanako.code(instance, steps=-1)).status_code == 422


@pytest.mark.parametrize("steps", [-10, -2, 2, 10])
def test_a_code_of_another_time_is_refused(
    browser: Browser, hanako: Holder, instance: Instance, steps: int
) -> None:
    assert sign_in(browser, hanako, hanako.code(instance, steps=steps)).status_code == 422


@pytest.mark.parametrize("code", ["000000", "abc", "１２３４５６", "-1", "1" * 12, "' OR 1=1"])
def test_a_wrong_code_is_refused(browser: Browser, hanako: Holder, code: str) -> None:
    assert sign_in(browser, hanako, code).status_code == 422


def test_the_password_step_is_forgotten_after_five_minutes(
    browser: Browser, hanako: Holder, clock: HandedIn
) -> None:
    browser.post_form("/sign-in", {"email": hanako.account.email, "password": PASSWORD})
    clock.now += timedelta(minutes=5, seconds=1)
    assert browser.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(app: Flask, hanako: Holder) -> None:
    def answer_to(email: str) -> str:
        page = Browser(app).post_form("/sign-in", {"email": email, "password": "wrong password"})
        assert page.status_code == 422
        return page.text.replace(email, "EMAIL").partition('name="csrf_token"')[2].partition(">")[2]

    known, unknown = answer_to(hanako.account.email), answer_to("nobody@example.jp")
    assert known == unknown
    assert "EMAIL" in known  # what was typed is kept


def test_wrong_passwords_are_counted_and_then_even_the_right_one_waits_an_hour(
    browser: Browser, hanako: Holder, clock: HandedIn, instance: Instance
) -> None:
    for _ in range(MOST_FAILURES):
        wrong = browser.post_form("/sign-in", {"email": hanako.account.email, "password": "wrong password"})
        assert wrong.status_code == 422
    assert sign_in(browser, hanako, hanako.code(instance)).status_code == 422
    assert not is_signed_in(browser)
    clock.now += timedelta(hours=1, seconds=1)
    assert sign_in(browser, hanako, hanako.code(instance)).status_code == 303


def test_an_unknown_address_is_throttled_with_the_same_words(app: Flask, hanako: Holder) -> None:
    browser = Browser(app)

    def errors(email: str) -> str:
        page = browser.post_form("/sign-in", {"email": email, "password": "wrong password"})
        return str(page.status_code) + page.text.partition("error-summary")[2][:600]

    for _ in range(MOST_FAILURES):
        errors(hanako.account.email)
        errors("nobody@example.jp")
    assert errors(hanako.account.email) == errors("nobody@example.jp")


def test_wrong_codes_are_counted_too(
    browser: Browser, hanako: Holder, clock: HandedIn, instance: Instance
) -> None:
    for _ in range(MOST_FAILURES):
        sign_in(browser, hanako, "000000")
    assert sign_in(browser, hanako, hanako.code(instance)).status_code == 422
    assert not is_signed_in(browser)
    clock.now += timedelta(hours=1, seconds=1)
    assert sign_in(browser, hanako, hanako.code(instance)).status_code == 303


def test_one_machine_that_tries_many_addresses_is_stopped_and_others_are_not(
    app: Flask, hanako: Holder, instance: Instance
) -> None:
    with instance.db.transaction() as session:
        for number in range(MOST_FAILURES_FROM_ADDRESS):
            guessing.count_failure(
                session, f"person{number}@example.jp", address="127.0.0.1", now=instance.clock()
            )
    assert sign_in(Browser(app), hanako, hanako.code(instance)).status_code == 422
    other = Browser(app)
    other.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert sign_in(other, hanako, hanako.code(instance)).status_code == 303


def test_an_invited_person_cannot_sign_in_before_setting_up(browser: Browser, instance: Instance) -> None:
    account, _ = invited(instance)
    for password in ("", " ", "None", PASSWORD):
        answer = browser.post_form("/sign-in", {"email": account.email, "password": password})
        assert answer.status_code == 422


def test_a_disabled_person_is_told_what_an_unknown_one_is_told(
    browser: Browser, hanako: Holder, instance: Instance
) -> None:
    with instance.db.transaction() as session:
        service.disable(session, hanako.account.id, by=THE_HUB, now=instance.clock())
    assert sign_in(browser, hanako, hanako.code(instance)).status_code == 422
    assert not is_signed_in(browser)
    with instance.db.reading() as session:
        assert session.scalars(sa.select(SignIn).where(SignIn.ended_at.is_(None))).all() == []


def test_a_person_disabled_between_password_and_code_does_not_get_in(
    browser: Browser, hanako: Holder, instance: Instance
) -> None:
    browser.post_form("/sign-in", {"email": hanako.account.email, "password": PASSWORD})
    with instance.db.transaction() as session:
        service.disable(session, hanako.account.id, by=THE_HUB, now=instance.clock())
    assert browser.post_form("/sign-in/code", {"code": hanako.code(instance)}).status_code == 422
    assert not is_signed_in(browser)


@pytest.mark.parametrize("wanted", ["//evil.example", "/\t/evil.example", "https://evil.example"])
def test_signing_in_never_leads_to_another_site(
    browser: Browser, hanako: Holder, instance: Instance, wanted: str
) -> None:
    last = sign_in(browser, hanako, hanako.code(instance), then=f"?next={quote(wanted)}")
    assert (last.status_code, last.headers["Location"]) == (303, "/")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    browser: Browser, hanako: Holder, instance: Instance
) -> None:
    asked = browser.get("/review?page=2&who=三郎")
    assert asked.headers["Location"].startswith("/sign-in?next=")
    first = browser.post_form(
        asked.headers["Location"], {"email": hanako.account.email, "password": PASSWORD}
    )
    last = browser.post_form(first.headers["Location"], {"code": hanako.code(instance)})
    assert last.headers["Location"].startswith("/review?page=2&who=")


def test_each_sign_in_is_in_the_log_with_its_address_and_without_its_code(
    browser: Browser, hanako: Holder, instance: Instance
) -> None:
    code = hanako.code(instance)
    sign_in(browser, hanako, code)
    with instance.db.reading() as session:
        entry = session.scalars(
            sa.select(Entry).where(Entry.action == "account.signed-in").order_by(Entry.number.desc())
        ).first()
    assert entry is not None
    assert (entry.account_id, entry.address) == (hanako.account.id, "127.0.0.1")
    assert entry.details == {}


def test_the_code_of_another_person_opens_nothing(app: Flask, instance: Instance) -> None:
    reviewer, auditor = set_up(app, instance), set_up(app, instance, Role.AUDITOR)
    browser = Browser(app)
    assert sign_in(browser, reviewer, auditor.code(instance)).status_code == 422
    assert not is_signed_in(browser)
