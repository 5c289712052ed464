"""TAXII of the hub: who may poll, what they may know of, and what a poll writes."""

import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

from feeds.collections import queries, service, watching
from feeds.collections.models import Download, TaxiiClient
from feeds.delivery.series import LIFTED
from feeds.delivery.states import State
from feeds.drills import queries as drills
from feeds.drills.models import DrillDelivery
from feeds.drills.service import start
from feeds.receipts import queries as ladder
from feeds.receipts.states import Choice
from feeds.taxii.models import StoredObject
from hub.app import build_app
from hub.core.audit import THE_HUB, Entry
from nda.agreements import queries as agreements
from nda.agreements.states import State as AgreementState
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.bodies.states import State as BodyState
from tests.feeds.collections.tool import TAXII, Tool, receipt_note, report_id
from tests.support.advisories import CANARY, NOW
from tests.support.delivery import World

Clock = Callable[[], datetime]
POLL = "/priority/collections/"


@pytest.fixture
def other(world: World, gas: Body, app: Flask) -> Tool:
    """The tool of another body."""
    return Tool.of(world, gas, app)


def test_a_tool_finds_its_three_collections_and_no_others(tool: Tool, other: Tool) -> None:
    discovery = tool.ask("/taxii2/").json
    assert discovery
    assert discovery["api_roots"] == ["http://localhost:8000/priority/"]
    assert tool.ask("/priority/").status_code == 200
    answer = tool.ask(POLL).json
    assert answer
    found = {each["id"]: (each["can_read"], each["can_write"]) for each in answer["collections"]}
    assert found == {
        str(tool.sealed): (True, False),
        str(tool.answers): (True, True),
        str(LIFTED): (True, False),
    }
    assert str(other.sealed) not in str(answer)


def test_another_bodys_collection_is_like_one_that_is_not_there(
    world: World, gas: Body, tool: Tool, other: Tool
) -> None:
    world.release(world.power, gas)
    world.seal()
    theirs = other.objects()[0]["id"]
    for method, rest in (
        ("GET", ""),
        ("GET", "objects/"),
        ("GET", "manifest/"),
        ("GET", f"objects/{theirs}/"),
        ("GET", f"objects/{theirs}/versions/"),
        ("DELETE", f"objects/{theirs}/"),
        ("POST", "objects/"),
    ):
        for collection in (other.sealed, other.answers):
            data = b'{"objects": []}' if method == "POST" else None
            answer = tool.ask(f"{POLL}{collection}/{rest}", method, data=data)
            nowhere = tool.ask(f"{POLL}{uuid.uuid4()}/{rest}", method, data=data)
            assert answer.status_code == nowhere.status_code == 404
            assert answer.data == nowhere.data
    assert [each["id"] for each in other.objects()] == [theirs]


def test_a_tool_reads_its_copies_and_cannot_change_them(world: World, tool: Tool) -> None:
    world.release()
    world.seal()
    [copy] = tool.objects()
    assert orjson.loads(world.stored()[0]) == copy
    assert CANARY not in str(copy)
    assert tool.give(receipt_note("x"), to=tool.sealed).status_code == 403
    assert tool.ask(f"{POLL}{tool.sealed}/objects/{copy['id']}/", "DELETE").status_code == 403
    assert tool.objects() == [copy]


def basic(username: str, token: str) -> str:
    return "Basic " + b64encode(f"{username}:{token}".encode()).decode()


def test_only_the_clients_own_token_opens_the_door(tool: Tool, other: Tool) -> None:
    assert tool.ask(POLL, Authorization=f"Bearer {tool.token}").status_code == 200
    for given in (
        basic(tool.username, "wrong"),
        basic(tool.username, ""),
        basic(tool.username, other.token),
        basic(other.username, tool.token),
        basic("", tool.token),
        basic(tool.username, tool.token + "x"),
        "Bearer wrong",
        "Bearer ",
        "Basic ???",
        "Digest x",
        "",
    ):
        answer = tool.ask(POLL, Authorization=given)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert tool.token not in answer.text


