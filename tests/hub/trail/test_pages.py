"""The auditor finds what happened and can change nothing; a contact sees the own body's part alone."""

import csv
import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from hub.accounts.models import Account, Role
from hub.cli import main
from hub.core import audit
from hub.core.audit import Actor, Entry
from hub.core.instance import Instance
from hub.core.spreadsheet import line
from hub.trail.queries import PAGE
from hub.web.access import ATTRIBUTE
from tests.conftest import HandedIn
from tests.support.applications import make_person
from tests.support.browser import Browser
from tests.support.trail import Trail

As = Callable[..., Browser]


def note(hub: Instance, action: str, by: Actor, *, subject: uuid.UUID | None = None, **details: str) -> None:
    with hub.db.transaction() as session:
        audit.record(session, action, by=by, now=hub.clock(), subject=subject, concerns=None, **details)


def shown(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_auditor_narrows_the_log_down_by_who_act_object_body_and_period(
    trail: Trail, client_as: As, clock: HandedIn
) -> None:
    person, subject = make_person(trail.hub, Role.REVIEWER), uuid.uuid4()
    today = clock.now.date()
    clock.now -= timedelta(days=40)
    note(trail.hub, "pump.opened", Actor(account_id=person.id), subject=subject)
    clock.now += timedelta(days=40)
    auditor = client_as(Role.AUDITOR)
    for query in (
        f"who={person.email}",
        "action=pump.",
        f"subject={subject}",
        f"until={today - timedelta(days=30)}",
        f"action=pump&since={today - timedelta(days=45)}&until={today - timedelta(days=35)}",
    ):
        assert [row["action"] for row in shown(auditor.get(f"/log/log.csv?{query}"))] == ["pump.opened"], (
            query
        )
        assert "pump.opened" in auditor.get(f"/log?{query}").get_data(as_text=True), query
    own = shown(auditor.get(f"/log/log.csv?body={trail.power}"))
    assert len(own) >= 6
    assert all(str(trail.power) in {row["organisation"], row["concerns"]} for row in own)
    assert not shown(auditor.get(f"/log/log.csv?since={today + timedelta(days=2)}"))


@pytest.mark.parametrize("query", ["subject=7", "since=2026-02-02&until=2026-02-01", "since=x"])
def test_what_cannot_be_looked_for_is_told_beside_its_field(client_as: As, query: str) -> None:
    auditor = client_as(Role.AUDITOR)
    assert auditor.get(f"/log?{query}").status_code == 422
    assert auditor.soup(f"/log?{query}").select(".govuk-error-summary a")
    assert auditor.get(f"/log/log.csv?{query}").status_code == 302


def test_the_log_is_read_page_by_page_the_newest_first(instance: Instance, client_as: As) -> None:
    for number in range(PAGE + 3):
        note(instance, "act", Actor(), number=str(number))
    auditor = client_as(Role.AUDITOR)
    first = auditor.soup("/log?action=act")
    texts = [row.get_text() for row in first.select("tbody tr")]
    assert len(texts) == PAGE
    assert f"number: {PAGE + 2}" in texts[0]
    older = first.select_one('a[href*="before="]')
    assert older is not None
    assert len(auditor.soup(str(older["href"])).select("tbody tr")) == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", " =1", "\r=1"])
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    [[cell, plain]] = csv.reader(io.StringIO(line([text, "notice.viewed"]), newline=""))
    assert (cell, plain) == (f"'{text}", "notice.viewed")


def test_an_auditor_changes_nothing_but_the_own_account_and_reads_no_notice(app: Flask) -> None:
    pages, acts = set[str](), set[str]()
    for rule in app.url_map.iter_rules():
        allowed = getattr(app.view_functions[rule.endpoint], ATTRIBUTE)
        if isinstance(allowed, frozenset) and Role.AUDITOR in allowed:
            (pages if rule.methods is not None and "POST" not in rule.methods else acts).add(rule.endpoint)
    own = {"account", "authenticator", "sessions", "passkeys", "password", "recovery", "step_up", "login"}
    assert {endpoint.split(".")[0] for endpoint in acts} <= own
    assert {endpoint.split(".")[0] for endpoint in pages} <= own | {"log", "retention"}


def test_a_contact_sees_and_downloads_the_own_part_and_checks_it_elsewhere(
    trail: Trail, client_as: As, applicant: Account, tmp_path: Path
) -> None:
    contact = client_as(applicant)
    page = contact.get("/own-log").get_data(as_text=True)
    assert "notice.viewed" in page
    for foreign in (trail.staff.email, str(trail.gas), str(trail.staff.id)):
        assert foreign not in page
    file = tmp_path / "log.jsonl"
    file.write_bytes(contact.get("/own-log/file").data)
    certificate = str(trail.hub.config.certificate_file)
    answer = CliRunner().invoke(main, ["audit", "verify-file", str(file), "--certificate", certificate])
    assert answer.exit_code == 0, answer.output
    told = [json.loads(each) for each in file.read_text().splitlines()]
    assert told[0]["chain"] == str(trail.power)
    with trail.hub.db.reading() as session:
        assert session.scalars(sa.select(Entry).where(Entry.action == "log.downloaded")).one().address


def test_who_has_no_body_has_no_part_of_the_log(client_as: As) -> None:
    assert client_as(Role.CONTACT).get("/own-log").status_code == 404
    assert client_as(Role.COORDINATOR).get("/own-log").status_code == 403
