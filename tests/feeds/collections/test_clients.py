"""The pages on which a body looks after its tools."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from feeds.collections import service
from feeds.collections.models import TaxiiClient
from hub.accounts.models import Role
from hub.app import build_app
from hub.core.audit import THE_HUB, Entry
from hub.core.errors import InputError
from hub.core.outbox import Job
from sectors.bodies.models import Body
from tests.feeds.collections.tool import Tool
from tests.support.advisories import NOW
from tests.support.browser import Browser
from tests.support.delivery import TOKEN_KEY, World, add_contact

Enter = Callable[[object], Browser]


@pytest.fixture
def browser(world: World, client_as: Enter) -> Browser:
    """The browser of the body's contact."""
    return client_as(world.account())


def shown(answer: TestResponse, element: str) -> str:
    found = BeautifulSoup(answer.data, "html.parser").select_one(f"#{element}")
    assert found
    return found.get_text()


def test_a_token_is_shown_once_and_opens_the_bodys_collections(
    world: World, browser: Browser, app: Flask, tool: Tool
) -> None:
    answer = browser.post_form("/clients", {"name": "監視装置"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    token, username = shown(answer, "taxii-token"), shown(answer, "taxii-username")
    assert shown(answer, "discovery-url") == "http://localhost:8000/taxii2/"
    assert shown(answer, "collection-id") == str(tool.sealed)
    assert shown(answer, "answers-collection-id") == str(tool.answers)
    listed = browser.get("/clients")
    assert "監視装置" in listed.text
    assert username in listed.text
    assert token not in listed.text
    assert tool.ask("/priority/", auth=(username, token)).status_code == 200
    with world.hub.db.reading() as session:
        client = session.scalars(sa.select(TaxiiClient).where(TaxiiClient.username == username)).one()
        [entry] = session.scalars(sa.select(Entry).where(Entry.subject_id == client.id))
        assert token.encode() not in client.digest
    assert (entry.action, entry.account_id) == ("client.added", world.account().id)
    assert token not in str(entry.details)
    assert app is tool.http.application


def test_a_token_that_is_revoked_on_the_page_opens_nothing(browser: Browser, tool: Tool) -> None:
    assert tool.ask("/priority/").status_code == 200
    unsure = browser.post_form(f"/clients/{tool.client_id}/revoke", {})
    assert unsure.status_code == 422
    assert tool.ask("/priority/").status_code == 200
    for _ in range(2):  # a second time changes nothing
        answer = browser.post_form(f"/clients/{tool.client_id}/revoke", {"sure": "y"})
        assert answer.status_code == 303
        assert tool.ask("/priority/").status_code == 401
    cards = BeautifulSoup(browser.get("/clients").data, "html.parser").select(".hub-card")
    assert [len(card.select("a")) for card in cards] == [0]


def test_another_bodys_client_is_not_there(
    world: World, gas: Body, app: Flask, browser: Browser, tool: Tool
) -> None:
    other = Tool.of(world, gas, app)
    answer = browser.post_form(f"/clients/{other.client_id}/revoke", {"sure": "y"}, page="/clients")
    assert answer.status_code == 404
    assert browser.get(f"/clients/{other.client_id}/revoke").status_code == 404
    assert browser.get(f"/clients/of/{gas.id}").status_code == 403
    assert other.ask("/priority/").status_code == 200
    assert other.username not in browser.get("/clients").text
    assert tool.username in browser.get("/clients").text


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_name_that_cannot_be_taken_stays_in_the_form(browser: Browser, name: str) -> None:
    answer = browser.post_form("/clients", {"name": name})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.data, "html.parser")
    assert page.select_one(".govuk-error-summary")
    field = page.select_one("input[name=name]")
    assert field
    assert field.get("value", "") == name


def test_one_client_too_many_is_said_at_the_form(world: World, browser: Browser) -> None:
    with world.hub.db.transaction() as session:
        for number in range(service.MOST_CLIENTS):
            service.add_client(session, world.power.id, f"装置{number}", key=TOKEN_KEY, by=THE_HUB, now=NOW)
    answer = browser.post_form("/clients", {"name": "もう一台"})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.data, "html.parser")
    assert page.select_one(".govuk-error-summary")
    field = page.select_one("input[name=name]")
    assert field
    assert field["value"] == "もう一台"


def test_a_name_is_text_and_never_markup(browser: Browser) -> None:
    browser.post_form("/clients", {"name": "<b>bold</b>"})
    assert "<b>bold</b>" not in browser.get("/clients").text


def test_only_contacts_of_a_body_have_clients(world: World, client_as: Enter) -> None:
    assert client_as(Role.CONTACT).get("/clients").status_code == 404  # of an organisation that is no body
    for role in set(Role) - {Role.CONTACT}:
        assert client_as(role).get("/clients").status_code == 403
    assert world.hub