def test_a_revoked_or_expired_token_is_refused_at_once(world: World, tool: Tool, clock: Clock) -> None:
    assert tool.ask(POLL).status_code == 200
    clock.now = NOW + service.TOKEN_LIFE  # type: ignore[attr-defined] # the clock that tests move
    with world.hub.db.transaction() as session:
        [found] = agreements.agreements_of(session, world.power.organisation_id)
        found.ends_at = NOW + timedelta(days=1000)
    assert tool.ask(POLL).status_code == 401
    clock.now -= timedelta(seconds=1)  # type: ignore[attr-defined] # likewise
    assert tool.ask(POLL).status_code == 200
    with world.hub.db.transaction() as session:
        service.revoke_client(
            session, queries.client(session, tool.client_id), by=THE_HUB, now=world.hub.clock()
        )
    assert tool.ask(POLL).status_code == 401


@pytest.mark.parametrize("ending", ["terminated", "over", "suspended", "left"])
def test_when_the_standing_ends_the_token_opens_nothing_at_once(
    world: World, tool: Tool, ending: str
) -> None:
    world.release()
    world.seal()
    [copy] = tool.objects()
    with world.hub.db.transaction() as session:
        [agreement] = agreements.agreements_of(session, world.power.organisation_id)
        body = bodies.body(session, world.power.id)
        if ending == "terminated":
            agreement.state = AgreementState.TERMINATED
        elif ending == "over":
            agreement.ends_at = NOW
        else:
            body.state = BodyState(ending)
    paths = ("/taxii2/", "/priority/", POLL, f"{POLL}{tool.sealed}/objects/{copy['id']}/")
    assert [tool.ask(path).status_code for path in paths] == [401] * 4
    assert tool.give(receipt_note("x")).status_code == 401


@contextmanager
def writes(world: World) -> Iterator[list[str]]:
    """Collect the statements that change something."""
    seen: list[str] = []

    def note(*what: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own objects
        if what[2].split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            seen.append(what[2])

    connection = world.hub.db.bind
    sa.event.listen(connection, "before_cursor_execute", note)
    yield seen
    sa.event.remove(connection, "before_cursor_execute", note)


def test_an_empty_poll_writes_nothing_but_once_a_minute_that_it_was_there(
    world: World, tool: Tool, clock: Clock
) -> None:
    assert tool.objects() == []
    with writes(world) as written:
        for _ in range(3):
            assert tool.objects() == []
            tool.ask(f"{POLL}{tool.sealed}/manifest/")
            tool.ask(POLL)
    assert written == []
    clock.now += timedelta(minutes=1, seconds=1)  # type: ignore[attr-defined] # the clock that tests move
    with writes(world) as written:
        assert tool.objects() == []
    assert [each.split()[:2] for each in written] == [["UPDATE", "taxii_client"]]
    with world.hub.db.reading() as session:
        assert session.get_one(TaxiiClient, tool.client_id).seen_at == world.hub.clock()
        assert session.scalars(sa.select(Entry).where(Entry.action.like("taxii.%"))).all() == []


def fetched(world: World) -> list[Entry]:
    with world.hub.db.reading() as session:
        return list(session.scalars(sa.select(Entry).where(Entry.action == "taxii.fetched")))


def test_what_is_fetched_is_logged_with_who_and_how_many_but_not_what(world: World, tool: Tool) -> None:
    world.release()
    world.seal()
    tool.objects()
    [entry] = fetched(world)
    assert (entry.subject_id, entry.organisation_id) == (tool.client_id, world.power.organisation_id)
    assert entry.details == {"collection": str(tool.sealed), "objects": "1"}
    assert entry.address == "127.0.0.1"


def test_a_download_is_noted_once_for_each_client_and_object_whatever_the_pages(
    world: World, tool: Tool, app: Flask, clock: Clock
) -> None:
    copies = [world.release(), world.release()]
    world.seal()
    assert [copy.fetched_at for copy in world.copies()] == [None, None]
    path = f"{POLL}{tool.sealed}/objects/"
    tool.ask(f"{path}?limit=1")
    assert [world.copy(each).fetched_at for each in copies].count(None) == 1
    first_at = clock()
    clock.now += timedelta(seconds=30)  # type: ignore[attr-defined] # the clock that tests move
    with writes(world) as written:
        tool.ask(f"{path}?limit=1")
        tool.ask(f"{path}{tool.ids()[0]}/")
        tool.ask(f"{POLL}{tool.sealed}/manifest/")
    assert written == []
    tool.objects()
    tool.objects()
    assert sorted(filter(None, (world.copy(each).fetched_at for each in copies))) == [first_at, clock()]
    assert [entry.details["objects"] for entry in fetched(world)] == ["1", "1"]
    second = Tool.of(world, world.power, app)
    second.objects()
    assert [entry.details["objects"] for entry in fetched(world)] == ["1", "1", "2"]
    assert clock() in {world.copy(each).fetched_at for each in copies}  # the second client came later


def test_answers_lie_sealed_and_come_back_as_they_were(world: World, tool: Tool) -> None:
    note = receipt_note("x") | {"content": "弱い点"}
    tool.give(note)
    tool.give(note | {"modified": "2026-11-21T01:00:00.000Z"})
    with world.hub.db.reading() as session:
        rows = session.scalars(sa.select(StoredObject.document)).all()
    assert len(rows) == 2
    assert all("弱い点".encode() not in row and b"content" not in row for row in rows)
    assert tool.objects(tool.answers) == [note | {"modified": "2026-11-21T01:00:00.000Z"}]
    assert len(tool.objects(tool.answers)) == 1
    again = tool.ask(f"{POLL}{tool.answers}/objects/{note['id']}/?match[version]=all").json
    assert again
    assert [each["content"] for each in again["objects"]] == ["弱い点", "弱い点"]


def test_one_stored_answer_that_was_damaged_does_not_silence_the_others(world: World, tool: Tool) -> None:
    first, second = receipt_note("x"), receipt_note("y")
    tool.give(first, second)
    with world.hub.db.transaction() as session:
        damaged = sa.update(StoredObject).where(StoredObject.stix_id == first["id"])
        session.execute(damaged.values(document=b"damaged"))
    assert tool.objects(tool.answers) == [second]


def test_old_statuses_and_downloads_of_what_is_gone_are_forgotten(
    world: World, tool: Tool, clock: Clock
) -> None:
    status = tool.give(receipt_note("x")).json
    assert status
    tool.objects(tool.answers)
    path = f"/priority/status/{status['id']}/"
    clock.now = NOW + watching.STATUS_KEPT  # type: ignore[attr-defined] # the clock that tests move
    watching.watch(world.hub, {}, clock())
    assert tool.ask(path).status_code == 200
    with world.hub.db.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Download)) == 1
        session.execute(sa.delete(StoredObject))
    clock.now += timedelta(seconds=1)  # type: ignore[attr-defined] # likewise
    watching.watch(world.hub, {}, clock())
    assert tool.ask(path).status_code == 404
    with world.hub.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Download)) == 0


