import html
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.accounts.models import Account, Role
from hub.core.instance import Instance
from sectors.applications import queries
from sectors.applications.models import Application, AttachmentKind
from sectors.applications.states import State
from tests.support.applications import (
    PDF,
    TAX_AGENCY,
    corporate_number,
    file,
    filled_form,
    make_application,
    make_person,
)
from tests.support.browser import Browser

Clients = Callable[..., Browser]
REQUIRED = [
    "name_ja", "name_en", "corporate_number", "address", "representative", "body_kind-0", "is_operator-0",
    "sectors-0", "main-name", "main-department", "main-email", "main-telephone", "members",
    "operator-how", "operator-by_whom", "operator-evidence", "contractor-how", "contractor-by_whom",
    "contractor-evidence", "purpose-how", "purpose-by_whom", "purpose-evidence",
    *(kind.value for kind in AttachmentKind),
]  # fmt: skip


def only(instance: Instance) -> Application:
    with instance.db.reading() as session:
        return session.scalars(sa.select(Application)).one()


def submitted(instance: Instance, applicant: Account) -> uuid.UUID:
    with instance.db.transaction() as session:
        return make_application(session, applicant, vault=instance.vault).id


def test_a_filled_form_ends_with_a_receipt_number(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    answer = browser.post_form("/applications/new", filled_form())
    assert answer.status_code == 303, answer.text
    assert only(instance).receipt_number in browser.get(answer.location).text
    page = browser.get(f"/applications/{only(instance).id}").text
    assert "水道ISAC" in page
    assert "北水道" in page


def test_an_empty_form_shows_every_problem_beside_its_field_and_in_the_summary(
    applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    answer = browser.post_form("/applications/new", {})
    assert answer.status_code == 422
    for name in REQUIRED:
        assert f'href="#{name}"' in answer.text, name
        assert f'id="{name.removesuffix("-0")}-error"' in answer.text, name
    assert answer.text.count("hub-required") >= len(REQUIRED)


def test_every_wrong_field_is_named_and_everything_typed_is_kept(
    applicant: Account, client_as: Clients
) -> None:
    wrong = filled_form(
        **{
            "name_en": "水道",
            "corporate_number": "1234567890123",
            "body_kind": "club",
            "sectors": ["mars"],
            "main-email": "nobody",
            "main-telephone": "call me",
            "deputy-name": "副 <b>担当</b>",
            "hours-email": "nobody@night.example.jp",
            "members": "北,123,火星,?,昨日\n南,1,水道,はい,",
            "operator-how": "   ",
            "purpose-how": "目的外に使わない\n年一回の点検",
            "articles": file("articles.exe", b"MZ"),
            "chart": file("組織図.png", PDF),
        }
    )
    answer = client_as(applicant).post_form("/applications/new", wrong)
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    for name in (
        "name_en", "corporate_number", "body_kind-0", "sectors-0", "main-email", "main-telephone",
        "deputy-department", "deputy-email", "deputy-telephone", "hours-name", "members", "operator-how",
        "articles", "chart",
    ):  # fmt: skip
        assert f'href="#{name}"' in text, name
    assert text.count('href="#members"') == 6  # how many; four cells of line 1, one of line 2
    for typed in (
        "水道ISAC",
        "1234567890123",
        "nobody",
        "副 <b>担当</b>",
        "北,123,火星,?,昨日",
        "年一回の点検",
    ):
        assert typed in text, typed
    assert "<b>担当</b>" not in answer.text
    assert "「articles.exe」：" in text
    assert "「組織図.png」：" in text


def test_two_contacts_need_two_mail_addresses(applicant: Account, client_as: Clients) -> None:
    same = {
        f"deputy-{field}": filled_form()[f"main-{field}"]
        for field in ("name", "department", "email", "telephone")
    }
    answer = client_as(applicant).post_form("/applications/new", filled_form(**same))
    assert answer.status_code == 422
    assert 'href="#deputy-email"' in answer.text


def test_one_operator_is_not_enough(applicant: Account, client_as: Clients) -> None:
    alone = filled_form(members=f"北水道,{corporate_number(11)},水道,はい,")
    assert client_as(applicant).post_form("/applications/new", alone).status_code == 422


@pytest.mark.parametrize(
    "path",
    ["", "/receipt", "/withdrawal", "/correction", "/attachments/00000000-0000-0000-0000-000000000000"],
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


def test_a_review_goes_back_and_forth_and_ends_with_acceptance(
    instance: Instance, applicant: Account, reviewer: Account, client_as: Clients
) -> None:
    asks, decides = client_as(applicant), client_as(reviewer)
    asks.post_form("/applications/new", filled_form())
    application = only(instance)
    page, own = f"/review/{application.id}", f"/applications/{application.id}"
    assert application.receipt_number in decides.get("/review").text
    assert decides.post_form(f"{page}/take", {"version": "1"}, page=page).status_code == 303
    assert decides.post_form(f"{page}/return", {"version": "2", "remarks": ""}, page=page).status_code == 422
    back = {"version": "2", "remarks": "規程の第3章を\n添付してください"}
    assert decides.post_form(f"{page}/return", back, page=page).status_code == 303
    form = asks.get(f"{own}/correction").text
    assert "添付してください" in form
    assert 'value="水道ISAC"' in form
    assert "北水道" in form
    kept = {
        name: value
        for name, value in filled_form(name_ja="新水道ISAC").items()
        if not isinstance(value, tuple)
    }
    assert asks.post_form(f"{own}/correction", kept).status_code == 303
    assert "新水道ISAC" in decides.get(page).text
    assert decides.post_form(f"{page}/take", {"version": "4"}, page=page).status_code == 303
    assert decides.post_form(f"{page}/accept", {"version": "5"}, page=page).status_code == 303
    assert only(instance).state is State.ACCEPTED


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
