"""A body applies, IPA returns the form with a remark, the body corrects it, IPA accepts it."""

from hub.demo.applying import MEASURES
from hub.demo.documents import make_documents
from tests.journeys.someone import Value
from tests.journeys.stage import Stage

REMARK = "代表者の役職を、登記のとおりに記入してください。"
REQUIRED = {
    *("name_en", "corporate_number", "address", "representative", "body_kind-0", "is_operator-0"),
    *("sectors-0", "main-name", "main-department", "main-email", "main-telephone", "members"),
    *(f"{part}-{name}" for part in MEASURES for name in ("how", "by_whom", "evidence")),
    *("articles", "outline", "chart", "member_list", "evidence"),
}


def a_visitor_asks_for_an_account(stage: Stage) -> None:
    applicant = stage.enter("applicant", f"office@{stage.part.domain}", "事務 太郎")
    applicant.opens("/")
    applicant.follows("申請を始める")
    applicant.presses("リンクを送信する")
    assert set(applicant.problems()) == {"organisation", "name", "email"}
    applicant.types({"organisation": stage.part.name, "name": applicant.name, "email": applicant.email})
    applicant.presses("リンクを送信する")
    applicant.reads("メールを送信しました", "72 時間以内")
    applicant.sets_up(stage.mailed(applicant, "/set-up/"))
    applicant.signs_out()
    applicant.signs_in()


def an_empty_form_names_every_required_field_and_keeps_what_was_typed(stage: Stage) -> None:
    applicant = stage.people["applicant"]
    applicant.follows("申請書に記入して提出する")
    applicant.follows("新しい申請")
    applicant.types({"name_ja": stage.part.name, "deputy-name": "代理 花子"})
    applicant.presses("申請書を提出する")
    left_out = {"deputy-department", "deputy-email", "deputy-telephone"}
    assert set(applicant.problems()) == REQUIRED | left_out
    unnamed = ".govuk-form-group:has(.hub-required):not(.govuk-form-group--error) [id]:not([id$=-hint])"
    assert applicant.page.locator(unnamed).get_attribute("id") == "name_ja"
    assert applicant.page.locator("[name=name_ja]").input_value() == stage.part.name
    assert applicant.page.locator("[name=deputy-name]").input_value() == "代理 花子"
    assert applicant.page.title().startswith("エラー")


def the_application_is_filed(stage: Stage) -> None:
    applicant, part = stage.people["applicant"], stage.part
    folder = stage.place.recipients / "documents"
    documents = make_documents(folder, roster=part.roster, organisation=part.name_en)
    applicant.types({"deputy-name": "", **_form(stage), **documents, "members": f"{part.roster}\n壊れた行"})
    applicant.presses("申請書を提出する")
    assert set(applicant.problems()) == {"members"}
    applicant.reads("4 行目")
    applicant.types({"members": part.roster, **documents})
    applicant.presses("申請書を提出する")
    applicant.reads("申請書を受け付けました", "受付番号")
    applicant.follows("申請書を表示する")
    assert applicant.saves("articles.pdf").startswith(b"%PDF")
    applicant.follows("申請を取り下げる")
    applicant.follows("戻る")


def ipa_returns_it_with_a_remark(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/")
    reviewer.follows("申請を審査する")
    reviewer.follows("R20")
    reviewer.presses("審査を開始する")
    assert reviewer.saves("chart.pdf").startswith(b"%PDF")
    reviewer.presses("申請者に差し戻す")
    assert set(reviewer.problems()) == {"remarks"}
    reviewer.types({"remarks": REMARK})
    reviewer.presses("申請者に差し戻す")
    reviewer.reads("申請書を差し戻しました", "差戻し（補正待ち）")


def the_applicant_corrects_it(stage: Stage) -> None:
    applicant = stage.people["applicant"]
    applicant.opens(stage.mailed(applicant, "/applications/"))
    applicant.reads(REMARK)
    applicant.follows("申請書の補正")
    applicant.reads(REMARK, "次の書類は提出済みです")
    assert applicant.page.locator("[name=address]").input_value() == _form(stage)["address"]
    applicant.types({"representative": "代表理事 見本 太郎"})
    applicant.presses("補正した申請書を再提出する")
    applicant.reads("申請書を受け付けました")
    applicant.opens("/applications")


def ipa_accepts_it(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/review")
    reviewer.follows("R20")
    reviewer.reads("代表理事 見本 太郎", REMARK)
    reviewer.presses("審査を開始する")
    reviewer.presses("申請書を不受理とする")
    assert set(reviewer.problems()) == {"condition-0"}
    reviewer.presses("受理し、ひな形を送付する")
    reviewer.reads("申請書を受理しました。")
    reviewer.opens("/review")
    reviewer.reads("手続を終えた申請", "受理")


def contact_email(stage: Stage) -> str:
    return f"contact@{stage.part.domain}"


def _form(stage: Stage) -> dict[str, Value]:
    part = stage.part
    contact = {
        "name": "窓口 次郎",
        "department": "情報共有室",
        "email": contact_email(stage),
        "telephone": "03-0000-0000",
    }
    return {
        "name_ja": part.name,
        "name_en": part.name_en,
        "corporate_number": part.corporate_number,
        "address": "東京都千代田区霞が関一丁目1番1号",
        "representative": "見本 太郎",
        "body_kind": "isac",
        "is_operator": "no",
        "sectors": [part.sector],
        **{f"main-{name}": value for name, value in contact.items()},
        **{f"{name}-how": how for name, (how, _) in MEASURES.items()},
        **{f"{name}-by_whom": by_whom for name, (_, by_whom) in MEASURES.items()},
        **{f"{name}-evidence": "情報管理規程 第2章" for name in MEASURES},
    }
