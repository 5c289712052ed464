"""What goes on for years: the agreement's next term, the body's own upkeep, problems, bodies without an
application, and at the end the certificate of destruction."""

from datetime import timedelta

from hub.core.clock import JST, system_clock
from hub.demo.documents import pdf
from tests.journeys.stage import Stage
from tests.support.openings import filled

DEPUTY = "副窓口 三郎"
MEMBER = "新規会員株式会社"
PROBLEM = "件名に気付くまで半日かかった。"


def the_agreement_is_amended_and_renewed(stage: Stage) -> None:
    coordinator, today = stage.people["coordinator"], system_clock().astimezone(JST).date()
    signed = stage.place.recipients / "renewed.pdf"
    signed.write_bytes(pdf(f"Renewal - {stage.part.name_en}"))
    coordinator.follows("契約の変更を記録する")
    coordinator.presses("変更を記録する")
    assert set(coordinator.problems()) == {"agreed_on", "summary", "document"}
    coordinator.types({"agreed_on": f"{today}", "summary": "第10条の期間", "document": signed})
    coordinator.presses("変更を記録する")
    coordinator.reads("契約の変更を記録しました。", "第10条の期間")
    coordinator.follows("次期の契約を記録する")
    coordinator.presses("契約を更新する")
    days = {"decided_on", "starts_on", "ends_on"}
    assert set(coordinator.problems()) == {"body_signer", "jpcert_signer", "document", *days}
    first = today + timedelta(days=3 * 365)
    coordinator.types({"body_signer": "代表理事 見本 太郎", "jpcert_signer": "理事 調整 太郎"})
    coordinator.types({"decided_on": f"{today}", "starts_on": f"{first}"})
    coordinator.types({"ends_on": f"{first + timedelta(days=365)}", "document": signed})
    coordinator.presses("契約を更新する")
    coordinator.reads("契約を更新しました。", "前期の契約")


