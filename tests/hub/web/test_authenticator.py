"""One's own authenticator: another one counts once a code of it was typed, and nobody changes it unseen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from hub.core.audit import Entry
from hub.core.instance import Instance
from hub.core.outbox import Job
from tests.conftest import HandedIn
from tests.support.authenticator import Holder, is_signed_in, set_up, sign_in
from tests.support.browser import Browser

PAGE = "/account/authenticator"


@pytest.fixture
def holder(app: Flask, instance: Instance) -> Holder:
    return set_up(app, instance)


def another(browser: Browser, holder: Holder) -> Holder:
    """Return the holder with the authenticator that the page shows."""
    shown = browser.soup(PAGE).find(id="totp-secret")
    assert shown is not None
    return replace(holder, secret=shown.get_text().strip())


def test_the_new_one_counts_from_its_first_code_on_and_the_old_one_no_more(
    app: Flask, instance: Instance, holder: Holder, client_as: Callable[..., Browser], clock: HandedIn
) -> None:
    here, elsewhere = client_as(holder.account), client_as(holder.account)
    new = another(here, holder)
    assert new.secret != holder.secret
    assert another(here, holder).secret == new.secret  # a page that is loaded again shows the same one
    assert here.post_form(PAGE, {"code": new.code(instance)}).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    clock.now += timedelta(minutes=2)
    assert sign_in(Browser(app), holder, holder.code(instance)).status_code == 422
    assert sign_in(Browser(app), new, new.code(instance)).status_code == 303


def test_a_code_that_is_not_of_the_new_one_changes_nothing(
    app: Flask, instance: Instance, holder: Holder, client_as: Callable[..., Browser], clock: HandedIn
) -> None:
    here = client_as(holder.account)
    clock.now += timedelta(minutes=2)
    answer = here.post_form(PAGE, {"code": holder.code(instance)})
    assert answer.status_code == 422
    assert sign_in(Browser(app), holder, holder.code(instance)).status_code == 303


def test_no_other_session_is_shown_the_same_key(holder: Holder, client_as: Callable[..., Browser]) -> None:
    one, two = client_as(holder.account), client_as(holder.account)
    assert another(one, holder).secret != another(two, holder).secret


def test_it_is_told_by_mail_and_logged_without_the_key(
    instance: Instance, holder: Holder, client_as: Callable[..., Browser]
) -> None:
    here = client_as(holder.account)
    new = another(here, holder)
    here.post_form(PAGE, {"code": new.code(instance)})
    with instance.db.reading() as session:
        told = [each.values for each in session.scalars(sa.select(Job).where(Job.kind == "letter"))]
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "account.authenticator-changed"))
    assert [(each["letter"], each["to"]) for each in told] == [
        ("authenticator-changed", holder.account.email)
    ]
    assert new.secret not in repr(told) + repr(entry.details)


def test_whoever_took_over_a_session_is_asked_who_it_is_first(
    holder: Holder, client_as: Callable[..., Browser], clock: HandedIn
) -> None:
    here = client_as(holder.account)
    clock.now += timedelta(minutes=6)
    answer = here.get(PAGE)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in/again")
