"""Each day's head is signed and mailed to two witnesses; whoever signs or mails in vain is heard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from hub.accounts.models import Account, Role
from hub.core import outbox
from hub.core.config import Mail
from hub.core.errors import ConfigurationError
from hub.core.instance import Instance
from hub.core.outbox import Job
from hub.core.smtp import MailRefusedError
from hub.demo.mailserver import delivered, free_port
from hub.trail import heads
from hub.trail.chaining import EVERY, chain
from hub.trail.models import SignedHead
from hub.trail.statements import StatementError
from tests.conftest import HandedIn
from tests.support.applications import make_person
from tests.support.delivery import Post
from tests.support.trail import Trail


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    post = Post(tmp_path / "mail")
    post.refused = set()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    post.port = controller.port  # type: ignore[attr-defined]
    yield post
    controller.stop()


def mailing(hub: Instance, post: Post) -> Instance:
    mail = Mail(host="127.0.0.1", port=post.port, tls="none", sender="hub@hub.example.jp", timeout=5)  # type: ignore[attr-defined]
    return replace(hub, config=replace(hub.config, mail=mail))


def promised(hub: Instance, kind: str) -> list[dict[str, str]]:
    with hub.db.reading() as session:
        return [job.values for job in session.scalars(sa.select(Job).where(Job.kind == kind))]


def letters(hub: Instance) -> list[tuple[str, str]]:
    return [(each["letter"], each["to"]) for each in promised(hub, "letter")]


def test_both_witnesses_get_the_same_head_and_can_check_it(trail: Trail, post: Post) -> None:
    hub = mailing(trail.hub, post)
    jobs = promised(hub, heads.MAIL)
    assert {each["to"] for each in jobs} == {"one@witness.example.jp", "two@witness.example.jp"}
    for job in jobs:
        heads.mail(hub, job, hub.clock())
    mails = [each.file.read_text() for each in delivered(post.folder)]
    [said] = {(trail.check(each).day, trail.check(each).root) for each in mails}
    assert said[0] == heads.day_of(hub.clock())
    with hub.db.reading() as session:
        assert session.get_one(SignedHead, said[0]).root == said[1]
    for organisation in (trail.power, trail.gas):
        assert str(organisation) not in "".join(mails)


def test_a_head_that_was_touched_is_no_head(trail: Trail) -> None:
    head = trail.sign()
    for old, new in ((str(head.day), "2001-01-01"), (head.root.hex()[:8], "00000000")):
        with pytest.raises(StatementError):
            trail.check(head.signed.replace(old, new))
    with pytest.raises(StatementError):
        trail.check("a mail about something else")


def test_a_day_has_one_head_however_often_it_is_asked_for(trail: Trail, clock: HandedIn) -> None:
    first = trail.sign()
    trail.act(trail.power)
    assert trail.sign().signed == first.signed
    clock.now += timedelta(days=1)
    assert trail.sign().signed != first.signed


def test_who_cannot_sign_tells_administrators_and_auditors_and_tries_again(
    trail: Trail, clock: HandedIn, tmp_path: Path
) -> None:
    told = {make_person(trail.hub, role).email for role in (Role.ADMINISTRATOR, Role.AUDITOR)}
    make_person(trail.hub, Role.REVIEWER)
    clock.now += timedelta(days=1)
    broken = replace(trail.hub, config=replace(trail.hub.config, instance=tmp_path))
    for _ in range(2):
        with pytest.raises((ConfigurationError, OSError)):
            heads.sign(broken, {}, clock.now)
    assert sorted(letters(trail.hub)) == sorted(("audit-not-signed", each) for each in told)
    assert trail.findings() == []


def test_a_witness_who_is_refused_is_told_to_administrators(trail: Trail, post: Post) -> None:
    administrator = make_person(trail.hub, Role.ADMINISTRATOR)
    post.refused = {"one@witness.example.jp"}
    hub = mailing(trail.hub, post)
    [job] = [each for each in promised(hub, heads.MAIL) if each["to"] in post.refused]
    with pytest.raises(MailRefusedError):
        heads.mail(hub, job, hub.clock())
    assert letters(hub) == [("audit-not-mailed", administrator.email)]


def test_rounds_promise_the_next_one_and_leave_no_heap_of_jobs(
    hub: Instance, clock: HandedIn, applicant: Account
) -> None:
    assert applicant.id
    for _ in range(5):
        with hub.db.transaction() as session:
            waiting = (Job.kind == "audit.chain", Job.done_at.is_(None))
            session.execute(sa.update(Job).where(*waiting).values(done_at=clock.now))
        clock.now += timedelta(minutes=40)
        chain(hub, {}, clock.now)
    with hub.db.reading() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == "audit.chain")).all()
    assert len(jobs) <= 3
    assert max(job.due_at for job in jobs) == clock.now + timedelta(seconds=10)


def test_rounds_go_on_when_the_clock_goes_back(hub: Instance, clock: HandedIn) -> None:
    with hub.db.transaction() as session:
        outbox.promise_round(session, "audit.chain", every=EVERY, at=clock.now + EVERY, now=clock.now)
        session.execute(sa.update(Job).where(Job.kind == "audit.chain").values(done_at=clock.now, worker="w"))
    chain(hub, {}, clock.now)
    with hub.db.reading() as session:
        open_rounds = sa.select(Job.due_at).where(Job.kind == "audit.chain", Job.done_at.is_(None))
        assert session.scalars(open_rounds).all() == [clock.now + EVERY]