def the_contact_names_a_deputy_who_leaves_again(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.follows("自組織の登録内容")
    contact.follows("登録内容の年次確認")
    contact.follows("連絡窓口の追加")
    contact.presses("招待メールを送る")
    assert set(contact.problems()) == {"kind-0", "name", "department", "email", "telephone"}
    contact.types({"kind": "deputy", "name": DEPUTY, "department": "総務課"})
    contact.types({"email": "deputy.three@example.jp", "telephone": "03-7777-0000"})
    contact.presses("招待メールを送る")
    contact.reads("本人に招待メールを送りました。", DEPUTY, "有効な番号はまだありません")
    contact.follows(DEPUTY)
    contact.types({"kind": "out-of-hours"})
    contact.presses("窓口の区分を変更する")
    contact.reads("窓口の区分を変更しました。")
    contact.follows(DEPUTY)
    contact.presses("退任を記録する")
    assert set(contact.problems()) == {"sure"}
    contact.types({"sure": True})
    contact.presses("退任を記録する")
    contact.reads("退任を記録しました。")


def the_contact_keeps_the_roster_and_the_requirements(stage: Stage) -> None:
    contact, today = stage.people["contact"], system_clock().astimezone(JST).date()
    contact.follows("会員事業者と覚書")
    contact.follows("会員事業者の追加")
    contact.presses("会員事業者を追加する")
    assert {"name", "corporate_number", "critical-0"} <= set(contact.problems())
    contact.types({"name": MEMBER, "corporate_number": "7000012050002", "critical": "yes"})
    contact.presses("会員事業者を追加する")
    contact.reads("会員事業者を追加しました。")
    contact.follows(MEMBER)
    contact.types({"memorandum_on": f"{today}"})
    contact.presses("保存する")
    contact.reads("会員事業者の覚書を記録しました。")
    contact.follows(MEMBER)
    contact.presses("名簿から外す")
    contact.reads("会員事業者を名簿から外しました。")
    contact.follows("自組織の登録内容")
    contact.follows("3要件の充足状況と有効期間")
    contact.presses("3要件を1年間有効として確認する")
    assert set(contact.problems()) == {"sure"}
    contact.types({"sure": True})
    contact.presses("3要件を1年間有効として確認する")
    contact.reads("3要件の確認を記録しました。")
    contact.follows("登録内容の年次確認")
    contact.presses("登録内容に誤りはありません")
    contact.reads("登録内容の確認を記録しました。")


def a_problem_is_told_and_solved(stage: Stage) -> None:
    contact, coordinator = stage.people["contact"], stage.people["coordinator"]
    contact.follows("自組織の運用状況、生じた問題、廃棄証明")
    contact.follows("試行運用で生じた問題")
    contact.presses("問題を記録する")
    assert set(contact.problems()) == {"text"}
    contact.types({"text": PROBLEM})
    contact.presses("問題を記録する")
    contact.reads("問題を記録しました。")
    coordinator.follows("申請組織")
    coordinator.follows(stage.part.name)
    coordinator.follows("準備状況、試行運用、本格運用")
    coordinator.presses("決定を記録する")
    assert set(coordinator.problems()) == {"decision-0", "consulted_on", "consultation"}
    coordinator.follows("試行運用で生じた問題")
    coordinator.follows(PROBLEM)
    coordinator.presses("解決を記録する")
    assert set(coordinator.problems()) == {"solution"}
    coordinator.types({"solution": "振り分け規則を配布した。"})
    coordinator.presses("解決を記録する")
    coordinator.reads("解決を記録しました。", "解決済み")


def a_body_without_an_application_needs_two_people(stage: Stage) -> None:
    coordinator, second = stage.people["coordinator"], stage.people["second"]
    coordinator.follows("申請組織")
    coordinator.follows("申請によらない組織")
    coordinator.follows("提供中の組織の引継ぎ")
    coordinator.presses("登録を提案する")
    assert {"consultation", "operation-0", "contract", "main-email"} <= set(coordinator.problems())
    coordinator.opens("/openings")
    coordinator.follows("例外手続による組織の登録")
    coordinator.presses("登録を提案する")
    assert {"consultation", "name_ja", "sectors-0", "operator-how"} <= set(coordinator.problems())
    coordinator.types({name: value for name, value in filled().items() if isinstance(value, str | list)})
    coordinator.presses("登録を提案する")
    coordinator.reads("登録を提案しました。", "申出中")
    second.opens("/")
    second.follows("申請によらない組織の登録を承認する")
    second.follows("港湾協議会")
    second.presses("登録を承認する")
    second.reads("登録を承認しました。")
    coordinator.opens(second.address)
    coordinator.presses("登録を取り消す")
    coordinator.reads("登録を取り消しました。")


def the_body_leaves_and_certifies_the_destruction(stage: Stage) -> None:
    contact, coordinator = stage.people["contact"], stage.people["coordinator"]
    coordinator.follows("申請組織")
    coordinator.follows(stage.part.name)
    coordinator.follows("準備状況、試行運用、本格運用")
    coordinator.types({"move": "leave", "reason": "解散に伴い離脱する。"})
    coordinator.presses("変更を記録する")
    contact.opens(stage.mailed(contact, "/destructions/"))
    contact.presses("廃棄証明を提出する")
    assert set(contact.problems()) == {"signer", "destroyed_on", "members_too-0", "statement"}
    today = system_clock().astimezone(JST).date()
    contact.types({"signer": "代表理事 見本 太郎", "destroyed_on": f"{today}", "members_too": "yes"})
    contact.types({"statement": "媒体を破砕し、電子データを消去した。"})
    contact.presses("廃棄証明を提出する")
    contact.reads("廃棄証明を JPCERT/CC に提出しました。", "提出済み")
    coordinator.opens("/")
    coordinator.follows("提出された廃棄証明を確認する")
    coordinator.follows(stage.part.name)
    coordinator.presses("組織に差し戻す")
    assert set(coordinator.problems()) == {"remarks"}
    coordinator.presses("廃棄証明を受理する")
    coordinator.reads("廃棄証明を受理しました。", "受理")