@pytest.mark.parametrize("kind", ["note", "opinion", "sighting"])
def test_an_answer_with_the_receipt_code_opens_the_copy(world: World, tool: Tool, kind: str) -> None:
    release = world.release()
    world.seal()
    [copy] = world.stored()
    opened = orjson.loads(world.seat.opened(world.seat.power, copy))
    note = receipt_note(opened["manifest"]["receipt_code"], kind, about=report_id(opened["bundle"]))
    answer = tool.give(note)
    assert answer.status_code == 202
    assert world.copy(release).state is State.OPENED
    assert tool.give(note).status_code == 202
    with world.hub.db.reading() as session:
        [opened] = session.scalars(sa.select(Entry).where(Entry.action == "delivery.opened"))
    assert (opened.organisation_id, opened.account_id) == (world.power.organisation_id, None)


def test_a_label_of_an_answer_is_the_bodys_answer(world: World, tool: Tool) -> None:
    release = world.release()
    world.seal()
    opened = orjson.loads(world.seat.opened(world.seat.power, world.stored()[0]))
    note = receipt_note(opened["manifest"]["receipt_code"], about=report_id(opened["bundle"]))
    assert tool.give(note | {"labels": ["x", "not-affected"]}).status_code == 202
    with world.hub.db.reading() as session:
        [said] = ladder.answers(session, release.id, world.power.id, vault=world.hub.vault)
    assert (said.choice, said.who) == (Choice.NOT_AFFECTED, None)


