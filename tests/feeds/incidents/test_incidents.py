"""Reports of leaks and misdeliveries: from a body to JPCERT/CC and IPA, and what was done."""

import uuid
from collections.abc import Callable

import sqlalchemy as sa
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from feeds.advisories.models import Release
from feeds.incidents.models import Incident, IncidentNote
from feeds.incidents.states import State
from hub.accounts.models import Role
from hub.core.audit import Entry
from hub.core.outbox import Job
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.bodies.models import Body
from tests.support.advisories import Readiness
from tests.support.browser import Browser
from tests.support.delivery import World

Enter = Callable[[object], Browser]
TOLD = "osprey-4410 添付ファイルを取引先に転送した"
DONE = "bittern-0091 転送先に削除を依頼した"


def text(answer: TestResponse) -> str:
    return BeautifulSoup(answer.data, "html.parser").get_text(" ", strip=True)


def report(browser: Browser, **told: str) -> TestResponse:
    return browser.post_form("/incidents/new", {"kind": "leak", "text": TOLD, "notice": "", **told})


def only(world: World) -> Incident:
    with world.hub.db.reading() as session:
        return session.scalars(sa.select(Incident)).one()


def test_a_report_reaches_jpcert_and_ipa_and_lies_sealed(
    world: World, arrived: Release, client_as: Enter
) -> None:
    coordinator, reviewer = client_as(Role.COORDINATOR), client_as(Role.REVIEWER)
    assert report(client_as(world.account()), notice=str(arrived.id)).status_code == 303
    incident = only(world)
    assert b"osprey" not in incident.text
    with world.hub.db.reading() as session:
        jobs = [
            each.values
            for each in session.scalars(sa.select(Job).where(Job.kind == "letter"))
            if each.values["letter"] == "incident-reported"
        ]
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "incident.reported"))
    told = {each["to"] for each in jobs}
    assert coordinator.account
    assert reviewer.account
    assert {coordinator.account.email, reviewer.account.email} <= told
    assert {each["path"] for each in jobs} == {f"/incidents/{incident.id}"}
    assert entry.details == {"kind": "leak"}
    for browser in (coordinator, reviewer):
        assert "漏えい・誤配信の報告" in text(browser.get("/"))
        listed = text(browser.get("/incidents"))
        assert f"{world.tracking_id(arrived)} r1" in listed
        assert "osprey" not in listed
        assert TOLD in text(browser.get(f"/incidents/{incident.id}"))


def test_what_was_done_is_noted_and_the_report_closed(
    world: World, arrived: Release, client_as: Enter
) -> None:
    contact, coordinator = client_as(world.account()), client_as(Role.COORDINATOR)
    report(contact)
    page = f"/incidents/{only(world).id}"
    assert coordinator.post_form(page, {"text": ""}).status_code == 422
    assert coordinator.post_form(page, {"text": DONE}).status_code == 303
    assert only(world).state is State.OPEN
    reviewer = client_as(Role.REVIEWER)
    assert DONE in text(reviewer.get(page))
    token = reviewer.soup(page).find("input", {"name": "csrf_token"})
    assert reviewer.post_form(page, {"text": "確認した", "close": "1"}).status_code == 303
    assert only(world).state is State.CLOSED
    assert reviewer.soup(page).select("form textarea") == []
    late = {"text": "まだある", "csrf_token": token["value"]}  # type: ignore[index]  # a tag
    assert reviewer.client.post(page, data=late).status_code == 409
    with world.hub.db.reading() as session:
        assert all(b"bittern" not in each.text for each in session.scalars(sa.select(IncidentNote)))
    ours = text(contact.get("/incidents/ours"))
    assert "終了" in ours
    for word in ("osprey", "bittern"):
        assert word not in ours
    assert arrived


def test_a_body_whose_agreement_ended_still_reports_but_is_offered_no_notice(
    world: World, arrived: Release, client_as: Enter
) -> None:
    contact = client_as(world.account())
    tracking_id = world.tracking_id(arrived)
    chosen = contact.soup(f"/incidents/new?notice={tracking_id}").select_one("option[selected]")
    assert chosen
    assert chosen["value"] == str(arrived.id)
    with world.hub.db.transaction() as session:
        [found] = agreements.agreements_of(session, world.power.organisation_id)
        found.state = AgreementState.TERMINATED
    assert tracking_id not in contact.get("/incidents/new").text
    assert report(contact, notice=str(arrived.id)).status_code == 422
    assert report(contact).status_code == 303


def test_a_notice_of_others_cannot_be_named_and_a_report_of_others_is_not_seen(
    world: World, arrived: Release, client_as: Enter
) -> None:
    gas: Body = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    other = client_as(world.account(gas))
    assert report(other, notice=str(arrived.id)).status_code == 422
    report(client_as(world.account()))
    assert "報告はありません。" in text(other.get("/incidents/ours"))


def test_a_wrong_report_names_each_field_and_keeps_what_was_typed(world: World, client_as: Enter) -> None:
    contact = client_as(world.account())
    answer = report(contact, kind="", text="あ" * 4001)
    assert answer.status_code == 422
    shown = BeautifulSoup(answer.data, "html.parser")
    assert {str(each["href"]) for each in shown.select(".govuk-error-summary a")} == {"#kind-0", "#text"}
    area = shown.select_one("textarea[name=text]")
    assert area
    assert len(area.get_text().strip()) == 4001
    assert report(contact, kind="theft").status_code == 422


def test_reports_are_pages_of_staff_and_their_forms_of_contacts(world: World, client_as: Enter) -> None:
    report(client_as(world.account()))
    incident = only(world).id
    for who in (world.account(), Role.AUDITOR, Role.ADMINISTRATOR, Role.APPLICANT):
        browser = client_as(who)
        assert browser.get("/incidents").status_code == 403
        assert browser.get(f"/incidents/{incident}").status_code == 403
    for role in (Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR):
        assert client_as(role).get("/incidents/new").status_code == 403
        assert client_as(role).get("/incidents/ours").status_code == 403
    assert client_as(Role.REVIEWER).get(f"/incidents/{uuid.uuid4()}").status_code == 404
