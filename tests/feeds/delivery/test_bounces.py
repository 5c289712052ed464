"""Mail that comes back: seen on its mail and its contact, told to who should know; forgery does nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.advisories.models import Release
from feeds.delivery import bounces, return_path
from feeds.delivery.models import Mailing
from feeds.delivery.states import State
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.audit import THE_HUB, Entry
from hub.core.errors import IllegalMoveError, NotFoundError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.core.returns import Bounces
from hub.demo.mailserver import delivered
from sectors.bodies import queries as bodies
from sectors.bodies.models import Contact
from tests.conftest import HandedIn
from tests.support import delivery
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, World
from tests.support.reports import WORDS, report

ADDRESS = "bounce@hub.example.jp"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = tmp_path / "bounces"
    (folder / "new").mkdir(parents=True)
    return folder


@pytest.fixture
def told(world: World, maildir: Path) -> World:
    """The world with a mailbox for what comes back."""
    config = replace(world.hub.config, bounces=Bounces(at=maildir, address=ADDRESS))
    return replace(world, hub=replace(world.hub, config=config))


@pytest.fixture
def sent(told: World) -> Release:
    release = told.release()
    assert told.work() == 0
    assert told.mailing(release).state is State.DELIVERED
    return release


def return_path_of(world: World) -> str:
    """Return whom the last mail's transaction named as the sender."""
    mail = list(delivered(world.seat.post.folder, world.contact().email))[-1]
    return str(mail.message["Return-Path"]).strip("<>")


def comes_back(world: World, maildir: Path, *reports: bytes) -> None:
    """Put reports into the mailbox and have it read."""
    for number, each in enumerate(reports):
        (maildir / "new" / f"{number}.report").write_bytes(each)
    bounces.read_returned(world.hub, {}, world.hub.clock())


def test_the_return_path_is_a_token_that_tells_nothing(told: World, sent: Release) -> None:
    path = return_path_of(told)
    found = re.fullmatch(r"bounce\+([a-z2-7]{42})@hub\.example\.jp", path)
    assert found
    assert len(path.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    for word in (told.tracking_id(sent), told.contact().email, told.power.name_ja):
        assert word.lower() not in path
    assert return_path.mailing_of(told.hub.config.bounces, [path], key=TOKEN_KEY) == told.mailing(sent).id  # type: ignore[arg-type]  # it has one


def test_without_a_mailbox_failures_go_to_the_sender(world: World) -> None:
    world.release()
    world.work()
    assert return_path_of(world) == world.hub.config.mail.sender


def test_a_mail_that_came_back_is_seen_by_everybody_concerned(
    told: World, sent: Release, maildir: Path, client_as: Callable[..., Browser]
) -> None:
    with told.hub.db.transaction() as session:
        deputy = delivery.add_contact(session, told.power, told.seat.gas)
    comes_back(told, maildir, report(to=return_path_of(told)))
    mailing = told.mailing(sent)
    assert (mailing.state, mailing.reason) == (State.REFUSED, bounces.CAME_BACK)
    assert (mailing.bounce_code, mailing.bounced_at) == ("5.1.1", told.hub.clock())
    with told.hub.db.reading() as session:
        letters = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "mail.bounced"))
        assert bodies.unreachable(session) == 1
    returned = [each.values["to"] for each in letters if each.values["letter"] == "mail-returned"]
    assert returned == [deputy.email]
    assert (entry.subject_id, entry.details) == (mailing.id, {"code": "5.1.1"})
    shown = client_as(told.account()).get(f"/bodies/{told.power.id}").text
    assert "5.1.1" in shown
    assert "kingfisher" not in shown
    assert "メールが届かない連絡窓口を確認する" in client_as(Role.COORDINATOR).get("/").text
    page = f"/bodies/{told.power.id}"
    works = f"{page}/contacts/{told.contact().id}/mailbox-works"
    assert client_as(Role.CONTACT).post_form(works, {}, page="/").status_code == 404
    assert told.contact().mail_bounced_at is not None
    assert client_as(told.account()).post_form(works, {}, page=page).status_code == 303
    assert told.contact().mail_bounced_at is None
    assert told.mailing(sent).state is State.REFUSED


