"""Passing a notice on, as a contact sees it; confirming, as a member does; destroying, when it is over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from feeds.advisories.models import Advisory, Release
from feeds.advisories.states import State as AdvisoryState
from feeds.dissemination.models import MemberPackage
from feeds.dissemination.states import State
from feeds.receipts import queries as receipts
from feeds.receipts import service as ladder
from feeds.receipts.states import Choice
from hub.accounts.models import Role
from hub.core.periods import Periods
from hub.core.shredding import Tombstone
from hub.core.vault import SHREDDED
from hub.retention import service as retention
from hub.retention.models import Destruction
from keys.fingerprints import grouped
from tests.feeds.dissemination.kit import Kit, files
from tests.keys.workshop import armoured
from tests.support.advisories import CANARY, VAULT, Readiness
from tests.support.browser import Browser

Enter = Callable[[object], Browser]
ONE, OTHER = "第一事業者", "第二事業者"


def text(answer: TestResponse) -> str:
    return BeautifulSoup(answer.data, "html.parser").get_text(" ", strip=True)


@pytest.fixture
def browser(kit: Kit, client_as: Enter) -> Browser:
    """The browser of the body's contact."""
    return client_as(kit.world.account())


def test_members_that_may_not_be_given_it_are_shown_with_the_reason_and_cannot_be_ticked(
    kit: Kit, browser: Browser
) -> None:
    kit.add_member("覚書なし")
    kit.add_member("対象外", critical=False)
    page = browser.soup(f"/passing-on/{kit.number}")
    ticked = {label.get_text() for label in page.select(".govuk-checkboxes label")}
    assert ticked == {ONE, OTHER}
    said = page.get_text(" ", strip=True)
    assert "覚書なし" in said
    assert "対象外" in said
    chosen = str(kit.members()["覚書なし"].id)
    for step in ("check", "order"):
        path = f"/passing-on/{kit.number}"
        answer = browser.post_form(f"{path}/{step}", {"members": chosen}, page=path)
        assert answer.status_code == 422
    with kit.world.hub.db.reading() as session:
        assert session.scalars(sa.select(MemberPackage)).all() == []


def test_nothing_is_made_before_it_is_confirmed(kit: Kit, browser: Browser) -> None:
    path, chosen = f"/passing-on/{kit.number}", str(kit.members()[ONE].id)
    assert browser.post_form(f"{path}/check", {}, page=path).status_code == 422
    asked = browser.post_form(f"{path}/check", {"members": chosen}, page=path)
    assert asked.status_code == 200
    assert ONE in text(asked)
    assert OTHER not in text(asked)
    with kit.world.hub.db.reading() as session:
        assert session.scalars(sa.select(MemberPackage)).all() == []
    assert browser.post_form(f"{path}/order", {"members": chosen}, page=path).status_code == 303
    kit.world.work()
    page = f"/passing-on/packages/{kit.package(ONE).id}"
    shown = browser.get(page)
    assert kit.token(ONE) in text(shown)
    assert CANARY not in text(shown)
    taken = browser.post_form(f"{page}/file", page=page)
    assert f"{kit.number}-r1.stix.json" in files(taken.data)
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{kit.number}-r1-001.zip"'
    assert kit.package(ONE).state is State.TAKEN


def test_a_package_is_no_page_for_anybody_else(kit: Kit, client_as: Enter) -> None:
    kit.order(ONE)
    kit.world.work()
    gas = kit.world.add("ガス協議会", kit.world.seat.gas, Readiness(sectors=("gas",)))
    stranger = client_as(kit.world.account(gas))
    paths = (
        f"/passing-on/{kit.number}",
        f"/passing-on/packages/{kit.package(ONE).id}",
        f"/passing-on/members/{kit.members()[ONE].id}/certificate",
    )
    for path in paths:
        assert stranger.get(path).status_code == 404
        for role in (Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR):
            assert client_as(role).get(path).status_code == 403


