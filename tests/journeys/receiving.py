"""The contact reads the notice, opens the mail with gpg and sends the receipt; a notice ends."""

import re
import time

from hub.core.clock import JST, system_clock
from hub.demo.letterbox import text_of
from hub.demo.people import LOOK_EVERY, MAIL_LIMIT
from tests.journeys.advising import release, submit, tracking_id
from tests.journeys.connecting import letterbox
from tests.journeys.stage import Stage

RECEIPT = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")
REASON, DUTIES = "影響を受ける版がないことが分かった。", "公表日まで引き続き秘密として扱う。"


def the_contact_reads_the_notice(stage: Stage) -> None:
    contact, story = stage.people["contact"], stage.story
    wait_for_notices(stage, 1)
    contact.opens("/")
    contact.follows("優先情報を開き、受領確認を送る")
    contact.follows("PI-")
    contact.reads(story.title, story.product, story.fix, story.workaround, story.canary, "TLP:AMBER")
    contact.is_shown("notice")
    paper = contact.on_paper()
    mark = f"{tracking_id(contact)} r1 TLP:AMBER"
    assert paper.count(mark) == 2  # browsers print both again on every sheet
    assert paper.splitlines()[0].endswith(f"JST {contact.name}")
    assert story.canary in paper
    for on_the_screen in ("サインアウト", "受領確認を送る", "回答を送信する", "メニュー", "運営："):
        assert on_the_screen not in paper
    contact.follows("English")
    contact.reads(story.title_en, "Send the receipt", "Sign out")
    assert contact.page.locator("html").get_attribute("lang") == "en"
    contact.follows("日本語")
    contact.reads("受領確認を送る")
    assert story.canary in contact.saves("STIX 2.1").decode()


def the_code_of_the_encrypted_mail_is_the_receipt(stage: Stage) -> None:
    contact, box = stage.people["contact"], letterbox(stage)
    contact.presses("受領確認を送る")
    assert set(contact.problems()) == {"code"}
    contact.types({"code": "AAAA-BBBB-CCCC-DDDD"})
    contact.presses("受領確認を送る")
    assert contact.problems() == {"code": "貴組織あての優先情報の受領確認コードではありません。"}
    (notice,) = box.notices(unseen=stage.story.secrets)
    found = RECEIPT.search(text_of(notice))
    assert found is not None
    contact.types({"code": found[0]})
    contact.presses("受領確認を送る")
    contact.reads("受領確認を記録しました。", "開封日時：")
    second = stage.people["second"]
    second.opens("/delivery")
    second.follows(tracking_id(contact))
    row = second.page.get_by_role("row").filter(has_text=contact.name)
    assert "閲覧済み" in row.inner_text()