def test_delays_are_counted_and_a_report_that_comes_twice_changes_nothing_more(
    told: World, sent: Release, maildir: Path, clock: HandedIn
) -> None:
    soft = report(to=return_path_of(told), action="delayed", status="4.4.1")
    comes_back(told, maildir, soft, soft)
    mailing = told.mailing(sent)
    assert (mailing.state, mailing.delays, mailing.bounced_at) == (State.DELIVERED, 2, None)
    assert told.contact().mail_bounced_at is None  # that is no alarm
    once = report(to=return_path_of(told))
    comes_back(told, maildir, once, once)
    first = told.mailing(sent).bounced_at
    clock.now += timedelta(hours=1)
    comes_back(told, maildir, once)
    assert told.mailing(sent).bounced_at == first
    with told.hub.db.reading() as session:
        assert len(session.scalars(sa.select(Entry).where(Entry.action == "mail.bounced")).all()) == 1


def test_a_report_without_the_token_is_known_by_the_returned_message_id(
    told: World, sent: Release, maildir: Path
) -> None:
    [raw] = told.notices()
    comes_back(told, maildir, report(to="hub@hub.example.jp", returned=raw.partition(b"\r\n\r\n")[0]))
    assert told.mailing(sent).state is State.REFUSED


FORGED = (
    "bounce+" + "a" * 42 + "@hub.example.jp",
    ADDRESS,
    "bounce+@hub.example.jp, bounce+" + "2" * 42 + "@hub.example.jp",
    "bounce+' OR 1=1 --@hub.example.jp",
)


def test_forged_reports_do_nothing(told: World, sent: Release, maildir: Path) -> None:
    path, box = return_path_of(told), told.hub.config.bounces
    assert box
    token = path.partition("+")[2].partition("@")[0]
    changed = [f"{token[:at]}{'b' if token[at] == 'a' else 'a'}{token[at + 1 :]}" for at in range(len(token))]
    other_key = str(return_path.return_path(box, told.mailing(sent).id, key=b"o" * 32))
    forged = [*FORGED, other_key, *(f"bounce+{each}@hub.example.jp" for each in changed)]
    head = b"Message-ID: <0000000000000000000000000000000000000000@hub.example.jp>"
    comes_back(told, maildir, *(report(to=to, returned=head) for to in forged))
    assert (told.mailing(sent).state, told.contact().mail_bounced_at) == (State.DELIVERED, None)


def test_a_bounce_of_an_opened_notice_is_not_believed(told: World, sent: Release, maildir: Path) -> None:
    with told.hub.db.transaction() as session:
        session.get_one(Mailing, told.mailing(sent).id).state = State.OPENED
    comes_back(told, maildir, report(to=return_path_of(told)))
    assert (told.mailing(sent).state, told.mailing(sent).bounced_at) == (State.OPENED, None)


