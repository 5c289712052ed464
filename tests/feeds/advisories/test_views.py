"""The pages of advisories, as coordinators and IPA meet them, and as others do not."""

import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from feeds.advisories import queries, service
from feeds.advisories.draft import Draft, written
from feeds.advisories.draft_form import typed
from feeds.advisories.models import Advisory
from feeds.advisories.statement import Act
from feeds.advisories.states import State
from feeds.advisories.vouching import assertions
from feeds.formats.content import Automatable, Kind, TechnicalImpact, Text
from feeds.formats.tlp import Tlp
from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.core.instance import Instance
from keys import hub_certificate
from keys.hubkey import create_hub_key
from sectors.bodies.models import Body
from tests.keys.workshop import GPG
from tests.support import advisories
from tests.support.advisories import CANARY, NOW, PUBLICATION, VAULT, Cast
from tests.support.browser import Browser
from tests.support.passkeys import passkey_of, sign_form, signed

SAMPLES = Path(__file__).parents[1] / "formats" / "samples"
INVALID = (SAMPLES / "icsa-21-259-01.json").read_bytes()
SignIn = Callable[[object], Browser]


@pytest.fixture
def power(instance: Instance) -> Body:
    with instance.db.transaction() as session:
        return advisories.make_body(session)


@pytest.fixture
def cast(instance: Instance) -> Cast:
    with instance.db.transaction() as session:
        return advisories.make_cast(session)


@pytest.fixture
def submitted(instance: Instance, cast: Cast, power: Body) -> Advisory:
    with instance.db.transaction() as session:
        return advisories.make_submitted(session, cast, power)


def account(instance: Instance, account_id: uuid.UUID | None) -> Account:
    assert account_id
    with instance.db.reading() as session:
        return accounts.account(session, account_id)


def state_of(instance: Instance, advisory: Advisory) -> State:
    with instance.db.reading() as session:
        return queries.advisory(session, advisory.id).state


def filled(*bodies: Body) -> dict[str, Any]:
    fields = typed(advisories.draft_for(*bodies))
    fields["publication_at"] = "2026-12-20T10:00"
    fields["countermeasure_on"] = "2026-11-20"
    fields["sectors"] = sorted({code for body in bodies for code in body.sector_codes})
    fields.pop("moved_reason")
    return fields | {"sector_text-gas": "", "sector_text_en-gas": ""}


def test_a_draft_is_written_in_the_browser_and_says_what_was_typed(
    instance: Instance, client_as: SignIn, power: Body
) -> None:
    browser = client_as(Role.COORDINATOR)
    answer = browser.post_form("/advisories/new", filled(power))
    assert answer.status_code == 303, answer.text
    with instance.db.reading() as session:
        (advisory,) = queries.advisories(session)
        draft = written(session, queries.latest_revision(session, advisory.id), vault=VAULT)
    wanted = advisories.draft_for(power)
    assert draft.content.attack_method == wanted.content.attack_method
    assert draft.content.signatures == wanted.content.signatures
    assert draft.content.sector_texts == {"electricity": wanted.content.sector_texts["electricity"]}
    assert (draft.tlp, draft.bodies, draft.aliases) == (Tlp.AMBER, wanted.bodies, wanted.aliases)
    assert draft.publication_at == PUBLICATION
    shown = browser.get(answer.location).text
    assert CANARY in shown
    assert advisory.matter.tracking_id in browser.get("/advisories").text


def test_ssvc_news_and_steps_are_typed_and_shown_as_a_list(
    instance: Instance, client_as: SignIn, power: Body
) -> None:
    browser = client_as(Role.COORDINATOR)
    told = {
        "news_ja": "更新が**出た**。",
        "automatable": "yes",
        "technical_impact": "total",
        "not_provided": ["exploitation", "products"],
        "exploitation": "unknown",
        "countermeasures": "fix | 1. 止める\r\n  2. [更新](https://example.com/a)する\r\n\r\n  終わり | https://example.com/",
    }
    answer = browser.post_form("/advisories/new", filled(power) | told)
    assert answer.status_code == 303, answer.text
    with instance.db.reading() as session:
        (advisory,) = queries.advisories(session)
        content = written(session, queries.latest_revision(session, advisory.id), vault=VAULT).content
    assert content.news == Text(ja="更新が**出た**。")
    assert (content.automatable, content.technical_impact) == (Automatable.YES, TechnicalImpact.TOTAL)
    assert content.countermeasures[0].text.ja == "1. 止める\n2. [更新](https://example.com/a)する\n\n終わり"
    page = browser.soup(answer.location)
    assert [each.text for each in page.select("main ol li")][-2:] == ["止める", "更新する"]
    assert "出た" in [each.text for each in page.select("main strong")]
    assert "SSVC exploitation: 製品開発者からの提供なし" in page.text
    assert "攻撃は自動化できます" in page.text


