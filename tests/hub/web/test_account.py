"""One's own sessions and recovery codes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from hub.accounts import guessing, queries, service
from hub.accounts.models import Role, SignIn
from hub.accounts.recovery.models import RecoveryCode
from hub.core.audit import THE_HUB, Entry
from hub.core.instance import Instance
from hub.core.outbox import Job
from tests.conftest import HandedIn
from tests.support.authenticator import Holder, is_signed_in, sign_in
from tests.support.browser import Browser

BrowserOf = Callable[..., Browser]
SESSIONS, CODES = "/account/sessions", "/account/recovery-codes"


def end_links(browser: Browser) -> list[str]:
    return [str(form["action"]) for form in browser.soup(SESSIONS).select("main section form")]


def test_a_person_sees_and_ends_a_session_elsewhere(client_as: BrowserOf) -> None:
    here = client_as(Role.REVIEWER)
    away = client_as(here.account)
    [link] = end_links(here)
    assert here.post_form(link, page=SESSIONS).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(away)
    assert end_links(here) == []


def test_a_person_ends_all_other_sessions_at_once_and_nobody_elses(client_as: BrowserOf) -> None:
    here, other = client_as(Role.REVIEWER), client_as(Role.COORDINATOR)
    away = [client_as(here.account) for _ in range(3)]
    assert len(end_links(here)) == 3
    here.post_form("/account/sessions/end-others", page=SESSIONS)
    assert [is_signed_in(each) for each in (here, other, *away)] == [True, True, False, False, False]


def test_a_session_that_idled_out_is_not_listed(client_as: BrowserOf, clock: HandedIn) -> None:
    here = client_as(Role.REVIEWER)
    client_as(here.account)
    clock.now += queries.IDLE - timedelta(minutes=1)
    assert len(end_links(here)) == 1
    clock.now += timedelta(minutes=2)
    assert end_links(here) == []


def test_the_session_of_another_person_is_not_there(client_as: BrowserOf, instance: Instance) -> None:
    other = client_as(Role.COORDINATOR)
    attacker = client_as(Role.ADMINISTRATOR)
    assert other.account is not None
    with instance.db.reading() as session:
        row = session.scalars(sa.select(SignIn).where(SignIn.account_id == other.account.id)).one()
    answer = attacker.post_form(f"/account/sessions/{row.id}/end", page=SESSIONS)
    assert answer.status_code == 404
    assert is_signed_in(other)


@pytest.fixture
def codes(browser: Browser, hanako: Holder, instance: Instance) -> list[str]:
    """Hanako's recovery codes, as the page shows them once."""
    sign_in(browser, hanako, hanako.code(instance))
    return made(browser)


def made(browser: Browser) -> list[str]:
    answer = browser.post_form(CODES)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.data, "html.parser")
    return [code.get_text() for code in page.select("#recovery-codes code")]


def test_ten_different_codes_are_shown_once_and_only_their_digests_are_kept(
    browser: Browser, codes: list[str], instance: Instance
) -> None:
    assert len(set(codes)) == 10
    page = browser.get(CODES).text
    with instance.db.reading() as session:
        rows = session.scalars(sa.select(RecoveryCode)).all()
        jobs = str([job.values for job in session.scalars(sa.select(Job))])
        log = str([entry.details for entry in session.scalars(sa.select(Entry))])
    assert len(rows) == 10
    for code in codes:
        assert code not in page + jobs + log
        assert all(code.encode() not in row.digest for row in rows)


def test_a_recovery_code_stands_in_for_the_authenticator_once_and_is_told_by_mail(
    app: Flask, hanako: Holder, codes: list[str], instance: Instance
) -> None:
    browser = Browser(app)
    typed = f" {codes[3].lower().replace('-', ' ')} "
    assert sign_in(browser, hanako, typed).status_code == 303
    assert is_signed_in(browser)
    assert sign_in(Browser(app), hanako, codes[3]).status_code == 422
    assert sign_in(Browser(app), hanako, codes[4]).status_code == 303
    with instance.db.reading() as session:
        letters = [
            job.values
            for job in session.scalars(sa.select(Job))
            if "recovery-code-used" in job.values.values()
        ]
    assert [letter["to"] for letter in letters] == [hanako.account.email] * 2


def test_new_codes_make_the_earlier_ones_void(
    app: Flask, browser: Browser, hanako: Holder, codes: list[str]
) -> None:
    fresh = made(browser)
    assert not set(fresh) & set(codes)
    assert sign_in(Browser(app), hanako, codes[0]).status_code == 422
    assert sign_in(Browser(app), hanako, fresh[0]).status_code == 303


@pytest.mark.usefixtures("codes")
def test_the_code_of_another_person_opens_nothing(app: Flask, client_as: BrowserOf, hanako: Holder) -> None:
    [theirs, *_] = made(client_as(Role.COORDINATOR))
    browser = Browser(app)
    assert sign_in(browser, hanako, theirs).status_code == 422
    assert not is_signed_in(browser)


def test_guessing_recovery_codes_is_throttled_like_the_rest(
    app: Flask, hanako: Holder, codes: list[str], instance: Instance
) -> None:
    with instance.db.transaction() as session:
        for _ in range(guessing.MOST_FAILURES - 1):
            guessing.count_failure(session, hanako.account.email, address=None, now=instance.clock())
    assert sign_in(Browser(app), hanako, "0000-0000-0000-0000").status_code == 422
    browser = Browser(app)
    assert sign_in(browser, hanako, codes[0]).status_code == 422
    assert not is_signed_in(browser)


def test_a_recovery_code_of_a_disabled_person_opens_nothing(
    app: Flask, hanako: Holder, codes: list[str], instance: Instance
) -> None:
    browser = Browser(app)
    browser.post_form("/sign-in", {"email": hanako.account.email, "password": hanako.password})
    with instance.db.transaction() as session:
        service.disable(session, hanako.account.id, by=THE_HUB, now=instance.clock())
    assert browser.post_form("/sign-in/code", {"code": codes[0]}).status_code == 422
    assert not is_signed_in(browser)
