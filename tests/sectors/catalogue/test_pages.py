from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from stix2.v21.vocab import INDUSTRY_SECTOR

from hub.accounts.models import Account, Role
from hub.core.audit import Entry
from hub.core.instance import Instance
from sectors.catalogue import queries
from sectors.catalogue.stix_words import WORDS
from tests.support.browser import Browser

Clients = Callable[..., Browser]
PORTS = {
    "code": "ports",
    "ja": "港湾",
    "en": "Ports",
    "stix_sectors": ["transportation"],
    "guideline": "P ガイドライン (2024-06)",
    "valid_from": "2024-06-01",
}


def test_the_words_are_those_of_stix() -> None:
    assert sorted(WORDS) == sorted(INDUSTRY_SECTOR)


def test_a_coordinator_adds_a_sector_that_bodies_can_then_apply_for(
    instance: Instance, coordinator: Account, client_as: Clients, browser: Browser
) -> None:
    assert "港湾" not in browser.get("/scheme").text
    page = client_as(coordinator)
    assert page.post_form("/sectors/new", PORTS).status_code == 303
    listed = page.get("/sectors").text
    assert "P ガイドライン (2024-06)" in listed
    assert "港湾" in browser.get("/scheme").text
    form = client_as(Role.APPLICANT).get("/applications/form/sectors").text
    assert "港湾" in form
    assert form.index("港湾") > form.index("政府")
    with instance.db.reading() as session:
        entry = session.scalars(sa.select(Entry).where(Entry.action == "sector.added")).one()
        assert entry.account_id == coordinator.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"guideline": " "},
        {"code": "water"},
        {"code": "Ports!"},
        {"ja": "水道"},
        {"stix_sectors": ["harbours"]},
        {"stix_sectors": []},
        {"valid_from": "soon"},
    ],
)
def test_a_sector_that_is_wrong_is_named_by_its_field(
    coordinator: Account, client_as: Clients, wrong: dict[str, object]
) -> None:
    answer = client_as(coordinator).post_form("/sectors/new", PORTS | wrong)
    assert answer.status_code == 422
    (field,) = wrong
    assert f'href="#{field}' in answer.text


def test_a_sector_that_has_ended_cannot_be_applied_for_any_more(
    instance: Instance, coordinator: Account, client_as: Clients, browser: Browser
) -> None:
    page = client_as(coordinator)
    end = {"valid_to": "2026-11-20", "guideline": "P ガイドライン (2026-11)"}
    too_early = page.post_form("/sectors/credit/end", end | {"valid_to": "2017-05-01"})
    assert too_early.status_code == 422
    assert page.post_form("/sectors/credit/end", end).status_code == 303
    assert page.post_form("/sectors/credit/end", end).status_code == 422
    assert "クレジット" not in browser.get("/scheme").text
    assert "クレジット" in page.get("/sectors").text
    with instance.db.reading() as session:
        assert len(queries.sectors_on(session, date(2026, 11, 19))) == 14
        assert len(queries.sectors_on(session, date(2026, 11, 20))) == 13
    assert page.get("/sectors/mars/end").status_code == 404


def test_an_edition_of_the_action_plan_is_added_once_and_offered_first(
    coordinator: Account, client_as: Clients
) -> None:
    page = client_as(coordinator)
    told = {"name": "次の行動計画", "decided_on": "2027-04-01"}
    assert page.post_form("/sectors/editions/new", told).status_code == 303
    assert page.post_form("/sectors/editions/new", told).status_code == 422
    form = client_as(Role.APPLICANT).soup("/applications/form/members")
    offered = [each.get_text() for each in form.select("select option")]
    assert offered[0] == "次の行動計画"
    assert len(offered) == 4


def test_others_may_look_or_not_even_that(client_as: Clients, reviewer: Account) -> None:
    assert client_as(reviewer).get("/sectors").status_code == 200
    assert client_as(reviewer).get("/sectors/new").status_code == 403
    assert client_as(Role.APPLICANT).get("/sectors").status_code == 403
