import html
import re
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub.accounts.models import Account, Organisation, Role
from hub.core.instance import Instance
from sectors.applications import acts
from sectors.applications.models import Application, AttachmentKind
from sectors.applications.states import State
from sectors.filling.models import Draft, DraftFile
from tests.support.applications import (
    FORM,
    PDF,
    STEPS,
    corporate_number,
    file,
    fill_in,
    filled_form,
    make_application,
    save,
)
from tests.support.browser import Browser
from tests.support.people import make_account

Clients = Callable[..., Browser]
REQUIRED = {
    "organisation": [
        *("name_ja", "name_en", "corporate_number", "address", "representative"),
        *("body_kind-0", "is_operator-0"),
    ],
    "sectors": ["sectors-0"],
    "contacts": ["main-name", "main-department", "main-email", "main-telephone"],
    "members": ["members"],
    "requirements": [
        f"{part}-{field}"
        for part in ("operator", "contractor", "purpose")
        for field in ("how", "by_whom", "evidence")
    ],
    "attachments": [kind.value for kind in AttachmentKind],
}


def only(instance: Instance) -> Application:
    with instance.db.reading() as session:
        return session.scalars(sa.select(Application)).one()


def test_a_form_filled_step_by_step_ends_with_a_receipt_number_and_a_day(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    answer = fill_in(browser, filled_form())
    assert answer.status_code == 303, answer.text
    receipt = browser.get(answer.location).text
    assert only(instance).receipt_number in receipt
    assert "2026年12月21日" in receipt  # twenty working days, of which one Monday is a holiday
    page = browser.get(f"/applications/{only(instance).id}").text
    assert "水道ISAC" in page
    assert "北水道" in page
    with instance.db.reading() as session:
        assert session.scalars(sa.select(Draft)).all() == []
        assert session.scalars(sa.select(DraftFile)).all() == []
        filed = acts.submission_of(only(instance), vault=instance.vault)
    assert filed.form_version == 2
    assert filed.details.roster_edition.startswith("重要インフラ")


@pytest.mark.parametrize("step", list(STEPS))
def test_an_empty_step_shows_every_problem_beside_its_field_and_in_the_summary(
    applicant: Account, client_as: Clients, step: str
) -> None:
    answer = save(client_as(applicant), step, {})
    assert answer.status_code == 422
    for name in REQUIRED[step]:
        assert f'href="#{name}"' in answer.text, name
        assert f'id="{name.removesuffix("-0")}-error"' in answer.text, name


def test_what_is_wrong_is_kept_sealed_named_and_found_again_by_a_colleague(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    wrong = filled_form(
        **{
            "name_en": "水道",
            "corporate_number": "1234567890123",
            "body_kind": "club",
            "deputy-name": "副 <b>担当</b>",
            "main-email": "nobody",
            "main-telephone": "call me",
            "hours-email": "nobody@night.example.jp",
        }
    )
    browser = client_as(applicant)
    for step, names in {
        "organisation": ["name_en", "corporate_number", "body_kind-0"],
        "contacts": ["main-email", "main-telephone", "deputy-email", "deputy-telephone", "hours-name"],
    }.items():
        answer = save(browser, step, wrong)
        assert answer.status_code == 422
        for name in names:
            assert f'href="#{name}"' in answer.text, name
    with instance.db.transaction() as session:
        assert "副".encode() not in session.scalars(sa.select(Draft)).one().content
        colleague = make_account(
            session, Role.APPLICANT, session.get_one(Organisation, applicant.organisation_id)
        )
    later = client_as(colleague)
    assert 'value="1234567890123"' in later.get(f"{FORM}/organisation").text
    contacts = later.get(f"{FORM}/contacts").text
    assert "副 &lt;b&gt;担当" in contacts
    overview = html.unescape(later.get(FORM).text)
    assert "法人番号が正しくありません" in overview
    assert later.post_form(f"{FORM}/submission").status_code == 422
    with instance.db.reading() as session:
        assert session.scalars(sa.select(Application)).all() == []


def test_the_slower_of_two_colleagues_is_told_and_sees_what_he_typed(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    with instance.db.transaction() as session:
        colleague = make_account(
            session, Role.APPLICANT, session.get_one(Organisation, applicant.organisation_id)
        )
    path = f"{FORM}/organisation"
    first = {"seen": "0", "name_ja": "一人目", "then": "later"}
    client_as(applicant).post_form(path, first)
    second = client_as(colleague)
    told = second.post_form(path, {"seen": "0", "name_ja": "二人目", "then": "later"})
    assert told.status_code == 409
    assert 'value="二人目"' in told.text
    assert 'value="一人目"' in second.get(path).text


def test_another_organisation_sees_nothing_of_a_form(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    save(client_as(applicant), "attachments", filled_form())
    with instance.db.reading() as session:
        chosen = session.scalars(sa.select(DraftFile)).first()
        assert chosen is not None
        assert not chosen.content.startswith(b"%PDF")
    path = f"{FORM}/files/{chosen.id}"
    assert client_as(applicant).get(path).data == PDF
    stranger = client_as(Role.APPLICANT)
    assert stranger.get(path).status_code == 404
    assert chosen.file_name not in stranger.get(f"{FORM}/attachments").text
    assert stranger.post_form(f"{path}/remove", page=f"{FORM}/attachments").status_code == 404


def test_a_chosen_document_is_removed_and_the_step_says_that_it_is_missing(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    save(browser, "attachments", filled_form())
    with instance.db.reading() as session:
        chart = session.scalars(sa.select(DraftFile).where(DraftFile.kind == AttachmentKind.CHART)).one()
    browser.post_form(f"{FORM}/files/{chart.id}/remove", page=f"{FORM}/attachments")
    answer = save(browser, "attachments", {})
    assert answer.status_code == 422
    assert 'href="#chart"' in answer.text
    assert 'href="#articles"' not in answer.text


def test_a_roster_of_2000_members_is_taken_from_a_file_within_seconds(
    applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    lines = [f"会員{number},{corporate_number(number)},水道,はい,2026-04-01" for number in range(1, 2001)]
    roster = "\r\n".join(["名称,法人番号,分野,重要インフラ事業者,覚書", *lines]).encode("cp932")
    form = filled_form(members="", roster_file=file("会員.csv", roster))
    started = time.perf_counter()
    assert save(browser, "members", form).status_code == 303
    assert time.perf_counter() - started < 5
    kept = html.unescape(browser.get(f"{FORM}/members").text)
    assert kept.count("会員") >= 2000
    assert f"会員2000,{corporate_number(2000)},水道,はい,2026-04-01" in kept


def test_every_bad_line_of_a_file_is_named_and_nothing_of_it_is_taken(
    applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    save(browser, "members", filled_form())
    lines = [f"会員{number},123,火星,たぶん,昨日" for number in range(1, 41)]
    answer = save(browser, "members", filled_form(roster_file=file("a.csv", "\n".join(lines).encode())))
    assert answer.status_code == 422
    assert 'href="#roster_file"' in answer.text
    named = re.findall(r"<td class=\"govuk-table__cell\">(\d+)</td>", answer.text)
    assert [int(each) for each in named] == [line for line in range(1, 41) for _cell in range(4)]
    assert "会員1," not in answer.text
    assert "北水道" in answer.text


def test_one_operator_is_not_enough_and_two_contacts_need_two_addresses(
    applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    alone = filled_form(members=f"北水道,{corporate_number(11)},水道,はい,")
    assert save(browser, "members", alone).status_code == 422
    same = {
        f"deputy-{field}": filled_form()[f"main-{field}"]
        for field in ("name", "department", "email", "telephone")
    }
    answer = save(browser, "contacts", filled_form(**same))
    assert answer.status_code == 422
    assert 'href="#deputy-email"' in answer.text


def test_while_an_application_is_under_way_there_is_no_form(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    with instance.db.transaction() as session:
        make_application(session, applicant, vault=instance.vault)
    assert client_as(applicant).get(FORM).status_code == 409
    assert only(instance).state is State.SUBMITTED


def test_what_was_filled_in_is_thrown_away_only_after_a_second_look(
    instance: Instance, applicant: Account, client_as: Clients
) -> None:
    browser = client_as(applicant)
    save(browser, "sectors", filled_form())
    browser.get(f"{FORM}/discard")
    with instance.db.reading() as session:
        assert len(session.scalars(sa.select(Draft)).all()) == 1
    assert browser.post_form(f"{FORM}/discard").status_code == 303
    with instance.db.reading() as session:
        assert session.scalars(sa.select(Draft)).all() == []


@pytest.mark.parametrize("path", ["/scheme/application.pdf", f"{FORM}/application.pdf"])
def test_the_form_is_a_pdf_whether_blank_or_half_filled_in(
    applicant: Account, client_as: Clients, path: str
) -> None:
    browser = client_as(applicant)
    save(browser, "organisation", filled_form(name_ja="水道 #panic() *ISAC*"))
    save(browser, "members", filled_form(members="壊れた行"))
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_anybody_reads_about_the_scheme_and_takes_the_template(browser: Browser, applicant: Account) -> None:
    assert applicant.email
    page = browser.get("/scheme").text
    for said in ("電力", "P ガイドライン (2017-05)", "（ウ）", "行動計画"):
        assert said in page or said.replace("（", "(").replace("）", ")") in page, said
    template = browser.get("/scheme/members.csv").data.decode("utf-8-sig")
    assert template.startswith("名称,法人番号,分野,")
