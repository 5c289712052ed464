"""The hour of publication: a person is asked what was published, and nothing is lifted by the clock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from feeds.advisories import hour, queries, releasing, service
from feeds.advisories.draft import written
from feeds.advisories.models import Advisory
from feeds.advisories.states import State
from feeds.formats.clock import ClockStatus
from feeds.formats.content import Kind
from feeds.formats.stix import Part
from hub.accounts.models import Account
from hub.core.errors import IllegalMoveError, InputError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.worker import HANDLERS
from sectors.bodies.models import Body
from tests.conftest import HandedIn
from tests.support import advisories
from tests.support.advisories import NOW, PUBLICATION, VAULT, Cast
from tests.support.browser import Browser

LATER = PUBLICATION + timedelta(days=3)
PARTS = frozenset({Part.SUMMARY})


@pytest.fixture
def cast(instance: Instance) -> Cast:
    with instance.db.transaction() as session:
        return advisories.make_cast(session)


@pytest.fixture
def advisory(instance: Instance, cast: Cast) -> Advisory:
    with instance.db.transaction() as session:
        body: Body = advisories.make_body(session)
        release = advisories.make_release(session, cast, body)
        return queries.advisory(session, release.advisory_id)


def looks(hub: Instance) -> list[Job]:
    with hub.db.reading() as session:
        return list(session.scalars(sa.select(Job).where(Job.kind == hour.LOOK).order_by(Job.due_at)))


def letters(hub: Instance) -> list[str]:
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        return [each.values["to"] for each in jobs if each.values["letter"] == "publication-hour"]


def look(hub: Instance, clock: HandedIn) -> None:
    """Do every look that is due, as the worker does."""
    for job in looks(hub):
        if job.due_at <= clock.now:
            HANDLERS[job.kind](hub, job.values, clock.now)


def waiting(hub: Instance, clock: HandedIn) -> list[Advisory]:
    with hub.db.reading() as session:
        return list(hour.published(session, now=clock.now))


def move(hub: Instance, advisory: Advisory, cast: Cast, clock: HandedIn) -> None:
    with hub.db.transaction() as session:
        draft = service.revise(
            session, advisory.id, kind=Kind.DATE, vault=VAULT, by=cast.writer, now=clock.now
        )
        later = replace(
            written(session, draft, vault=VAULT), publication_at=LATER, moved_reason="更新が遅れる"
        )
        service.save_draft(session, advisory.id, later, version=1, vault=VAULT, by=cast.writer, now=clock.now)
        advisories.submit(session, advisory.id, by=cast.writer, now=clock.now)
        advisories.release(session, advisory.id, by=cast.releaser, now=clock.now)


def test_both_coordinators_are_asked_at_the_hour_and_nothing_is_lifted(
    instance: Instance, advisory: Advisory, clock: HandedIn
) -> None:
    assert [job.due_at for job in looks(instance)] == [PUBLICATION]
    clock.now = PUBLICATION - timedelta(seconds=1)
    look(instance, clock)
    assert (letters(instance), waiting(instance, clock)) == ([], [])
    clock.now = PUBLICATION
    look(instance, clock)
    look(instance, clock)
    assert len(letters(instance)) == 2
    assert [each.id for each in waiting(instance, clock)] == [advisory.id]
    with instance.db.reading() as session:
        assert queries.advisory(session, advisory.id).state is State.RELEASED


def test_a_look_for_a_date_that_has_moved_does_nothing(
    instance: Instance, advisory: Advisory, cast: Cast, clock: HandedIn
) -> None:
    move(instance, advisory, cast, clock)
    assert [job.due_at for job in looks(instance)] == [PUBLICATION, LATER]
    clock.now = PUBLICATION
    look(instance, clock)
    assert (letters(instance), waiting(instance, clock)) == ([], [])
    clock.now = LATER
    look(instance, clock)
    assert len(letters(instance)) == 2


def test_a_proposed_lifting_takes_the_task_away_and_a_dropped_one_brings_it_back(
    instance: Instance, advisory: Advisory, cast: Cast, clock: HandedIn
) -> None:
    clock.now = PUBLICATION
    with instance.db.transaction() as session:
        releasing.propose_lifting(
            session, advisory.id, parts=PARTS, vault=VAULT, by=cast.writer, now=clock.now
        )
    assert waiting(instance, clock) == []
    with instance.db.transaction() as session:
        service.drop(session, advisory.id, by=cast.writer, now=clock.now)
    assert len(waiting(instance, clock)) == 1


def test_an_early_publication_counts_from_its_own_instant(
    instance: Instance, advisory: Advisory, cast: Cast, clock: HandedIn
) -> None:
    early, clock.now = NOW + timedelta(days=2), NOW + timedelta(days=2, minutes=5)
    for wrong in (clock.now + timedelta(minutes=1), PUBLICATION + timedelta(days=1)):
        with pytest.raises(InputError), instance.db.transaction() as session:
            hour.note_early(session, advisory.id, wrong, by=cast.writer, now=clock.now)
    with instance.db.transaction() as session:
        hour.note_early(session, advisory.id, early, by=cast.writer, now=clock.now)
    look(instance, clock)
    assert len(letters(instance)) == 2
    assert len(waiting(instance, clock)) == 1
    with instance.db.transaction() as session:
        releasing.propose_lifting(
            session, advisory.id, parts=PARTS, vault=VAULT, by=cast.writer, now=clock.now
        )
        advisories.submit(session, advisory.id, by=cast.writer, now=clock.now)
        lifted = advisories.release(session, advisory.id, by=cast.releaser, now=clock.now)
        clocked = queries.advisory(session, advisory.id).matter.clock
        assert (lifted.publication_at, clocked.publication_at) == (early, early)
        assert clocked.status is ClockStatus.ENDED
    with pytest.raises(IllegalMoveError), instance.db.transaction() as session:
        hour.note_early(session, advisory.id, early, by=cast.writer, now=clock.now)


def test_a_date_that_moves_takes_an_early_publication_back(
    instance: Instance, advisory: Advisory, cast: Cast, clock: HandedIn
) -> None:
    clock.now = NOW + timedelta(days=2)
    with instance.db.transaction() as session:
        hour.note_early(session, advisory.id, clock.now, by=cast.writer, now=clock.now)
    move(instance, advisory, cast, clock)
    assert waiting(instance, clock) == []


def test_the_button_leads_from_the_first_page_to_the_lifting(
    instance: Instance,
    advisory: Advisory,
    cast: Cast,
    clock: HandedIn,
    client_as: Callable[[object], Browser],
) -> None:
    with instance.db.reading() as session:
        writer = session.get_one(Account, cast.writer.account_id)
    browser = client_as(writer)
    page = f"/advisories/{advisory.id}"
    assert "/advisories/published" not in browser.get("/").text
    clock.now = NOW + timedelta(minutes=10)
    refused = browser.post_form(f"{page}/published-early", {"public_since": "2099-01-01T00:00"})
    assert refused.status_code == 422
    answer = browser.post_form(f"{page}/published-early", {"public_since": "2026-11-20T10:05"})
    assert answer.location == f"{page}/lift"
    assert "/advisories/published" in browser.get("/").text
    assert f"{page}/lift" in browser.get("/advisories/published").text
    with instance.db.reading() as session:
        since = queries.advisory(session, advisory.id).matter.clock.public_since
    assert since == NOW + timedelta(minutes=5)