def test_a_bad_signature_is_named_by_its_number_with_the_reason(client_as: SignIn, power: Body) -> None:
    good = "snort | a\nalert tcp any any -> any any (sid:1;)"
    sent = filled(power) | {
        "signatures": f"{good}\n===\nyara | b\nrule b {{ condition: $x }}\n===\nsigma\ntitle: c"
    }
    browser = client_as(Role.COORDINATOR)
    browser.get("/language/en")
    answer = browser.post_form("/advisories/new", sent)
    assert answer.status_code == 422
    (said,) = BeautifulSoup(answer.text, "html.parser").select("#signatures-error")
    assert "No. 2 (line 4): This is not a YARA rule (" in said.text
    assert "No. 3 (line 7): This is not a Sigma rule (logsource)" in said.text
    assert "rule b { condition: $x }" in answer.text


@pytest.mark.usefixtures("power")
def test_every_wrong_field_is_named_at_once_and_what_was_typed_stays(
    instance: Instance, client_as: SignIn
) -> None:
    wrong = {
        "title_ja": "",
        "summary_ja": "typed-before-42",
        "tlp": "PURPLE",
        "publication_at": "0001-01-01T00:00",
        "countermeasure_on": "yesterday",
        "sectors": ["electricity", "moon"],
        "bodies": ["not-a-body"],
        "aliases": "cve",
        "products": "Example | Controller\nonly-a-vendor",
        "vulnerabilities": "CVE-1 | bad",
        "exploitation": "perhaps",
        "automatable": "perhaps",
        "technical_impact": "perhaps",
        "countermeasures": "patch | text",
        "signatures": "snort | no pattern",
        "references": "no address",
        "not_provided": ["everything"],
        "sector_text-gas": "text for a sector that is not chosen",
    }
    answer = client_as(Role.COORDINATOR).post_form("/advisories/new", wrong)
    assert answer.status_code == 422
    for name in wrong.keys() - {"summary_ja", "sector_text-gas"}:
        assert f'id="{name}-error"' in answer.text, name
    for kept in ("typed-before-42", "only-a-vendor", "yesterday", "text for a sector that is not chosen"):
        assert kept in answer.text
    assert "2" in answer.text
    with instance.db.reading() as session:
        assert queries.advisories(session) == []


def test_a_body_of_another_sector_is_refused_beside_its_field(client_as: SignIn, power: Body) -> None:
    sent = filled(power) | {"sectors": ["water"]}
    sent.pop("sector_text-electricity")
    answer = client_as(Role.COORDINATOR).post_form("/advisories/new", sent)
    assert answer.status_code == 422
    assert 'id="bodies-error"' in answer.text


def as_shown(browser: Browser, path: str) -> dict[str, list[str]]:
    """Return what a browser would send if nothing on the page were touched."""
    page = browser.soup(path)
    sent: dict[str, list[str]] = {}
    for field in page.select("main input[name], main textarea[name]"):
        if field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        value = field.get("value", "") if field.name == "input" else field.text.removeprefix("\n")
        sent.setdefault(str(field["name"]), []).append(str(value).replace("\n", "\r\n"))
    for select in page.select("main select[name]"):
        sent[str(select["name"])] = [str(each["value"]) for each in select.select("option[selected]")]
    return sent


def saved_unchanged(instance: Instance, browser: Browser, advisory_id: uuid.UUID) -> tuple[Draft, Draft]:
    path = f"/advisories/{advisory_id}/edit"
    with instance.db.reading() as session:
        before = written(session, queries.latest_revision(session, advisory_id), vault=VAULT)
    answer = browser.client.post(path, data=as_shown(browser, path))
    assert answer.status_code == 303, answer.text
    with instance.db.reading() as session:
        revision = queries.latest_revision(session, advisory_id)
        assert revision.version == 2
        return before, written(session, revision, vault=VAULT)