def test_the_life_and_the_networks_of_a_token_are_chosen_when_it_is_made(
    world: World, browser: Browser
) -> None:
    networks = "192.0.2.0/24\r\n\r\n 2001:db8::/32 "
    made = browser.post_form("/clients", {"name": "監視装置", "life": "30", "networks": networks})
    assert made.status_code == 200
    with world.hub.db.reading() as session:
        [client] = session.scalars(sa.select(TaxiiClient))
    assert client.expires_at == NOW + timedelta(days=30)
    assert client.networks == "192.0.2.0/24,2001:db8::/32"
    assert "192.0.2.0/24, 2001:db8::/32" in browser.get("/clients").text
    browser.post_form("/clients", {"name": "もう一台"})
    with world.hub.db.reading() as session:
        assert {each.expires_at for each in session.scalars(sa.select(TaxiiClient))} == {
            NOW + timedelta(days=30),
            NOW + timedelta(days=365),
        }


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("networks", "192.0.2.1/24"),
        ("networks", "example.jp"),
        ("networks", "\n".join(["192.0.2.0/24"] * 21)),
        ("life", "9999"),
        ("life", "never"),
    ],
)
def test_what_cannot_be_a_clients_is_said_at_its_field(browser: Browser, field: str, typed: str) -> None:
    answer = browser.post_form("/clients", {"name": "監視装置", field: typed})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.data, "html.parser")
    assert page.select_one(f"#{field}-error")


def test_a_certificate_is_asked_for_only_where_a_proxy_can_show_one(world: World, browser: Browser) -> None:
    assert BeautifulSoup(browser.get("/clients").data, "html.parser").select("#certificate") == []
    changed = replace(world.hub.config, proxy_hops=1, client_certificate_header="X-Certificate")
    hub = replace(world.hub, config=changed)
    browser = Browser(build_app(hub, secret_key=b"s" * 32))
    browser.sign_in(hub, world.account())
    fingerprint = ":".join(["AB"] * 32)
    assert browser.post_form("/clients", {"name": "x", "certificate": "zz"}).status_code == 422
    assert browser.post_form("/clients", {"name": "x", "certificate": fingerprint}).status_code == 200
    assert "ab" * 32 in browser.get("/clients").text


def test_all_contacts_are_told_of_a_new_token_and_of_its_end(world: World, browser: Browser) -> None:
    with world.hub.db.transaction() as session:
        deputy = add_contact(session, world.power, world.seat.gas)
    browser.post_form("/clients", {"name": "監視装置"})
    with world.hub.db.reading() as session:
        [client] = session.scalars(sa.select(TaxiiClient))
    browser.post_form(f"/clients/{client.id}/revoke", {"sure": "y"})
    with world.hub.db.reading() as session:
        letters = session.scalars(sa.select(Job).where(Job.kind == "letter")).all()
    told = sorted((each.values["letter"], each.values["to"]) for each in letters)
    addresses = sorted((world.contact().email, deputy.email))
    assert told == [(letter, to) for letter in ("client-added", "client-revoked") for to in addresses]
    assert client.username not in str([each.values for each in letters])


def test_a_coordinator_sees_a_bodys_clients_and_can_end_one_but_makes_none(
    world: World, tool: Tool, client_as: Enter
) -> None:
    staff = client_as(Role.COORDINATOR)
    page = BeautifulSoup(staff.get(f"/clients/of/{world.power.id}").data, "html.parser")
    assert tool.username in page.get_text()
    assert page.select("main form") == []
    assert f"/clients/of/{world.power.id}" in staff.get(f"/bodies/{world.power.id}").text
    assert staff.get("/clients").status_code == 403
    answer = staff.post_form(f"/clients/{tool.client_id}/revoke", {"sure": "y"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/clients/of/{world.power.id}")
    assert tool.ask("/priority/").status_code == 401
    assert world.letters().count("client-revoked") == 1


def test_expired_tokens_do_not_count_against_the_limit(world: World) -> None:
    with world.hub.db.transaction() as session:
        for number in range(service.MOST_CLIENTS):
            service.add_client(session, world.power.id, f"装置{number}", key=TOKEN_KEY, by=THE_HUB, now=NOW)
        later = NOW + service.TOKEN_LIFE
        service.add_client(session, world.power.id, "新しい装置", key=TOKEN_KEY, by=THE_HUB, now=later)


@pytest.mark.parametrize("days", [0, -1, 731])
def test_a_token_never_works_for_ever(world: World, days: int) -> None:
    with world.hub.db.transaction() as session, pytest.raises(InputError):
        service.add_client(
            session, world.power.id, "x", key=TOKEN_KEY, by=THE_HUB, now=NOW, life=timedelta(days=days)
        )
