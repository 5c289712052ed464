"""Leaks: recorded, told without a word of what, decided on; the notice stays restricted."""

import itertools
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from feeds.advisories import queries
from feeds.advisories.models import Advisory
from feeds.advisories.states import State
from feeds.formats.clock import ClockStatus
from feeds.matters.models import LeakRecord
from feeds.matters.states import LEAK_MOVES, LeakMove, LeakState
from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.core.errors import IllegalMoveError
from hub.core.instance import Instance
from hub.core.letters import compose
from hub.core.machine import step
from hub.core.outbox import Job
from hub.worker import LETTERS
from tests.support import advisories
from tests.support.advisories import NOW, Cast
from tests.support.browser import Browser

SignIn = Callable[[object], Browser]
WORD = "kawasemi-5521"
SAID = {"noticed_at": "2026-11-20T09:30", "how": f"掲示板に {WORD}", "what": f"攻撃手法 {WORD}"}


@pytest.fixture
def cast(instance: Instance) -> Cast:
    with instance.db.transaction() as session:
        return advisories.make_cast(session)


@pytest.fixture
def advisory(instance: Instance, cast: Cast) -> Advisory:
    with instance.db.transaction() as session:
        release = advisories.make_release(session, cast, advisories.make_body(session))
        return queries.advisory(session, release.advisory_id)


@pytest.fixture
def writer(instance: Instance, cast: Cast, client_as: SignIn) -> Browser:
    with instance.db.reading() as session:
        account = session.get_one(Account, cast.writer.account_id)
    return client_as(account)


def recorded(instance: Instance) -> LeakRecord:
    with instance.db.reading() as session:
        return session.scalars(sa.select(LeakRecord)).one()


@pytest.mark.parametrize(("state", "move"), list(itertools.product(LeakState, LeakMove)))
def test_a_move_is_in_the_table_or_changes_nothing(state: LeakState, move: LeakMove) -> None:
    if (state, move) in LEAK_MOVES:
        assert step(LEAK_MOVES, state, move) is LEAK_MOVES[state, move]
    else:
        with pytest.raises(IllegalMoveError):
            step(LEAK_MOVES, state, move)


def test_a_leak_is_told_to_ipa_and_the_others_and_lifts_nothing(
    instance: Instance, advisory: Advisory, cast: Cast, writer: Browser, client_as: SignIn
) -> None:
    page = f"/advisories/{advisory.id}"
    assert writer.post_form(f"{page}/leaks/new", {}).status_code == 422
    late = writer.post_form(f"{page}/leaks/new", {**SAID, "noticed_at": "2099-01-01T00:00"})
    assert late.status_code == 422
    assert WORD in late.text
    assert writer.post_form(f"{page}/leaks/new", SAID).location == page
    with instance.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
        letters = [each.values for each in jobs if each.values["letter"] == "leak-recorded"]
        people = {each.id: each for each in session.scalars(sa.select(Account))}
        still = queries.advisory(session, advisory.id)
        assert (still.state, still.matter.clock.status) == (State.RELEASED, ClockStatus.FIXED)
        assert len(queries.releases(session, advisory.id)) == 1
        logged = [str(each.details) for each in session.scalars(sa.select(Entry))]
    told = {each["to"] for each in letters}
    assert told == {people[each].email for each in (cast.releaser.account_id, cast.ipa.account_id) if each}
    mail = compose(
        LETTERS["leak-recorded"], to="a@example.jp", sender="h@example.jp", link="/", key="k", now=NOW
    )
    for place in (*logged, *map(str, letters), mail.decode()):
        assert WORD not in place
    row = recorded(instance)
    assert WORD.encode() not in row.how + row.what
    for role in (Role.REVIEWER, Role.COORDINATOR):
        browser = client_as(role)
        assert "/advisories/leaks" in browser.get("/").text
        assert WORD in browser.get("/advisories/leaks").text
    assert WORD in writer.get(page).text
    for role in (Role.CONTACT, Role.AUDITOR, Role.ADMINISTRATOR, Role.APPLICANT):
        assert client_as(role).get("/advisories/leaks").status_code == 403


def test_what_was_decided_stands_with_its_reason(
    instance: Instance, advisory: Advisory, writer: Browser
) -> None:
    page = f"/advisories/{advisory.id}"
    writer.post_form(f"{page}/leaks/new", SAID)
    decide = f"{page}/leaks/{recorded(instance).id}"
    assert writer.post_form(decide, {"move": "leave", "reason": ""}).status_code == 422
    assert writer.post_form(decide, {"move": "leave", "reason": "範囲が限られる"}).location == page
    assert "範囲が限られる" in writer.get(page).text
    assert writer.post_form(decide, {"move": "leave", "reason": "もう一度"}).status_code == 409
    assert writer.post_form(decide, {"move": "bring forward", "reason": "広まった"}).location == page
    row = recorded(instance)
    assert row.state is LeakState.BROUGHT_FORWARD
    assert "/advisories/leaks" not in writer.get("/").text
    with instance.db.reading() as session:
        assert queries.advisory(session, advisory.id).state is State.RELEASED
    for wrong in (f"{page}/leaks/{uuid.uuid4()}", f"/advisories/{uuid.uuid4()}/leaks/{row.id}"):
        assert writer.get(wrong).status_code == 404
