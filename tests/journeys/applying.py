"""A body applies, IPA returns the form with a remark, the body corrects it, IPA accepts it."""

from hub.demo.applying import EDITION, MEASURES, STEPS
from hub.demo.documents import make_documents
from sectors.applications.items import Item
from tests.journeys.someone import Value
from tests.journeys.stage import Stage

REMARK = "代表者の役職を、登記のとおりに記入してください。"
REQUIRED = {
    "organisation": {
        "name_en",
        "corporate_number",
        "address",
        "representative",
        "body_kind-0",
        "is_operator-0",
    },
    "sectors": {"sectors-0"},
    "contacts": {"main-name", "main-department", "main-email", "main-telephone"},
    "members": {"members"},
    "requirements": {f"{part}-{name}" for part in MEASURES for name in ("how", "by_whom", "evidence")},
    "attachments": {"articles", "outline", "chart", "member_list", "evidence"},
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


def a_visitor_reads_about_the_scheme(stage: Stage) -> None:
    applicant = stage.people["applicant"]
    applicant.opens("/scheme")
    applicant.reads("申請できる分野", "用意するもの", "P ガイドライン")
    assert applicant.saves("申請書の様式（PDF・未記入）").startswith(b"%PDF")
    assert applicant.saves("会員事業者一覧のひな形").decode("utf-8-sig").startswith("名称,法人番号")


def an_empty_form_names_every_required_field_and_keeps_what_was_typed(stage: Stage) -> None:
    applicant = stage.people["applicant"]
    applicant.opens("/")
    applicant.follows("申請書に記入して提出する")
    applicant.follows("申請書に記入する")
    applicant.reads("6 項目のうち 0 項目")
    applicant.follows("1. 組織")
    applicant.types({"name_ja": stage.part.name})
    applicant.presses("保存して次へ進む")
    assert set(applicant.problems()) == REQUIRED["organisation"]
    unnamed = ".govuk-form-group:has(.hub-required):not(.govuk-form-group--error) [id]:not([id$=-hint])"
    assert applicant.page.locator(unnamed).get_attribute("id") == "name_ja"
    assert applicant.page.title().startswith("エラー")
    for step in list(REQUIRED)[1:]:
        applicant.opens(f"/applications/form/{step}")
        applicant.presses("保存して次へ進む")
        assert set(applicant.problems()) == REQUIRED[step]
    applicant.opens("/applications/form/organisation")
    assert applicant.page.locator("[name=name_ja]").input_value() == stage.part.name


def the_application_is_filled_in_and_filed(stage: Stage) -> None:
    applicant, part = stage.people["applicant"], stage.part
    folder = stage.place.recipients / "documents"
    values = _form(stage) | make_documents(folder, roster=part.roster, organisation=part.name_en)
    broken = folder / "broken.csv"
    broken.write_text(f"{part.roster}\n壊れた行\n", encoding="utf-8")
    for step, names in STEPS.items():
        if step == "members":
            applicant.types({"roster_file": broken})
            applicant.presses("保存して次へ進む")
            assert set(applicant.problems()) == {"roster_file"}
            applicant.reads("取り込めない行", "4")
        applicant.types({name: value for name, value in values.items() if name.startswith(names)})
        applicant.presses("保存して中断する" if step == "contacts" else "保存して次へ進む")
        if step == "contacts":
            applicant.reads("6 項目のうち 3 項目")
            applicant.is_shown("application")
            applicant.follows("4. 会員事業者")
    applicant.reads("6 項目のうち 6 項目")
    assert applicant.saves("記入済みの申請書（PDF）").startswith(b"%PDF")
    applicant.follows("記入内容を破棄する")
    applicant.follows("戻る")
    applicant.follows("確認と提出")
    applicant.presses("申請書を提出する")
    applicant.reads("申請書を受け付けました", "受付番号", "審査終了予定日")
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
    reviewer.types(_found_in_order())
    reviewer.presses("申請者に差し戻す")
    reviewer.reads("補正が必要な項目の印を外し")
    reviewer.is_shown("review")
    reviewer.types({"tick-organisation": False, "remark-organisation": REMARK})
    reviewer.presses("審査結果を保存する")
    reviewer.reads("審査結果を保存しました")
    reviewer.presses("申請者に差し戻す")
    reviewer.reads("申請書を差し戻しました", "差戻し（補正待ち）")


def the_applicant_corrects_it(stage: Stage) -> None:
    applicant = stage.people["applicant"]
    applicant.opens(stage.mailed(applicant, "/applications/"))
    applicant.reads(REMARK)
    applicant.follows("申請書の補正")
    applicant.reads(REMARK, "補正不要")
    applicant.follows("1. 組織")
    applicant.reads(REMARK)
    assert applicant.page.locator("[name=address]").input_value() == _form(stage)["address"]
    applicant.types({"representative": "代表理事 見本 太郎"})
    applicant.presses("保存して次へ進む")
    applicant.follows("確認と提出")
    applicant.presses("補正した申請書を再提出する")
    applicant.reads("申請書を受け付けました")
    applicant.opens("/applications")


def ipa_accepts_it(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/review")
    reviewer.follows("R20")
    reviewer.reads("補正による変更", "代表理事 見本 太郎", REMARK)
    reviewer.presses("審査を開始する")
    reviewer.presses("申請書を不受理とする")
    assert set(reviewer.problems()) == {"condition-0"}
    reviewer.types(_found_in_order())
    reviewer.presses("受理し、ひな形を送付する")
    reviewer.reads("申請書を受理しました。")
    reviewer.opens("/review")
    reviewer.reads("手続を終えた申請", "受理")


def ipa_records_to_whom_the_scheme_was_announced(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/announcements")
    reviewer.follows("周知を記録する")
    reviewer.presses("周知を記録する")
    assert set(reviewer.problems()) == {"industry_body", "means-0", "announced_on"}
    told = {"industry_body": "日本水道団体連合会", "means": "meeting", "announced_on": "2026-04-01"}
    reviewer.types(told)
    reviewer.presses("周知を記録する")
    reviewer.reads("周知を記録しました。", "日本水道団体連合会", "会議・説明会")


def jpcert_keeps_the_list_of_sectors(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/sectors")
    coordinator.follows("分野を追加する")
    coordinator.types({"code": "ports", "ja": "港湾", "en": "Ports", "stix_sectors": ["transportation"]})
    coordinator.types({"valid_from": "2024-06-01"})
    coordinator.presses("分野を追加する")
    assert set(coordinator.problems()) == {"guideline"}
    coordinator.types({"guideline": "P ガイドライン (2024-06)"})
    coordinator.presses("分野を追加する")
    coordinator.reads("分野を追加しました。", "港湾", "P ガイドライン (2024-06)")
    coordinator.opens("/sectors/ports/end")
    coordinator.follows("戻る")
    coordinator.follows("行動計画の版を追加する")
    coordinator.types(
        {"name": "重要インフラのサイバーセキュリティに係る行動計画（例）", "decided_on": "2026-06-17"}
    )
    coordinator.presses("版を追加する")
    coordinator.reads("行動計画の版を追加しました。")


def _found_in_order() -> dict[str, Value]:
    return {f"tick-{item.replace(' ', '-')}": True for item in Item}


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
        "roster_edition": EDITION,
        "members": part.roster,
        **{f"main-{name}": value for name, value in contact.items()},
        **{f"{name}-how": how for name, (how, _) in MEASURES.items()},
        **{f"{name}-by_whom": by_whom for name, (_, by_whom) in MEASURES.items()},
        **{f"{name}-evidence": "情報管理規程 第2章" for name in MEASURES},
    }