def test_a_drill_is_fetched_opened_and_answered_by_the_tool(world: World, tool: Tool, clock: Clock) -> None:
    with world.hub.db.transaction() as session:
        drill = start(session, {world.power.id}, hours=1, by=world.cast.writer, now=clock())
    world.work()
    tool.objects()
    opened = orjson.loads(world.seat.opened(world.seat.power, world.stored()[0]))
    code = opened["manifest"]["receipt_code"]
    assert tool.give(receipt_note(code)).status_code == 202

    def copy() -> DrillDelivery:
        with world.hub.db.reading() as session:
            found = session.scalars(sa.select(DrillDelivery).where(DrillDelivery.contact_id.is_(None)))
            return found.one()

    assert (copy().state.value, copy().fetched_at) == ("fetched", clock())
    note = receipt_note(code, about=report_id(opened["bundle"]))
    assert tool.give(note).status_code == 202
    assert copy().state.value == "opened"
    assert tool.give(note | {"id": receipt_note("")["id"], "labels": ["received"]}).status_code == 202
    with world.hub.db.reading() as session:
        assert drills.part(session, drill.tracking_id, world.power.id).passed


def test_an_answer_without_the_bodys_own_code_opens_nothing(
    world: World, gas: Body, tool: Tool, other: Tool
) -> None:
    release = world.release(world.power, gas)
    world.seal()
    [theirs] = world.manifests(world.seat.gas, gas)
    [ours] = world.manifests()
    assert tool.give(receipt_note(theirs["receipt_code"])).status_code == 202
    elsewhere = receipt_note(ours["receipt_code"]) | {
        "external_references": [{"source_name": "elsewhere", "external_id": ours["receipt_code"]}]
    }
    shapes: list[object] = [None, "x", [None], [{"source_name": "priority-information-receipt"}], [[]]]
    odd = [receipt_note("") | {"external_references": shape} for shape in shapes]
    other_report = receipt_note(ours["receipt_code"])
    for given in (elsewhere, other_report, receipt_note(ours["receipt_code"], "report"), *odd):
        assert tool.give(given).status_code < 500
    assert world.copy(release).state is State.DELIVERED
    assert world.copy(release, gas).state is State.DELIVERED
    assert other.objects(other.answers) == []


def test_a_body_reads_and_hides_its_own_answers(tool: Tool) -> None:
    note = receipt_note("x")
    tool.give(note)
    assert tool.objects(tool.answers) == [note]
    assert tool.ask(f"{POLL}{tool.answers}/objects/{note['id']}/", "DELETE").status_code == 200
    assert tool.objects(tool.answers) == []


def test_what_was_lifted_is_plain_for_every_body_and_holds_no_attack_method(
    world: World, tool: Tool, other: Tool
) -> None:
    world.lift(world.release())
    assert world.work() == 0
    plain = other.objects(LIFTED)
    assert plain == tool.objects(LIFTED)
    assert "report" in {each["type"] for each in plain}
    assert "制御装置における認証回避" in str(plain)
    for word in (CANARY, "変電所", "導管"):
        assert word not in str(plain)
    assert other.objects() == []  # its own series tells nothing of it


def test_over_https_plain_http_is_refused(world: World) -> None:
    config = replace(world.hub.config, base_url="https://hub.example.jp")
    app = build_app(replace(world.hub, config=config), secret_key=b"s" * 32)
    tool = Tool.of(world, world.power, app)
    assert tool.ask("http://hub.example.jp/priority/").status_code == 403
    assert tool.ask("https://hub.example.jp/priority/").status_code == 200


def test_too_many_requests_of_one_client_are_told_to_wait_and_others_are_served(
    world: World, gas: Body
) -> None:
    limited = replace(world.hub, config=replace(world.hub.config, taxii_rate="3 per minute"))
    app = build_app(limited, secret_key=b"s" * 32)
    tool, other = Tool.of(world, world.power, app), Tool.of(world, gas, app)
    assert [tool.ask(POLL).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = tool.ask(POLL)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json
    assert refused.json["http_status"] == "429"
    assert other.ask(POLL).status_code == 200
    assert refused.content_type == TAXII


def test_refusals_carry_the_headers_of_every_answer_and_allow_no_other_origin(tool: Tool) -> None:
    for answer in (tool.ask(POLL), tool.ask(POLL, Authorization=""), tool.ask("/priority/nowhere/")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers
