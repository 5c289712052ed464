import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from hub.accounts.models import Account, Role
from hub.core.instance import Instance
from sectors.applications import queries
from sectors.applications.items import Item
from sectors.applications.models import Application
from sectors.applications.states import State
from tests.support.applications import (
    PDF,
    TAX_AGENCY,
    fill_in,
    filled_form,
    make_application,
    make_person,
)
from tests.support.browser import Browser

Clients = Callable[..., Browser]


def only(instance: Instance) -> Application:
    with instance.db.reading() as session:
        return session.scalars(sa.select(Application)).one()


def submitted(instance: Instance, applicant: Account) -> uuid.UUID:
    with instance.db.transaction() as session:
        return make_application(session, applicant, vault=instance.vault).id


@pytest.mark.parametrize(
    "path",
    ["", "/receipt", "/withdrawal", "/attachments/00000000-0000-0000-0000-000000000000"],
)
def test_another_organisations_application_is_not_there(
    instance: Instance, applicant: Account, client_as: Clients, path: str
) -> None:
    application_id = submitted(instance, applicant)
    stranger = client_as(Role.APPLICANT)
    assert stranger.get(f"/applications/{application_id}{path}").status_code == 404


def test_an_attachment_is_handed_out_as_a_file_to_those_who_may_have_it(
    instance: Instance, applicant: Account, reviewer: Account, coordinator: Account, client_as: Clients
) -> None:
    application_id = submitted(instance, applicant)
    with instance.db.reading() as session:
        attachment = queries.attachments(session, application_id)[0]
    path = f"/applications/{application_id}/attachments/{attachment.id}"
    for person in (applicant, reviewer):
        answer = client_as(person).get(path)
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client_as(Role.APPLICANT).get(path).status_code == 404
    assert client_as(Role.AUDITOR).get(path).status_code == 403
    assert client_as(coordinator).get(path).status_code == 404  # not before IPA has accepted it


def verdicts(**wrong: str) -> dict[str, str]:
    """Return the reviewer's form with every item ticked but those with a remark."""
    names = {each.replace(" ", "-") for each in Item}
    ticked = {f"tick-{name}": "y" for name in names - {each.replace("_", "-") for each in wrong}}
    return ticked | {f"remark-{name.replace('_', '-')}": remark for name, remark in wrong.items()}


def test_a_review_goes_back_and_forth_and_ends_with_acceptance(
    instance: Instance, applicant: Account, reviewer: Account, client_as: Clients
) -> None:
    asks, decides = client_as(applicant), client_as(reviewer)
    fill_in(asks, filled_form())
    application = only(instance)
    page = f"/review/{application.id}"

    def check(act: str, version: int, **wrong: str) -> TestResponse:
        sent = {"version": str(version), "act": act, **verdicts(**wrong)}
        return decides.post_form(f"{page}/check", sent, page=page)

    assert application.receipt_number in decides.get("/review").text
    assert decides.post_form(f"{page}/take", {"version": "1"}, page=page).status_code == 303
    assert check("return", 2).status_code == 422  # nothing is to be corrected
    remark = "英文名称を\n規約のとおりに"
    assert check("accept", 2, organisation=remark).status_code == 422
    assert check("return", 2, organisation=remark).status_code == 303
    assert "規約のとおりに" in asks.get(f"/applications/{application.id}").text
    assert "規約のとおりに" in asks.get("/applications/form").text
    assert asks.post_form("/applications/form/submission").status_code == 422  # nothing was corrected yet
    shut = asks.get("/applications/form/members")
    assert shut.status_code == 409
    organisation = asks.get("/applications/form/organisation").text
    assert "規約のとおりに" in organisation
    assert 'value="水道ISAC"' in organisation
    changed = filled_form(name_ja="新水道ISAC")
    assert fill_in(asks, changed, steps=["organisation"]).status_code == 303
    shown = decides.soup(page).select_one("main")
    assert shown is not None
    table = next(each for each in shown.select("table") if "変更" in each.get_text())
    assert "水道ISAC" in table.get_text()
    assert "新水道ISAC" in table.get_text()
    assert "北水道" not in table.get_text()
    assert decides.post_form(f"{page}/take", {"version": "4"}, page=page).status_code == 303
    assert check("accept", 5).status_code == 303
    assert only(instance).state is State.ACCEPTED


def test_what_the_slower_of_two_reviewers_typed_is_not_lost(
    instance: Instance, applicant: Account, reviewer: Account, client_as: Clients
) -> None:
    page = f"/review/{submitted(instance, applicant)}"
    first, second = client_as(reviewer), client_as(make_person(instance, Role.REVIEWER))
    first.post_form(f"{page}/take", {"version": "1"}, page=page)
    kept = {"version": "2", "act": "keep", "tick-sectors": "y"}
    assert first.post_form(f"{page}/check", kept, page=page).status_code == 303
    typed = {"version": "2", "act": "return", "remark-attachments": "規約の別表がない"}
    answer = second.post_form(f"{page}/check", typed, page=page)
    assert answer.status_code == 409
    assert "規約の別表がない" in answer.text
    assert only(instance).state is State.IN_REVIEW
    again = second.post_form(f"{page}/check", {**typed, "version": "3"}, page=page)
    assert again.status_code == 303
    assert only(instance).state is State.RETURNED


def test_the_second_reviewer_is_told(
    instance: Instance, applicant: Account, reviewer: Account, client_as: Clients
) -> None:
    page = f"/review/{submitted(instance, applicant)}"
    first, second = client_as(reviewer), client_as(make_person(instance, Role.REVIEWER))
    assert first.post_form(f"{page}/take", {"version": "1"}, page=page).status_code == 303
    answer = second.post_form(f"{page}/take", {"version": "1"}, page=page)
    assert answer.status_code == 409
    assert only(instance).reviewer_id == reviewer.id


def test_a_withdrawal_is_confirmed_first(instance: Instance, applicant: Account, client_as: Clients) -> None:
    browser = client_as(applicant)
    path = f"/applications/{submitted(instance, applicant)}/withdrawal"
    browser.get(path)
    assert only(instance).state is State.SUBMITTED
    assert browser.post_form(path).status_code == 303
    assert only(instance).state is State.WITHDRAWN


def test_asking_for_an_account_answers_the_same_for_a_known_address(
    applicant: Account, browser: Browser
) -> None:
    def asked(email: str) -> str:
        return browser.post_form("/apply", {"organisation": "水道ISAC", "name": "佐藤", "email": email}).text

    assert asked("new@water.example.jp") == asked(applicant.email)
    wrong = browser.post_form("/apply", {"organisation": "", "name": "佐藤", "email": "x"})
    assert wrong.status_code == 422
    assert 'value="佐藤"' in wrong.text


def test_the_review_pages_are_for_reviewers(applicant: Account, client_as: Clients) -> None:
    assert client_as(applicant).get("/review").status_code == 403
    assert TAX_AGENCY not in client_as(Role.COORDINATOR).get("/review").text
