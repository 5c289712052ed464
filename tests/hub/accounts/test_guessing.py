"""Whoever guesses passwords is slowed down by all processes together and learns nothing from the time."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from hub.accounts import guessing, passwords, service
from hub.accounts.models import Account, Failure, Role
from hub.accounts.states import State
from hub.app import build_app
from hub.core.audit import THE_HUB
from hub.core.db import Database
from hub.core.errors import NotAllowedError
from hub.core.instance import Instance
from hub.core.outbox import Job
from tests.conftest import HandedIn
from tests.support.authenticator import PASSWORD, set_up
from tests.support.browser import Browser
from tests.support.people import make_account

AT_ONCE = 4
WRONG = "当てずっぽうのパスワード"


def guess(db: Database, email: str, *, now: object, password: str = WRONG) -> bool:
    """Type a password as some web process would; tell whether it was looked at."""
    typed = {"email": email, "password": password, "address": None}
    try:
        with db.transaction() as session:
            service.check_password(session, **typed, now=now)  # type: ignore[arg-type] # handed in as it is
    except NotAllowedError:
        return False
    return True


def test_guesses_through_several_processes_count_together(
    app: Flask, instance: Instance, clock: HandedIn
) -> None:
    holder = set_up(app, instance)
    doors = [app, build_app(instance, secret_key=b"s" * 32)]
    form = {"email": holder.account.email, "password": WRONG}
    for number in range(guessing.MOST_FAILURES):
        Browser(doors[number % 2]).post_form("/sign-in", form)
    for door in doors:
        right = Browser(door).post_form("/sign-in", form | {"password": PASSWORD})
        assert right.status_code == 422
    assert clock() is not None


@pytest.fixture(scope="module")
def cheap() -> object:
    """Passwords that are checked in no time, where the number of checks is what matters."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_guesses_sent_at_once_are_still_a_handful(
    lasting: Database, clock: HandedIn, cheap: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", cheap)
    with lasting.transaction() as session:
        email = make_account(session, Role.CONTACT).email
    with ThreadPoolExecutor(AT_ONCE) as threads:
        looked_at = list(threads.map(lambda _: guess(lasting, email, now=clock.now), range(120)))
    assert sum(looked_at) <= guessing.MOST_FAILURES + AT_ONCE
    with lasting.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Failure)) == sum(looked_at)


def test_an_unknown_address_takes_as_long_as_a_wrong_password(db: Database, clock: HandedIn) -> None:
    with db.transaction() as session:
        known, disabled = make_account(session, Role.CONTACT), make_account(session, Role.CONTACT)
        known.password_hash = disabled.password_hash = passwords.hashed(PASSWORD)
        disabled.state = State.DISABLED
    emails = [known.email, disabled.email, "nobody@example.jp"]
    took: dict[str, list[float]] = {email: [] for email in emails}
    for _ in range(5):
        for email in emails:  # turn by turn, so that a busy machine slows all
            begun = time.process_time()
            guess(db, email, now=clock.now)
            took[email].append(time.process_time() - begun)
    times = sorted(median(each) for each in took.values())
    assert times[-1] < 2 * times[0], took


def test_who_is_disabled_is_told_by_mail(db: Database, clock: HandedIn) -> None:
    with db.transaction() as session:
        account = make_account(session, Role.CONTACT)
        service.disable(session, account.id, by=THE_HUB, now=clock.now)
    with db.reading() as session:
        told = [job.values for job in session.scalars(sa.select(Job).where(Job.kind == "letter"))]
        assert session.get_one(Account, account.id).state is State.DISABLED
    assert [(each["letter"], each["to"]) for each in told] == [("account-disabled", account.email)]
