"""Who is asked and reminded, when: by the nightly look, once."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from feeds.advisories.models import Release
from feeds.formats.tlp import Tlp
from feeds.operation import letters as operation
from feeds.operation.models import Trial
from feeds.surveys import asking, finding, letters, service
from feeds.surveys.categories import Category
from feeds.surveys.models import Survey
from feeds.surveys.replies import Reply
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.letters import compose
from hub.core.outbox import Job
from hub.worker import HANDLERS, LETTERS, NIGHTLY
from sectors.bodies.models import MemberOperator
from tests.conftest import HandedIn
from tests.support.advisories import NOW, PUBLICATION, VAULT, Readiness
from tests.support.delivery import World
from tests.support.surveys import asked, ids

A_DAY = timedelta(days=1)


def night(world: World, clock: HandedIn, *, at: object = None) -> None:
    clock.now = at or clock.now  # type: ignore[assignment]
    letters.watch(world.hub, {}, clock.now)


def surveys(world: World) -> list[finding.Found]:
    with world.hub.db.reading() as session:
        return list(finding.every(session))


def test_a_body_is_asked_once_after_the_publication_of_a_notice_that_reached_it(
    world: World, clock: HandedIn
) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    release = world.release(world.power)
    world.seal()
    night(world, clock, at=PUBLICATION - timedelta(seconds=1))
    assert surveys(world) == []
    night(world, clock, at=PUBLICATION)
    night(world, clock, at=PUBLICATION + A_DAY)
    [found] = surveys(world)
    assert (found.body.id, found.tracking_id) == (world.power.id, world.tracking_id(release))
    assert (found.asked, found.survey.about_at) == (2, NOW)
    closes = found.survey.closes_at.astimezone(JST)
    assert closes.date() == (PUBLICATION.astimezone(JST) + timedelta(days=21)).date()
    assert closes.time() == time(23, 59)
    assert world.letters().count("survey-asked") == 1
    assert "survey-asked" not in world.letters(gas)


def test_a_lifted_notice_is_asked_about_at_once_and_one_that_reached_nobody_never(
    world: World, clock: HandedIn
) -> None:
    world.release(world.power)  # nothing of it is handed over
    night(world, clock, at=PUBLICATION)
    assert surveys(world) == []
    clock.now = NOW
    release = world.release(world.power)
    world.seal()
    clock.now = NOW + A_DAY
    world.withdraw(release, reason="対象なし", duties="廃棄")
    night(world, clock)
    [found] = surveys(world)
    assert found.survey.advisory_id == release.advisory_id


def test_members_without_a_memorandum_or_of_another_sector_are_not_asked(
    world: World, clock: HandedIn
) -> None:
    with world.hub.db.transaction() as session:
        for name, sector, memorandum in (
            ("覚書なし", "electricity", None),
            ("ガス", "gas", date(2026, 4, 1)),
        ):
            session.add(
                MemberOperator(
                    body_id=world.power.id,
                    name=name,
                    corporate_number=f"{len(name):013}",
                    sector_code=sector,
                    critical=True,
                    memorandum_on=memorandum,
                )
            )
    world.release(world.power)
    world.seal()
    night(world, clock, at=PUBLICATION)
    [found] = surveys(world)
    with world.hub.db.reading() as session:
        assert set(ids(session, found.survey)) == {"第一事業者", "第二事業者"}


def test_what_was_published_long_ago_is_not_asked_about(world: World, clock: HandedIn) -> None:
    world.release(world.power)
    world.seal()
    night(world, clock, at=PUBLICATION + asking.LATEST)
    assert surveys(world) == []


def test_it_is_reminded_of_a_week_and_a_day_before_it_closes_while_somebody_has_not_answered(
    world: World, clock: HandedIn
) -> None:
    with world.hub.db.transaction() as session:
        survey = asked(session, world.power)
    for days_left in (9, 8, 7, 6, 5, 1):
        night(world, clock, at=survey.closes_at - timedelta(days=days_left))
    assert world.letters().count("survey-closes") == 2
    with world.hub.db.transaction() as session:
        other = asked(session, world.power, ends_on=date(2027, 12, 10), now=clock.now)
        reply = Reply(category=Category.ALSO_OTHERS)
        for_whom = list(ids(session, other).values())
        service.answer(session, other.id, for_whom, reply, vault=VAULT, by=Actor(), now=clock.now)
    night(world, clock, at=other.closes_at - A_DAY)
    assert world.letters().count("survey-closes") == 2


def test_before_a_trial_period_ends_its_body_is_asked_once_and_again_for_the_next(
    world: World, clock: HandedIn
) -> None:
    ends_on = date(2027, 3, 31)
    with world.hub.db.transaction() as session:
        session.add(Trial(body_id=world.power.id, begins_on=date(2026, 4, 1), ends_on=ends_on))
    for days, count in ((45, 0), (29, 1), (28, 1)):
        clock.now = NOW.replace(year=2027, month=3, day=31) - timedelta(days=days)
        operation.watch(world.hub, {}, clock.now)
        assert len(surveys(world)) == count, days
    assert surveys(world)[0].tracking_id is None


def test_what_was_typed_and_never_sent_is_let_go_once_it_is_closed(world: World, clock: HandedIn) -> None:
    with world.hub.db.transaction() as session:
        survey = asked(session, world.power)
        service.keep(session, survey.id, {"q": ["x"]}, vault=VAULT, now=NOW)
        who = ids(session, survey)["第一事業者"]
        key = world.hub.token_key
        token = service.hand_out(session, survey.id, [who], key=key, by=Actor(), now=NOW)[who]
        service.keep_by_link(session, token, {"q": ["x"]}, key=key, vault=VAULT, now=NOW)
    for at, kept in ((survey.closes_at - timedelta(seconds=1), True), (survey.closes_at, False)):
        night(world, clock, at=at)
        with world.hub.db.reading() as session:
            drafts = [finding.survey(session, survey.id).draft, finding.respondent_of(session, who).draft]
        assert [each is not None for each in drafts] == [kept, kept]


def test_a_notice_that_stays_inside_the_body_is_asked_of_the_body_alone(
    world: World, clock: HandedIn
) -> None:
    release = world.release(world.power)
    world.seal()
    with world.hub.db.transaction() as session:
        inside = sa.update(Release).where(Release.id == release.id).values(tlp=Tlp.AMBER_STRICT)
        session.execute(inside, execution_options={"synchronize_session": False})
    night(world, clock, at=PUBLICATION)
    [found] = surveys(world)
    with world.hub.db.reading() as session:
        assert set(ids(session, found.survey)) == {world.power.name_ja}


@pytest.mark.parametrize("letter", ["survey-asked", "survey-closes"])
def test_the_letters_say_nothing_of_a_matter_and_lead_to_the_survey(
    world: World, clock: HandedIn, letter: str
) -> None:
    release = world.release(world.power)
    world.seal()
    night(world, clock, at=PUBLICATION)
    night(world, clock, at=PUBLICATION + timedelta(days=20))
    with world.hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "letter"))
        [job] = [each for each in jobs if each.values["letter"] == letter]
        assert job.values["path"] == f"/surveys/{session.scalars(sa.select(Survey.id)).one()}"
    mail = compose(LETTERS[letter], to="a@example.jp", sender="b@example.jp", link="x", key="k", now=NOW)
    assert world.tracking_id(release).encode() not in mail


def test_the_worker_looks_each_night() -> None:
    assert letters.NIGHT in NIGHTLY
    assert HANDLERS[letters.NIGHT] is letters.watch