def test_saving_a_draft_unchanged_changes_nothing(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        gas = advisories.make_body(session, advisories.Readiness(sectors=("gas",)), name="ガス協議会")
        advisory = advisories.make_draft(session, cast, power, gas)
    before, after = saved_unchanged(instance, client_as(Role.COORDINATOR), advisory.id)
    assert after == before


def without_blanks_around(draft: Draft) -> Draft:
    summary = draft.content.summary
    trimmed = Text(ja=summary.ja.strip(), en=summary.en.strip())
    return replace(draft, content=replace(draft.content, summary=trimmed))


@pytest.mark.parametrize("name", ["icsa-22-221-03.json", "icsa-23-355-01.json", "va-24-254-02.json"])
@pytest.mark.usefixtures("power")
def test_an_imported_document_is_a_draft_and_loses_nothing_when_it_is_saved(
    instance: Instance, client_as: SignIn, name: str
) -> None:
    browser = client_as(Role.COORDINATOR)
    sent = {"document": (io.BytesIO((SAMPLES / name).read_bytes()), name)}
    answer = browser.post_form("/advisories/import", sent)
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("/imported")
    with instance.db.reading() as session:
        (advisory,) = queries.advisories(session)
    before, after = saved_unchanged(instance, browser, advisory.id)
    assert after == without_blanks_around(before)
    assert before.content.vulnerabilities
    assert (before.bodies, before.tlp) == (frozenset(), None)
    assert before.content.title.best("en") in browser.soup(f"/advisories/{advisory.id}").text


@pytest.mark.usefixtures("power")
def test_after_an_import_the_page_tells_what_was_left_and_why_and_a_person_chooses_the_sectors(
    instance: Instance, client_as: SignIn
) -> None:
    browser = client_as(Role.COORDINATOR)
    name = "icsa-22-221-03.json"
    sent = {"document": (io.BytesIO((SAMPLES / name).read_bytes()), name)}
    page = browser.post_form("/advisories/import", sent).location
    shown = browser.soup(page)
    told = shown.get_text(" ", strip=True)
    for words in (
        "ICSA-22-221-03",
        "CVE-2022-",
        "/document/publisher/name",
        "CISA",
        "調整機関の名で提供します",
        "この形式の注記を収める項目がありません",
    ):
        assert words in told, words
    offered = [str(each["value"]) for each in shown.select("input[name=sectors]")]
    assert offered == ["gas", "water", "electricity"]  # suggested, of those that there are; then the others
    assert "水道（候補）" in told
    assert shown.select("input[name=sectors][checked]") == []
    version = shown.select_one("input[name=version]")
    assert version
    chosen = {"sectors": ["water"], "version": str(version["value"])}
    assert browser.post_form(page, chosen | {"sectors": ["moon"]}).status_code == 422
    assert browser.post_form(page, chosen).status_code == 303
    with instance.db.reading() as session:
        (advisory,) = queries.advisories(session)
        assert queries.latest_revision(session, advisory.id).sector_codes == {"water"}
    assert browser.post_form(page, chosen).status_code == 422  # it was saved since
    for role in (Role.REVIEWER, Role.CONTACT):
        assert client_as(role).get(page).status_code == 403


def test_an_invalid_document_is_shown_with_every_reason_and_nothing_is_kept(
    instance: Instance, client_as: SignIn
) -> None:
    browser = client_as(Role.COORDINATOR)
    name = "icsa-21-259-01.json"
    sent = {"document": (io.BytesIO((SAMPLES / name).read_bytes()), name)}
    answer = browser.post_form("/advisories/import", sent)
    assert answer.status_code == 422
    assert "/vulnerabilities/2/cwe/name" in answer.text
    assert "6.1.11" in answer.text
    with instance.db.reading() as session:
        assert queries.advisories(session) == []


def test_a_draft_that_was_saved_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        advisory = advisories.make_draft(session, cast, power)
    browser = client_as(Role.COORDINATOR)
    path = f"/advisories/{advisory.id}/edit"
    assert browser.post_form(path, filled(power) | {"version": "1"}).status_code == 303
    late = browser.post_form(path, filled(power) | {"version": "1", "summary_ja": "late-words"})
    assert late.status_code == 422
    assert "late-words" in late.text


def test_a_release_is_signed_by_another_person(
    instance: Instance, client_as: SignIn, cast: Cast, submitted: Advisory
) -> None:
    path = f"/advisories/{submitted.id}/release"
    writer = client_as(account(instance, cast.writer.account_id))
    assert "data-passkey" not in writer.get(path).text
    sent = {"version": "1", "confirmed": "y"}
    assert writer.post_form(path, {**sent, "answer": "{}"}, page="/account").status_code == 422
    other = client_as(account(instance, cast.releaser.account_id))
    assert sign_form(instance, other, path, {"version": "1"}).status_code == 422
    assert other.post_form(path, sent).status_code == 422
    assert state_of(instance, submitted) is State.IN_APPROVAL
    assert sign_form(instance, other, path, sent | {"version": "2"}).status_code == 409
    assert sign_form(instance, other, path, sent).status_code == 303
    assert state_of(instance, submitted) is State.RELEASED
    page = f"/advisories/{submitted.id}"
    with instance.db.reading() as session:
        answer = assertions(session, queries.latest_revision(session, submitted.id).id)[Act.RELEASE].assertion
    again = other.client.post(path, data={**sent, "answer": answer, **token(other, f"{page}/revise")})
    assert again.status_code == 409
    assert "SHA-256" in other.get(page).text


def test_who_wrote_it_cannot_release_it_even_with_a_good_signature(
    instance: Instance, client_as: SignIn, cast: Cast, submitted: Advisory
) -> None:
    with instance.db.transaction() as session:
        asked = advisories.challenge_of(session, submitted.id, Act.RELEASE)
        answer = signed(session, asked, cast.writer).assertion.to_json()
    writer = client_as(account(instance, cast.writer.account_id))
    sent = {"version": "1", "confirmed": "y", "answer": answer}
    path = f"/advisories/{submitted.id}/release"
    assert writer.post_form(path, sent, page=f"/advisories/{submitted.id}").status_code == 403


def test_a_person_without_a_passkey_is_told_where_to_add_one(client_as: SignIn, submitted: Advisory) -> None:
    page = client_as(Role.COORDINATOR).soup(f"/advisories/{submitted.id}/release")
    assert page.select_one("[data-passkey]") is None
    assert page.select_one('main a[href="/account/passkeys/add"]')


def test_both_people_see_the_same_check_characters(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        advisory = advisories.make_draft(session, cast, power)
        assert cast.writer.account_id
        passkey_of(session, cast.writer.account_id)
    page = f"/advisories/{advisory.id}"
    writer = client_as(account(instance, cast.writer.account_id))
    before = [each.text for each in writer.soup(f"{page}/submit").select("#statement-hash")]
    assert sign_form(instance, writer, f"{page}/submit", {"confirmed": "y"}).status_code == 303
    other = client_as(account(instance, cast.releaser.account_id))
    assert [each.text for each in other.soup(f"{page}/release").select("#statement-hash")] == before
    assert len(before) == 1


def test_what_changed_while_the_page_was_open_is_not_what_was_signed(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        advisory = advisories.make_draft(session, cast, power)
        asked = advisories.challenge_of(session, advisory.id, Act.PROPOSE)
        answer = signed(session, asked, cast.writer).assertion.to_json()
        other = replace(advisories.draft_for(power), tlp=Tlp.RED)
        service.save_draft(session, advisory.id, other, version=1, vault=VAULT, by=cast.releaser, now=NOW)
    writer = client_as(account(instance, cast.writer.account_id))
    sent = {"confirmed": "y", "answer": answer}
    assert writer.post_form(f"/advisories/{advisory.id}/submit", sent).status_code == 409
    assert state_of(instance, advisory) is State.DRAFT


def token(browser: Browser, page: str) -> dict[str, str]:
    field = browser.soup(page).find("input", {"name": "csrf_token"})
    return {"csrf_token": str(field["value"])} if field else {}


def test_what_is_missing_is_shown_before_the_release_and_refuses_it(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        advisory = advisories.make_draft(session, cast, power)
        advisories.submit(session, advisory.id, by=cast.writer)
    other = client_as(account(instance, cast.releaser.account_id))
    other.get("/language/en")
    path = f"/advisories/{advisory.id}/release"
    assert "IPA has not recorded its consultation" in other.get(path).text
    refused = sign_form(instance, other, path, {"version": "1", "confirmed": "y"})
    assert refused.status_code == 422
    assert state_of(instance, advisory) is State.IN_APPROVAL


def test_ipa_sees_what_waits_for_it_and_records_once(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        advisory = advisories.make_draft(session, cast, power)
    ipa = client_as(Role.REVIEWER)
    path = f"/advisories/{advisory.id}/consult"
    assert ipa.get(path).status_code == 404
    with instance.db.transaction() as session:
        advisories.submit(session, advisory.id, by=cast.writer)
    assert path in ipa.get("/advisories").text
    assert CANARY in ipa.get(path).text
    assert ipa.post_form(path, {"answer": "agreed"}).status_code == 422
    assert ipa.post_form(path, {"answer": "objected", "confirmed": "y"}).status_code == 422
    assert ipa.post_form(path, {"answer": "agreed", "confirmed": "y"}).status_code == 303
    assert ipa.get(path).status_code == 404
    assert path not in ipa.get("/advisories").text


def test_a_developers_silence_needs_a_reason(client_as: SignIn, submitted: Advisory) -> None:
    browser = client_as(Role.COORDINATOR)
    path = f"/advisories/{submitted.id}/consultations"
    said = {"name": "Zebra Works", "asked_on": "2026-11-10", "answer": "silent"}
    refused = browser.post_form(path, said)
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert "Zebra Works" in refused.text
    assert browser.post_form(path, said | {"reason": "悪用の確認"}).status_code == 303
    assert "Zebra Works" in browser.get(f"/advisories/{submitted.id}").text


def test_an_advisory_is_revised_lifted_and_withdrawn_by_two_people(
    instance: Instance, client_as: SignIn, cast: Cast, power: Body
) -> None:
    with instance.db.transaction() as session:
        ids = [advisories.make_release(session, cast, power).advisory_id for _ in range(2)]
    writer = client_as(account(instance, cast.writer.account_id))
    other = client_as(account(instance, cast.releaser.account_id))
    lifted, withdrawn = (f"/advisories/{each}" for each in ids)
    assert writer.post_form(f"{lifted}/revise", {"kind": "update"}).location == f"{lifted}/edit"
    assert writer.get(f"{lifted}/lift").status_code == 409
    yes = {"version": "1", "confirmed": "y"}
    assert sign_form(instance, writer, f"{lifted}/submit", yes).status_code == 422  # it has a twin
    yes |= {"looked_at": "y", "shown": str(ids[1])}
    assert sign_form(instance, writer, f"{lifted}/submit", yes).status_code == 303
    assert sign_form(instance, other, f"{lifted}/release", yes).status_code == 303
    assert writer.post_form(f"{lifted}/lift", {"parts": ["summary"]}).status_code == 422
    sent = {"parts": ["summary", "references"], "confirmed": "y"}
    assert writer.post_form(f"{lifted}/lift", sent).location == f"{lifted}/submit"
    assert writer.get(f"{lifted}/edit").status_code == 409
    assert sign_form(instance, writer, f"{lifted}/submit", yes).status_code == 303
    assert sign_form(instance, other, f"{lifted}/release", yes).status_code == 303
    assert writer.post_form(f"{withdrawn}/withdraw", {"confirmed": "y"}).status_code == 422
    why = {"reason_ja": "誤報", "duties_ja": "渡さない", "confirmed": "y"}
    assert writer.post_form(f"{withdrawn}/withdraw", why).location == f"{withdrawn}/submit"
    assert sign_form(instance, writer, f"{withdrawn}/submit", yes).status_code == 303
    assert sign_form(instance, other, f"{withdrawn}/release", yes).status_code == 303
    with instance.db.reading() as session:
        states = [queries.advisory(session, each).state for each in ids]
        kinds = [release.kind for release in queries.releases(session, ids[0])]
    assert states == [State.LIFTED, State.WITHDRAWN]
    assert kinds == [Kind.NEW, Kind.UPDATE, Kind.LIFTED]
    assert other.get(withdrawn).status_code == 200


def test_sending_back_lets_the_writer_go_on(
    instance: Instance, client_as: SignIn, cast: Cast, submitted: Advisory
) -> None:
    other = client_as(account(instance, cast.releaser.account_id))
    page = f"/advisories/{submitted.id}"
    assert other.get(f"{page}/edit").status_code == 409
    assert other.post_form(f"{page}/send-back", page=page).status_code == 303
    assert other.get(f"{page}/edit").status_code == 200


def test_a_revision_can_be_dropped(instance: Instance, client_as: SignIn, cast: Cast, power: Body) -> None:
    with instance.db.transaction() as session:
        advisory_id = advisories.make_release(session, cast, power).advisory_id
    writer = client_as(account(instance, cast.writer.account_id))
    page = f"/advisories/{advisory_id}"
    writer.post_form(f"{page}/revise", {"kind": "correction"})
    assert writer.post_form(f"{page}/drop", page=page).status_code == 303
    with instance.db.reading() as session:
        assert queries.latest_revision(session, advisory_id).number == 1


@pytest.mark.usefixtures("power")
def test_submitting_an_empty_draft_goes_back_to_the_form(client_as: SignIn) -> None:
    browser = client_as(Role.COORDINATOR)
    page = browser.post_form("/advisories/new", {"title_ja": "題名だけ", "exploitation": "none"}).location
    refused = browser.get(f"{page}/submit")
    assert refused.location == f"{page}/edit"


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CONTACT, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_opens_any_page(client_as: SignIn, submitted: Advisory, role: Role) -> None:
    browser = client_as(role)
    page = f"/advisories/{submitted.id}"
    for path in (
        "/advisories",
        "/advisories/new",
        "/advisories/import",
        page,
        f"{page}/consult",
        f"{page}/release",
    ):
        assert browser.get(path).status_code == 403, path


def test_a_reviewer_opens_no_page_of_the_coordinators(client_as: SignIn, submitted: Advisory) -> None:
    browser = client_as(Role.REVIEWER)
    page = f"/advisories/{submitted.id}"
    for path in ("/advisories/new", page, f"{page}/edit", f"{page}/release", f"{page}/lift"):
        assert browser.get(path).status_code == 403, path


@pytest.mark.usefixtures("submitted")
def test_an_unknown_advisory_is_not_found(client_as: SignIn) -> None:
    browser = client_as(Role.COORDINATOR)
    unknown = "/advisories/00000000-0000-4000-8000-000000000000"
    for page in ("", "/edit", "/release", "/revise", "/lift", "/withdraw", "/consultations"):
        assert browser.get(unknown + page).status_code == 404, page


@pytest.mark.usefixtures("power")
def test_markup_in_a_title_is_shown_and_not_run(client_as: SignIn) -> None:
    browser = client_as(Role.COORDINATOR)
    page = browser.post_form(
        "/advisories/new", {"title_ja": "<script>alert(1)</script>", "exploitation": "none"}
    ).location
    for path in (page, "/advisories", f"{page}/edit"):
        assert "<script>alert" not in browser.get(path).text


@pytest.mark.parametrize(
    ("name", "document"),
    [("not JSON", b"{"), ("not CSAF", b"{}"), ("nothing", b""), ("invalid", INVALID)],
)
def test_a_document_that_is_no_csaf_is_refused_with_its_reason(
    client_as: SignIn, name: str, document: bytes
) -> None:
    browser = client_as(Role.COORDINATOR)
    sent = {"document": (io.BytesIO(document), f"{name}.json")}
    refused = browser.post_form("/advisories/import", sent)
    assert refused.status_code == 422
    assert 'id="document-error"' in refused.text


def test_the_page_of_a_release_warns_of_a_signing_subkey_that_ends_too_early(
    instance: Instance, submitted: Advisory, client_as: SignIn, tmp_path: Path
) -> None:
    path, warning = f"/advisories/{submitted.id}/release", "priority-hub keys rotate"
    coordinator = client_as(Role.COORDINATOR)
    assert warning in coordinator.get(path).text  # there is no certificate at all
    create_hub_key(
        name="Hub",
        email="hub@hub.example.jp",
        signing_home=tmp_path / "gnupg",
        escrow=tmp_path / "escrow.asc",
        certificate_file=instance.config.certificate_file,
        gpg=GPG,
        now=datetime.now(UTC),
    )
    end = hub_certificate.read(instance.config.certificate_file, gpg=GPG).signing[0].expires_at
    assert end
    for days, warned in ((91, False), (89, True)):
        with instance.db.transaction() as session:
            queries.latest_revision(session, submitted.id).publication_at = end - timedelta(days=days)
        assert (warning in coordinator.get(path).text) is warned