def test_a_link_is_used_up_by_its_button_and_not_by_looking(kit: Kit, app: object, client_as: Enter) -> None:
    kit.order(ONE)
    kit.world.work()
    member, path = Browser(app), f"/received/{kit.token(ONE)}"  # type: ignore[arg-type]  # the application
    for _ in range(3):
        page = member.get(path)
        assert page.status_code == 200
        for word in (kit.number, ONE, kit.world.power.name_ja, "PI-", CANARY):
            assert word not in text(page)
    assert kit.reached() == 0
    assert member.post_form(path).status_code == 303
    assert kit.reached() == 1
    assert member.get(path).status_code == 404
    assert member.get("/received/unknown").status_code == 404
    contact = client_as(kit.world.account())
    assert kit.package(ONE).state is State.REACHED
    assert contact.get(f"/passing-on/{kit.number}").status_code == 200


def test_a_link_ends_after_ninety_days(kit: Kit, app: object) -> None:
    kit.order(ONE)
    kit.world.work()
    member, path = Browser(app), f"/received/{kit.token(ONE)}"  # type: ignore[arg-type]  # the application
    clock = kit.world.hub.clock
    clock.now += timedelta(days=90)  # type: ignore[attr-defined]  # the test's own clock
    assert member.get(path).status_code == 404


def test_what_members_confirm_counts_on_the_ladder_once_the_body_has_answered(kit: Kit) -> None:
    kit.order(ONE, OTHER)
    kit.world.work()
    with kit.world.hub.db.transaction() as session:
        ladder.answer(
            session, kit.release.id, kit.world.power.id, Choice.FORWARDED, vault=VAULT, by=kit.by, now=kit.now
        )
        release = session.get_one(Release, kit.release.id)
        ladder.disseminate(session, release, kit.world.power.id, 1, by=kit.by, now=kit.now)
    for count, name in enumerate((ONE, OTHER), 1):
        kit.world.hub.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]  # the test's own clock
        kit.confirm(kit.token(name))
        with kit.world.hub.db.reading() as session:
            told = receipts.ladder(session, kit.release.id, kit.world.power.id).disseminated
            assert told
            assert told.operators == count


def test_a_member_who_confirms_before_the_body_has_answered_counts_all_the_same(kit: Kit) -> None:
    kit.order(ONE)
    kit.world.work()
    kit.confirm(kit.token(ONE))
    assert kit.reached() == 1


def test_a_members_certificate_passes_the_same_gate_and_needs_a_comparison(
    kit: Kit, browser: Browser
) -> None:
    path = f"/passing-on/members/{kit.members()[ONE].id}/certificate"
    gas = kit.world.seat.gas
    armour = armoured(gas.blob, "PUBLIC KEY BLOCK").decode()
    bad = browser.post_form(path, {"armour": "no key", "compared": "y"})
    assert bad.status_code == 422
    assert browser.post_form(path, {"armour": armour}).status_code == 422
    assert browser.post_form(path, {"armour": armour, "compared": "y"}).status_code == 303
    assert grouped(gas.certificate.fingerprint) in text(browser.get(path))
    assert browser.post_form(f"{path}/removal", page=path).status_code == 303
    assert grouped(gas.certificate.fingerprint) not in text(browser.get(path))


def test_packages_of_a_notice_that_is_over_go_with_its_copies(kit: Kit) -> None:
    kit.order(ONE, OTHER)
    kit.world.work()
    kit.confirm(kit.token(ONE))
    keep, later = Periods(), kit.now + timedelta(days=365 * 6)
    with kit.world.hub.db.transaction() as session:
        session.get_one(Advisory, kit.release.advisory_id).state = AdvisoryState.LIFTED
        session.flush()
        retention.announce(session, keep=keep, now=later)
        packages = sa.select(Destruction).where(Destruction.table_name == "member_package")
        announced = session.scalars(packages).all()
        assert len(announced) == 2
        due = max(each.due_at for each in announced)
    with kit.world.hub.db.transaction() as session:
        for each in announced:
            retention.carry_out(session, each.id, keep=keep, now=due)
    for name in (ONE, OTHER):
        package = kit.package(name)
        assert (package.state, package.document, package.mail) == (State.DESTROYED, SHREDDED, SHREDDED)
    assert kit.reached() == 1
    with kit.world.hub.db.reading() as session:
        stones = sa.select(Tombstone).where(Tombstone.table_name == "member_package")
        assert len(session.scalars(stones).all()) == 2
