"""The notices as a contact sees them."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from feeds.advisories import at_rest
from feeds.advisories.models import Release
from feeds.delivery import receipts
from feeds.delivery.states import State
from hub.accounts.models import Role
from hub.core.audit import Entry
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from tests.support.advisories import CANARY, VAULT
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, World

Enter = Callable[[object], Browser]


def path(world: World, release: Release, rest: str = "") -> str:
    return f"/notices/{world.tracking_id(release)}{rest}"


def text(answer: TestResponse) -> str:
    return BeautifulSoup(answer.data, "html.parser").get_text(" ", strip=True)


def test_a_contact_reads_the_notice_with_the_text_of_the_own_sector_only(
    world: World, arrived: Release, client_as: Enter
) -> None:
    browser = client_as(world.account())
    listed = browser.get("/notices")
    assert world.tracking_id(arrived) in text(listed)
    assert CANARY not in text(listed)
    answer = browser.get(path(world, arrived))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    for word in ("制御装置における認証回避の脆弱性", "変電所", "4.2 に更新", CANARY):
        assert word in text(answer)
    assert "導管" not in answer.text


def test_a_notice_is_no_page_for_anybody_else(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    for who in (world.account(gas), Role.CONTACT):
        browser = client_as(who)
        for rest in ("", "/stix.json", "?revision=1"):
            answer = browser.get(path(world, arrived, rest))
            assert answer.status_code == 404
            assert CANARY not in answer.text
    for role in (Role.REVIEWER, Role.COORDINATOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.APPLICANT):
        assert client_as(role).get(path(world, arrived)).status_code == 403
    assert world.tracking_id(arrived) not in text(client_as(world.account(gas)).get("/notices"))


@pytest.mark.parametrize("name", ["agreement", "suspended", "left"])
def test_a_notice_is_no_page_once_the_standing_ends(
    world: World, arrived: Release, client_as: Enter, name: str
) -> None:
    browser = client_as(world.account())
    with world.hub.db.transaction() as session:
        if name == "agreement":
            [found] = agreements.agreements_of(session, world.power.organisation_id)
            found.state = AgreementState.TERMINATED
        else:
            bodies.body(session, world.power.id).state = BodyState(name)
    assert browser.get(path(world, arrived)).status_code == 404
    assert browser.get(path(world, arrived, "/stix.json")).status_code == 404
    assert world.tracking_id(arrived) not in text(browser.get("/notices"))


def test_what_waits_or_was_never_there_is_no_page(world: World, client_as: Enter) -> None:
    release = world.release()
    browser = client_as(world.account())
    assert browser.get(path(world, release)).status_code == 404
    for unknown in ("PI-2026-0000A", "x", "%27%20or%201", uuid.uuid4().hex):
        assert browser.get(f"/notices/{unknown}").status_code == 404
    world.seal()
    for revision in ("2", "0", "-1", "99999999999999999999"):
        assert browser.get(path(world, release, f"?revision={revision}")).status_code == 404


def test_the_download_is_the_released_bytes(world: World, arrived: Release, client_as: Enter) -> None:
    answer = client_as(world.account()).get(path(world, arrived, "/stix.json"))
    assert answer.data == at_rest.bundle_of(arrived, vault=VAULT)
    assert answer.content_type.startswith("application/stix+json")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{world.tracking_id(arrived)}-r1.json"'
    )
    with world.hub.db.reading() as session:
        entries = session.scalars(sa.select(Entry).where(Entry.action == "notice.downloaded")).all()
    assert [each.account_id for each in entries] == [world.account().id]


def test_every_revision_has_its_page_and_the_newest_is_shown_first(
    world: World, arrived: Release, client_as: Enter
) -> None:
    world.revise(arrived)
    world.seal()
    browser = client_as(world.account())
    assert f"{world.tracking_id(arrived)} r2" in browser.soup(path(world, arrived)).title.get_text()  # type: ignore[union-attr]  # every page has one
    assert browser.get(path(world, arrived, "?revision=1")).status_code == 200
    links = {str(each["href"]) for each in browser.soup(path(world, arrived)).select("main a[href]")}
    assert {path(world, arrived, f"?revision={n}") for n in (1, 2)} <= links


def test_a_receipt_code_is_taken_and_the_page_tells_so(
    world: World, arrived: Release, client_as: Enter
) -> None:
    browser = client_as(world.account())
    code = receipts.code_for(world.copy(arrived).id, key=TOKEN_KEY)
    answer = browser.post_form(
        path(world, arrived, "/receipt"), {"code": f" {code.lower()} "}, page=path(world, arrived)
    )
    assert answer.status_code == 303
    assert world.copy(arrived).state is State.OPENED
    with world.hub.db.reading() as session:
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "delivery.opened"))
    assert entry.account_id == world.account().id
    again = browser.post_form(path(world, arrived, "/receipt"), {"code": code}, page=path(world, arrived))
    assert again.status_code == 303


def test_a_wrong_code_is_said_and_what_was_typed_stays(
    world: World, arrived: Release, client_as: Enter
) -> None:
    browser, page = client_as(world.account()), path(world, arrived)
    for typed in ("", "AAAA-BBBB-CCCC-DDDD", "<script>alert(1)</script>", "x" * 41):
        answer = browser.post_form(f"{page}/receipt", {"code": typed}, page=page)
        assert answer.status_code == 422
        shown = BeautifulSoup(answer.data, "html.parser")
        assert shown.select_one(".govuk-error-summary")
        field = shown.select_one("input[name=code]")
        assert field
        assert field.get("value", "") == typed
    assert world.copy(arrived).state is State.DELIVERED


def test_another_bodys_code_is_a_wrong_one(
    world: World, arrived: Release, gas: Body, client_as: Enter
) -> None:
    other = world.release(gas)
    world.seal()
    code = receipts.code_for(world.copy(other, gas).id, key=TOKEN_KEY)
    browser = client_as(world.account())
    answer = browser.post_form(path(world, arrived, "/receipt"), {"code": code}, page=path(world, arrived))
    assert answer.status_code == 422
    assert world.copy(other, gas).state is State.DELIVERED


def test_a_notice_that_was_lifted_shows_as_one(world: World, arrived: Release, client_as: Enter) -> None:
    lifted = world.lift(arrived)
    world.seal()
    browser = client_as(world.account())
    answer = browser.get(path(world, arrived))
    assert answer.status_code == 200
    assert lifted.revision == 2
    assert CANARY not in text(answer)  # the attack method is not published
    assert CANARY in text(browser.get(path(world, arrived, "?revision=1")))