def nothing_is_to_be_confirmed_before_the_hour(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/advisories/published")
    coordinator.reads("公表日時になっても、取扱制限は自動では解除されません。", "該当するものはありません")
    coordinator.follows("戻る")
    coordinator.page.get_by_role("row").filter(has_text=stage.story.title).get_by_role("link").click()
    coordinator.follows("予定より早く公表されたことを記録する")
    coordinator.types({"public_since": "2099-01-01T09:00"})
    coordinator.presses("予定より早く公表された：取扱制限の解除に進む")
    assert coordinator.problems() == {"public_since": "この日時はまだ到来していません"}


def ipa_records_that_the_finder_was_told(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/")
    reviewer.follows("提供後の発見者への連絡を行う")
    reviewer.follows("PI-")
    reviewer.types({"outcome": "told"})
    reviewer.presses("記録する")
    assert set(reviewer.problems()) == {"told_on"}
    reviewer.types({"outcome": "told", "told_on": f"{system_clock().astimezone(JST).date()}"})
    reviewer.presses("記録する")
    reviewer.reads("記録しました", "該当するものはありません")


def a_leak_is_recorded_and_decided_on(stage: Stage) -> None:
    coordinator, reviewer = stage.people["coordinator"], stage.people["reviewer"]
    coordinator.follows("戻る")
    coordinator.follows("漏えいを記録する")
    coordinator.presses("漏えいを記録する")
    assert set(coordinator.problems()) == {"how", "what"}
    coordinator.types({"how": "利用者からの連絡", "what": "製品名と公表日"})
    coordinator.presses("漏えいを記録する")
    coordinator.follows("この漏えいへの対応を決定する")
    coordinator.types({"move": "leave", "reason": "攻撃の手順は広まっていない。"})
    coordinator.presses("決定を記録する")
    coordinator.reads("決定を記録しました", "攻撃の手順は広まっていない。")
    reviewer.opens("/advisories/leaks")
    reviewer.reads("利用者からの連絡", "公表の前倒しなし")


def a_follow_up_and_a_withdrawal_arrive(stage: Stage) -> None:
    coordinator, second = stage.people["coordinator"], stage.people["second"]
    coordinator.opens("/advisories")
    coordinator.page.get_by_role("row").filter(has_text=stage.story.title).get_by_role("link").click()
    coordinator.follows("公表後に取扱制限を解除する")
    coordinator.presses("解除を提案する")
    assert coordinator.problems() == {"confirmed": "続けるには確認が必要です"}
    coordinator.follows("戻る")
    coordinator.follows("次の版を作成する")
    coordinator.types({"kind": "update"})
    coordinator.presses("下書きを開く")
    coordinator.types({"summary_ja": f"続報: 更新の提供が始まった。{stage.story.summary}"})
    coordinator.presses("下書きを保存する")
    coordinator.follows("承認を求める")
    submit(coordinator)
    page = coordinator.address
    second.opens(f"{page}/release")
    release(second)
    coordinator.opens(page)
    coordinator.follows("取り下げる")
    coordinator.presses("取下げを提案する")
    assert "confirmed" in coordinator.problems()
    coordinator.types({"reason_ja": REASON, "duties_ja": DUTIES, "confirmed": True})
    coordinator.presses("取下げを提案する")
    submit(coordinator)
    second.opens(f"{page}/release")
    release(second)
    second.reads("これ以上の手続きはありません。")
    wait_for_notices(stage, 3)


def the_contact_is_told_what_remains(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.opens("/notices")
    contact.follows("メールの振り分けルール")
    contact.reads("[PRIORITY] かつ [NEW]")
    contact.follows("戻る")
    contact.reads("r1", "r2", "r3", "続報", "取下げ")
    contact.follows("PI-")
    contact.reads(REASON, DUTIES)
    assert any(f"{tracking_id(contact)} r3" in str(each["Subject"]) for each in letterbox(stage).notices())


def the_auditor_finds_who_did_it(stage: Stage) -> None:
    auditor = stage.people["auditor"]
    auditor.opens("/")
    auditor.follows("監査ログ")
    for act in ("account.signed-out", "delivery.opened"):
        auditor.opens(f"/log?action={act}")
        auditor.reads(act)
    auditor.page.locator("[name=action]").fill("advisory.")
    auditor.presses("表示")
    shown = auditor.page.locator("main").inner_text()
    assert "one@jpcert.example.jp" in shown
    assert "two@jpcert.example.jp" in shown
    assert stage.story.title not in shown
    auditor.opens("/advisories")
    auditor.reads("このページを開く権限がありません")


def everybody_goes_home(stage: Stage) -> None:
    for role in ("contact", "coordinator", "second", "reviewer", "auditor", "applicant"):
        stage.people[role].opens("/")
        stage.people[role].signs_out()


def wait_for_notices(stage: Stage, count: int) -> None:
    until = time.monotonic() + MAIL_LIMIT
    while len(list(letterbox(stage).notices())) < count:
        assert time.monotonic() < until, f"no {count} notices within {MAIL_LIMIT:.0f} s"
        time.sleep(LOOK_EVERY)