def test_what_is_no_report_stays_as_seen_and_no_remote_text_is_kept(
    told: World, sent: Release, maildir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = return_path_of(told)
    away = f"From: x@example.jp\r\nTo: {path}\r\nSubject: away\r\n\r\nBack soon.\r\n"
    comes_back(told, maildir, away.encode(), b"", b"\x00" * 1000, report(to=path, status=WORDS))
    assert list((maildir / "new").iterdir()) == []
    assert {each.name for each in (maildir / "cur").iterdir()} == {f"{n}.report:2,S" for n in range(4)}
    mailing = told.mailing(sent)
    assert (mailing.state, mailing.bounce_code) == (State.REFUSED, "5.0.0")
    with told.hub.db.reading() as session:
        kept = [
            str(vars(row))
            for kind in (Mailing, Job, Entry, Contact)
            for row in session.scalars(sa.select(kind))
        ]
    assert "kingfisher" not in "".join(kept) + caplog.text


def test_the_next_look_is_promised_once_also_while_the_mailbox_is_away(told: World, maildir: Path) -> None:
    (maildir / "new").rmdir()
    for _ in range(3):
        bounces.read_returned(told.hub, {}, told.hub.clock())
    with told.hub.db.reading() as session:
        [job] = session.scalars(sa.select(Job).where(Job.kind == "bounces.read"))
    assert timedelta() < job.due_at - told.hub.clock() <= timedelta(minutes=5)


def test_a_mail_is_sent_again_on_a_persons_word(told: World, sent: Release, maildir: Path) -> None:
    mailing_id = told.mailing(sent).id
    with told.hub.db.transaction() as session, pytest.raises(IllegalMoveError):
        bounces.send_again(session, mailing_id, by=THE_HUB, now=told.hub.clock())
    comes_back(told, maildir, report(to=return_path_of(told)))
    with told.hub.db.transaction() as session:
        bounces.send_again(session, mailing_id, by=THE_HUB, now=told.hub.clock())
        with pytest.raises(NotFoundError):
            bounces.send_again(session, told.power.id, by=THE_HUB, now=told.hub.clock())
    assert told.work() == 0
    mailing = told.mailing(sent)
    assert (mailing.state, mailing.bounced_at, mailing.bounce_code) == (State.DELIVERED, None, None)
    first, second = (message_from_bytes(raw)["Message-ID"] for raw in told.notices())
    assert first == second == mailing.message_id


def test_a_coordinator_has_it_sent_again(
    told: World, sent: Release, maildir: Path, client_as: Callable[..., Browser]
) -> None:
    comes_back(told, maildir, report(to=return_path_of(told)))
    browser, page = client_as(Role.COORDINATOR), f"/delivery/{sent.id}/{told.power.id}"
    assert "5.1.1" in browser.get(page).text
    again = f"/delivery/mails/{told.mailing(sent).id}/again"
    assert client_as(told.account()).post_form(again, {}, page="/").status_code == 403
    assert browser.post_form(again, {}, page=page).location == page
    assert told.mailing(sent).state is State.PROMISED
    assert browser.post_form(again, {}, page=page).status_code == 409
    assert "再送する" not in browser.get(page).text


def test_an_address_that_refuses_letters_is_noted_and_its_letter_is_no_longer_tried(
    told: World, clock: HandedIn
) -> None:
    told.seat.post.refused.add(told.contact().email)
    with told.hub.db.transaction() as session:
        outbox.promise(
            session, "letter", now=clock.now, letter="delivery-held", to=told.contact().email, path="/"
        )
    letters_worked(told.hub)
    contact = told.contact()
    assert (contact.mail_bounced_at, contact.mail_bounce_code) == (clock.now, "5.1.1")
    with told.hub.db.reading() as session:
        [dead] = outbox.dead_letters(session)
    assert (dead.problem, dead.attempts) == ("MailRefusedError", 1)


def letters_worked(hub: Instance) -> None:
    """Do what is due, with the real worker."""
    from hub.worker import Worker  # noqa: PLC0415 - only here, since it brings all of the hub

    worker = Worker(hub)
    while worker.work_one():
        pass


def test_a_mail_to_who_has_left_ends_and_who_came_gets_one_if_the_audience_allows(
    told: World, clock: HandedIn
) -> None:
    release, left = told.release(), told.contact()
    with told.hub.db.transaction() as session:
        deputy = delivery.add_contact(session, told.power, told.seat.gas)
        session.get_one(Contact, left.id).left_at = clock.now
    told.work()
    with told.hub.db.transaction() as session:
        found = session.scalars(sa.select(Mailing).where(Mailing.release_id == release.id)).all()
        states = {each.contact_id: (each.state, each.reason) for each in found}
        assert states[left.id] == (State.ENDED, "The contact has left")
        assert set(states) == {left.id, deputy.id}
        assert states[deputy.id][0] is State.HELD  # nobody receives for the tools
        bodies.body(session, told.power.id).receiving_contact_id = deputy.id
    assert told.seat.mails_to(deputy.email) == []
    clock.now += timedelta(minutes=20)
    told.work()
    assert len([raw for raw in told.seat.mails_to(deputy.email) if b"multipart/encrypted" in raw]) == 1
    assert told.seat.mails_to(left.email) == []


@pytest.fixture
def reading(told: World, sent: Release) -> World:
    """A world with one mail on its way, for many hostile reports."""
    assert told.mailing(sent)
    return told


@given(raw=st.binary(max_size=2000), to=st.text(max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_mail_changes_nothing(reading: World, maildir: Path, raw: bytes, to: str) -> None:
    line = "".join(each for each in to if each.isprintable())
    comes_back(reading, maildir, raw, report(to=line) + raw, report(to=f"bounce+{line}@hub.example.jp"))
    with reading.hub.db.reading() as session:
        assert {each.state for each in session.scalars(sa.select(Mailing))} == {State.DELIVERED}
        assert bodies.unreachable(session) == 0
