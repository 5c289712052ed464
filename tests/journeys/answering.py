"""Nobody answers, so somebody calls; then the contact answers, and the board tells of it."""

from datetime import timedelta

from feeds.reminders import sending
from hub.core.instance import open_instance
from tests.journeys.advising import tracking_id
from tests.journeys.stage import Stage

SILENCE = timedelta(hours=30)
REMARK = "留守番電話に管理番号を残した。"


def silence_ends_on_the_call_list(stage: Stage) -> None:
    hub = open_instance(stage.config)
    sending.look(hub, {}, hub.clock() + SILENCE)
    hub.db.dispose()
    second = stage.people["second"]
    second.opens("/")
    second.follows("電話連絡が必要な申請組織を確認する")
    second.reads(stage.part.name, "要連絡")


def a_call_is_recorded(stage: Stage) -> None:
    second = stage.people["second"]
    second.follows("電話連絡を記録する")
    second.presses("電話連絡を記録する")
    assert set(second.problems()) == {"outcome-0"}
    second.types({"outcome": "not-reached", "remark": REMARK})
    second.presses("電話連絡を記録する")
    second.reads("電話連絡を記録しました。", "1回")
    second.follows("電話連絡を記録する")
    second.reads(REMARK, "連絡つかず")


def the_rules_of_reminding_are_changed(stage: Stage) -> None:
    second = stage.people["second"]
    second.opens("/reminders/rules")
    second.page.get_by_role("row").filter(has_text="第一報").get_by_role("link").click()
    second.types({"second": "4"})
    second.presses("保存する")
    assert set(second.problems()) == {"call"}
    second.types({"second": "6"})
    second.presses("保存する")
    second.reads("6時間")
    second.follows("再通知を控える時間帯を変更する")
    second.types({"begins": "21"})
    second.presses("保存する")
    second.reads("日本時間の21時から7時まで")


def the_contact_answers_and_tells_of_passing_on(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.opens("/notices")
    contact.follows("PI-")
    contact.presses("回答を送信する")
    assert set(contact.problems()) == {"choice-0"}
    contact.types({"choice": "checking", "text": "会員事業者に確認している。"})
    contact.presses("回答を送信する")
    contact.reads("回答を記録しました。", "会員事業者に確認している。")
    contact.presses("展開を記録する")
    assert set(contact.problems()) == {"operators"}
    contact.types({"operators": "3"})
    contact.presses("展開を記録する")
    contact.reads("3事業者に展開済み")
    contact.opens("/notices/receipts")
    contact.reads("展開済み", "閲覧済み")


def the_board_tells_of_it(stage: Stage) -> None:
    second = stage.people["second"]
    second.opens("/reminders/calls")
    second.reads("電話連絡が必要な申請組織はありません。")
    second.opens("/delivery?state=disseminated")
    second.reads("展開済み", stage.part.name)
    second.is_shown("board")
    number = tracking_id(second)
    second.follows(number)
    second.reads("会員事業者に確認している。", "3事業者に展開済み", REMARK, "電話連絡の一覧")
