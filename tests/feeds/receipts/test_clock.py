"""The publication clock is one object: page, mail, STIX, CSAF and calendar all tell the same of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import orjson
import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar

from feeds.advisories.models import Release
from feeds.formats.content import Kind
from hub.accounts.models import Role
from hub.core.clock import both_zones, rfc3339
from sectors.bodies.states import State as BodyState
from tests.conftest import HandedIn
from tests.feeds.delivery.test_mails import opened
from tests.support.advisories import PUBLICATION
from tests.support.browser import Browser
from tests.support.delivery import LATER, World

Enter = Callable[[object], Browser]
REASON = "更新が遅れるため"
WORDS = {"fixed": "確定", "moved": "変更後", "ended": "公表済み"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a contact holds of one revision."""

    page: str
    mail: EmailMessage
    calendar: Calendar
    tracking_id: str

    def attached(self, ending: str) -> dict[str, Any]:
        for part in self.mail.walk():
            if (part.get_filename() or "").endswith(ending):
                found: dict[str, Any] = orjson.loads(part.get_content())
                return found
        raise AssertionError(ending)


def told(world: World, release: Release, enter: Enter) -> Told:
    world.work()
    raw = world.notices()[-1]
    browser, tracking_id = enter(world.account()), world.tracking_id(release)
    page = browser.soup(f"/notices/{tracking_id}").get_text(" ", strip=True)
    file = browser.get(f"/notices/{tracking_id}/publication.ics")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{tracking_id}.ics"'
    staff = enter(Role.COORDINATOR).get(f"/advisories/{release.advisory_id}/publication.ics")
    assert staff.data == file.data
    return Told(
        page=page, mail=opened(world, raw), calendar=Calendar.from_ical(file.data), tracking_id=tracking_id
    )


def all_five_tell(found: Told, at: datetime, status: str, moves: list[tuple[datetime, datetime]]) -> None:
    instant = both_zones(at)
    text = found.mail.get_body(("plain",))
    assert text is not None
    letter = text.get_content().replace("\r\n", "\n")
    history = [f"{both_zones(before)} → {both_zones(after)}" for before, after in moves]
    reasons = [REASON] * len(moves) if status != "ended" else []
    assert f"公表日時: {instant}\n  ({WORDS[status]})" in letter
    assert f"{instant} {WORDS[status]}" in found.page
    [report] = [each for each in found.attached("stix.json")["objects"] if each["type"] == "report"]
    [stix] = report["extensions"].values()
    assert (stix["publication_at"], stix["publication_status"]) == (rfc3339(at), status)
    told_moves = [
        {"moved_from": rfc3339(before), "moved_to": rfc3339(after)} | ({"reason": REASON} if reasons else {})
        for before, after in moves
    ]
    assert stix.get("publication_moves", []) == told_moves
    notes = found.attached("csaf.json")["document"]["notes"]
    [csaf] = [each["text"] for each in notes if each["title"].startswith("公表日")]
    assert csaf.split("\n")[0] == f"{instant} [{status}]"
    for line in history:
        for place in (letter, found.page, csaf):
            assert line in place
    for place in (letter, found.page, csaf):
        assert place.count("→") == len(moves) * (2 if place is letter else 1)
        assert (REASON in place) is bool(reasons)


def entry(found: Told, at: datetime, sequence: int) -> None:
    assert found.calendar["METHOD"] == "PUBLISH"
    [event] = found.calendar.walk("VEVENT")
    assert event["UID"] == f"{found.tracking_id}@priority-information"
    assert (event["SEQUENCE"], event["SUMMARY"]) == (sequence, found.tracking_id)
    assert event.decoded("DTSTART") == at
    assert event["DTSTART"].to_ical() == f"{at:%Y%m%dT%H%M%SZ}".encode()
    assert set(event) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "SUMMARY", "STATUS", "CLASS", "TRANSP",
    }  # fmt: skip


def test_the_clock_moves_and_all_five_move_with_it(world: World, clock: HandedIn, client_as: Enter) -> None:
    release = world.release()
    first = told(world, release, client_as)
    all_five_tell(first, PUBLICATION, "fixed", [])
    entry(first, PUBLICATION, 0)
    clock.now += timedelta(minutes=1)
    world.revise(release, Kind.DATE)
    moved = told(world, release, client_as)
    all_five_tell(moved, LATER, "moved", [(PUBLICATION, LATER)])
    entry(moved, LATER, 1)
    clock.now += timedelta(minutes=1)
    world.lift(release)
    over = told(world, release, client_as)
    all_five_tell(over, clock.now, "ended", [(PUBLICATION, LATER)])
    entry(over, clock.now, 2)


def test_a_withdrawn_matter_is_cancelled_in_the_calendar(
    world: World, clock: HandedIn, client_as: Enter
) -> None:
    release = world.release()
    clock.now += timedelta(minutes=1)
    world.withdraw(release, reason="誤報", duties="渡さない")
    found = told(world, release, client_as)
    entry(found, PUBLICATION, 1)
    assert found.calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("role", [Role.CONTACT, Role.REVIEWER, Role.AUDITOR, Role.APPLICANT])
def test_the_calendar_is_for_those_who_may_have_the_notice(
    world: World, client_as: Enter, role: Role
) -> None:
    release = world.release()
    world.seal()
    browser, tracking_id = client_as(role), world.tracking_id(release)
    for path in (
        f"/notices/{tracking_id}/publication.ics",
        f"/advisories/{release.advisory_id}/publication.ics",
    ):
        answer = browser.get(path)
        assert answer.status_code in {403, 404}
        assert tracking_id not in BeautifulSoup(answer.data, "html.parser").get_text()
    with world.hub.db.transaction() as session:
        session.merge(world.power).state = BodyState.SUSPENDED
    contact = client_as(world.account())
    assert contact.get(f"/notices/{tracking_id}/publication.ics").status_code == 404


def test_nothing_of_the_matter_stands_in_the_calendar(world: World, client_as: Enter) -> None:
    release = world.release()
    world.seal()
    raw = client_as(world.account()).get(f"/notices/{world.tracking_id(release)}/publication.ics").data
    at = datetime(2026, 12, 20, 1, 0, tzinfo=UTC)
    assert f"DTSTART:{at:%Y%m%dT%H%M%SZ}".encode() in raw
    for secret in ("制御", "Example", "CVE", "electricity", "http"):
        assert secret.encode() not in raw
