"""Silence and what follows: mails, the call list, and the end of it with the first answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.advisories.models import Release, ReleaseAssertion
from feeds.delivery import receipts
from feeds.delivery.models import Mailing
from feeds.formats.content import Kind
from feeds.receipts import service as answers
from feeds.receipts.states import Choice
from feeds.reminders import queries, sending, service
from feeds.reminders.models import Call, Reminder
from feeds.reminders.states import Stage
from feeds.reminders.timing import DEFAULTS
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.audit import Entry
from hub.core.errors import InputError
from hub.core.outbox import Job
from keys import queries as keys
from keys.sealing import open_sealed
from keys.states import State as CertificateState
from sectors.bodies import queries as bodies
from sectors.bodies.states import State as BodyState
from tests.conftest import HandedIn
from tests.keys.workshop import GPG
from tests.support.advisories import CANARY, NOW, VAULT
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, World, add_contact

Enter = Callable[[object], Browser]
WORD = "merlin-9034"


def look(world: World, clock: HandedIn, *, hours: float = 0) -> None:
    clock.now += timedelta(hours=hours)
    sending.look(world.hub, {}, clock.now)


def stages(world: World, release: Release) -> list[Stage]:
    with world.hub.db.reading() as session:
        rows = session.scalars(
            sa.select(Reminder).where(Reminder.release_id == release.id).order_by(Reminder.at)
        )
        return [row.stage for row in rows]


def answer(world: World, release: Release) -> None:
    with world.hub.db.transaction() as session:
        answers.answer(
            session,
            release.id,
            world.power.id,
            Choice.RECEIVED,
            vault=VAULT,
            by=world.cast.writer,
            now=world.hub.clock(),
        )


def reminders_mailed(world: World) -> list[bytes]:
    return [each for each in world.notices() if b"[REMINDER]" in each]


def test_each_stage_is_done_once_and_silence_ends_on_the_call_list(
    world: World, arrived: Release, clock: HandedIn, client_as: Enter
) -> None:
    for _ in range(20):
        look(world, clock, hours=1)
        look(world, clock)
    assert stages(world, arrived) == list(Stage)
    shown = client_as(Role.COORDINATOR).get("/reminders/calls")
    assert world.tracking_id(arrived) in shown.text
    assert world.contact().telephone in shown.text


def test_an_answer_ends_the_reminders_at_any_stage(world: World, arrived: Release, clock: HandedIn) -> None:
    look(world, clock, hours=4)
    answer(world, arrived)
    look(world, clock, hours=100)
    assert stages(world, arrived) == [Stage.FIRST]
    with world.hub.db.reading() as session:
        assert queries.to_call(session, vault=VAULT, now=clock.now) == []


events = st.lists(
    st.one_of(
        st.floats(0.1, 30).map(lambda hours: ("wait", hours)),
        st.sampled_from(["suspend", "restore", "answer"]),
    ),
    min_size=1,
    max_size=14,
)


@given(history=events)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_over_any_history_the_rows_tell_of_no_reminder_too_many_and_none_too_few(
    world: World, clock: HandedIn, history: list[str | tuple[str, float]]
) -> None:
    clock.now, answered, stands = NOW, False, True
    with world.hub.db.transaction() as session:
        bodies.body(session, world.power.id).state = BodyState.FULL
    release = world.release()
    world.seal()
    since = clock.now
    for event in history:
        before = stages(world, release)
        if isinstance(event, tuple):
            look(world, clock, hours=event[1])
        elif event == "answer":
            answered = True
            answer(world, release)
        else:
            stands = event == "restore"
            with world.hub.db.transaction() as session:
                bodies.body(session, world.power.id).state = BodyState.FULL if stands else BodyState.SUSPENDED
        look(world, clock)
        after = stages(world, release)
        assert len(after) == len(set(after))
        assert after == before or (stands and not answered)
        overdue = clock.now - since >= timedelta(hours=DEFAULTS[Kind.NEW].call)
        assert Stage.CALL in after or answered or not stands or not overdue


def test_a_reminder_that_was_promised_is_not_sent_after_the_answer(
    world: World, arrived: Release, clock: HandedIn
) -> None:
    look(world, clock, hours=4)
    answer(world, arrived)
    assert world.work() == 0
    assert reminders_mailed(world) == []


def test_a_body_without_standing_is_not_reminded(world: World, arrived: Release, clock: HandedIn) -> None:
    with world.hub.db.transaction() as session:
        bodies.body(session, world.power.id).state = BodyState.SUSPENDED
    look(world, clock, hours=100)
    assert stages(world, arrived) == []


def test_a_newer_revision_takes_the_place_of_what_is_reminded_of(
    world: World, arrived: Release, clock: HandedIn
) -> None:
    look(world, clock, hours=4)
    newer = world.revise(arrived)
    look(world, clock, hours=4)
    assert stages(world, arrived) == [Stage.FIRST]
    assert stages(world, newer) == [Stage.FIRST]


@pytest.mark.usefixtures("arrived")
def test_two_workers_that_look_at_once_remind_once(world: World, clock: HandedIn) -> None:
    clock.now += timedelta(hours=4)
    with world.hub.db.reading() as session:
        [case] = queries.open_cases(session)
        rules, quiet = queries.rules(session), queries.quiet(session)
    for _ in range(2):
        with world.hub.db.transaction() as session:
            service.remind(session, case, rules=rules, quiet=quiet, now=clock.now)
    with world.hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "reminder.mail")).all()
    assert len(jobs) == 1


def test_a_reminder_is_sealed_says_nothing_in_clear_and_carries_the_code(
    world: World, clock: HandedIn
) -> None:
    release = world.release()
    world.work()
    look(world, clock, hours=4)
    assert world.work() == 0
    [mail] = reminders_mailed(world)
    message = message_from_bytes(mail, policy=policy.default)
    assert str(message["Subject"]) == (
        f"[PRIORITY][TLP:AMBER][{world.tracking_id(release)} r1][REMINDER] 優先情報提供 再通知"
    )
    [sent] = [each for each in world.notices() if b"[NEW]" in each]
    assert message["In-Reply-To"] == message_from_bytes(sent, policy=policy.default)["Message-ID"]
    _, sealed = message.iter_parts()
    inside = open_sealed(
        sealed.get_content(), home=world.seat.power.shop.home, gpg=GPG, pinned_fingerprint=world.seat.pin
    )
    text = message_from_bytes(inside, policy=policy.default).get_body(("plain",))
    assert text is not None
    code = receipts.code_for(world.mailing(release).id, key=TOKEN_KEY)
    said = text.get_content()
    assert code in said
    assert f"/notices/{world.tracking_id(release)}" in said
    assert CANARY not in said
    assert code.encode() not in mail


@pytest.mark.usefixtures("arrived")
def test_without_a_usable_certificate_a_letter_says_that_something_waits(
    world: World, clock: HandedIn
) -> None:
    with world.hub.db.transaction() as session:
        for row in keys.certificates_of(session, world.contact().id):
            row.state = CertificateState.REVOKED
    look(world, clock, hours=4)
    world.work()
    assert "notice-unanswered" in world.letters()
    assert reminders_mailed(world) == []


@pytest.mark.usefixtures("arrived")
def test_the_deputies_are_reminded_after_those_who_receive(world: World, clock: HandedIn) -> None:
    with world.hub.db.transaction() as session:
        deputy = add_contact(session, world.power, world.seat.gas)

    def asked() -> list[str]:
        with world.hub.db.reading() as session:
            jobs = session.scalars(
                sa.select(Job).where(Job.kind == "reminder.mail").order_by(Job.promised_at)
            )
            return [job.values["contact_id"] for job in jobs]

    look(world, clock, hours=8)
    assert asked() == [str(world.contact().id)]
    look(world, clock, hours=4)
    assert asked() == [str(world.contact().id), str(deputy.id)]


def test_a_look_that_was_missed_is_made_up_for_and_the_next_one_is_promised_once(
    world: World, arrived: Release, clock: HandedIn
) -> None:
    look(world, clock, hours=30)
    assert set(stages(world, arrived)) == {Stage.SECOND, Stage.DEPUTY, Stage.CALL}
    with world.hub.db.transaction() as session:
        later = clock.now + sending.EVERY
        outbox.promise_round(session, sending.LOOK, every=sending.EVERY, at=later, now=clock.now)
    with world.hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == sending.LOOK)).all()
    assert [job.due_at for job in jobs] == [clock.now + sending.EVERY]


def test_a_call_is_recorded_with_who_and_when_and_its_remark_sealed(
    world: World, arrived: Release, clock: HandedIn, client_as: Enter
) -> None:
    look(world, clock, hours=30)
    browser = client_as(Role.COORDINATOR)
    page = f"/reminders/calls/{arrived.id}/{world.power.id}"
    wrong = browser.post_form(page, {"contact": str(arrived.id), "outcome": "reached"}, page=page)
    assert wrong.status_code == 422
    assert browser.post_form(page, {"contact": str(world.contact().id)}, page=page).status_code == 422
    sent = {"contact": str(world.contact().id), "outcome": "not-reached", "remark": f"留守番電話 {WORD}"}
    assert browser.post_form(page, sent, page=page).status_code == 303
    clock.now += timedelta(minutes=30)
    assert browser.post_form(page, sent | {"outcome": "reached", "remark": ""}, page=page).status_code == 303
    with world.hub.db.reading() as session:
        calls = session.scalars(sa.select(Call).order_by(Call.called_at)).all()
        entries = session.scalars(sa.select(Entry).where(Entry.action == "notice.called")).all()
        assert queries.waiting_for_a_call(session) == 0
    assert browser.account
    assert {each.account_id for each in calls} == {browser.account.id}
    assert calls[0].remark is not None
    assert WORD.encode() not in calls[0].remark
    assert not any(WORD in str(each.details) for each in entries)
    rows = [row.get_text(" ", strip=True) for row in browser.soup(page).select("tbody tr")]
    assert any(WORD in row for row in rows)
    answer(world, arrived)
    assert browser.get(page).status_code == 404


def test_the_rules_are_shown_and_changed_by_coordinators_alone(
    world: World, arrived: Release, clock: HandedIn, client_as: Enter
) -> None:
    browser = client_as(Role.COORDINATOR)
    assert "16時間" in browser.get("/reminders/rules").text
    sent = {"urgent": "y", "first": "1", "second": "2", "deputy": "3", "call": "5"}
    page = "/reminders/rules/new"
    assert browser.post_form(page, sent | {"second": "1"}, page=page).status_code == 422
    assert browser.post_form(page, sent | {"call": "x"}, page=page).status_code == 422
    assert browser.post_form(page, sent, page=page).status_code == 303
    page = "/reminders/quiet-hours"
    assert browser.post_form(page, {"begins": "24", "ends": "7"}, page=page).status_code == 422
    assert browser.post_form(page, {"begins": "20", "ends": "8"}, page=page).status_code == 303
    assert "日本時間の20時から8時まで" in browser.get("/reminders/rules").text
    assert browser.get("/reminders/rules/nothing").status_code == 404
    for role in set(Role) - {Role.COORDINATOR}:
        for path in (
            "/reminders/rules",
            "/reminders/calls",
            "/reminders/rules/new",
            "/reminders/quiet-hours",
        ):
            assert client_as(role).get(path).status_code == 403
    look(world, clock, hours=1)
    assert stages(world, arrived) == [Stage.FIRST]


def test_a_rule_whose_stages_do_not_follow_each_other_is_refused(world: World) -> None:
    rule = DEFAULTS[Kind.NEW]
    for changed in (
        replace(rule, first=0),
        replace(rule, first=9),
        replace(rule, call=12),
        replace(rule, call=1001),
    ):
        with pytest.raises(InputError), world.hub.db.transaction() as session:
            service.set_rule(session, Kind.NEW, changed, by=world.cast.writer, now=world.hub.clock())


def test_the_call_page_shows_the_register_and_nothing_of_the_content(
    world: World, arrived: Release, clock: HandedIn, client_as: Enter
) -> None:
    look(world, clock, hours=30)
    shown = client_as(Role.COORDINATOR).get(f"/reminders/calls/{arrived.id}/{world.power.id}")
    text = BeautifulSoup(shown.data, "html.parser").get_text(" ", strip=True)
    assert world.contact().telephone in text
    assert CANARY not in text
    assert "認証回避" not in text
    with world.hub.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Mailing.id))) == 1


def test_a_release_that_nobody_signed_is_not_reminded_of(world: World, clock: HandedIn) -> None:
    forged, honest = world.release(), world.release()
    world.work()
    before = len(world.notices())
    look(world, clock, hours=4)
    with world.hub.db.transaction() as session:
        unsigned = ReleaseAssertion.revision_id == forged.revision_id
        session.execute(sa.update(ReleaseAssertion).where(unsigned).values(assertion="{}"))
    world.work()
    subjects = [str(message_from_bytes(each, policy=policy.default)["Subject"]) for each in world.notices()]
    assert len(subjects) == before + 1
    assert [each for each in subjects if "[REMINDER]" in each] == [
        f"[PRIORITY][TLP:AMBER][{world.tracking_id(honest)} r1][REMINDER] 優先情報提供 再通知"
    ]
