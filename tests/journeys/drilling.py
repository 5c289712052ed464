"""A drill goes the true way before the first notice does."""

from hub.demo.drilling import CODE
from tests.journeys.connecting import letterbox
from tests.journeys.stage import Stage


def no_trial_begins_without_a_drill(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.follows("申請組織")
    coordinator.follows(stage.part.name)
    coordinator.follows("準備状況、試行運用、本格運用")
    coordinator.reads("合格した訓練がまだありません")
    coordinator.presses("訓練を免除する")
    assert set(coordinator.problems()) == {"waiver"}


def a_coordinator_begins_one(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/drills")
    coordinator.follows("訓練を始める")
    coordinator.presses("訓練を開始する")
    assert set(coordinator.problems()) == {"bodies-0"}
    body_id = coordinator.page.locator("main [name=bodies]").first.get_attribute("value")
    assert body_id is not None
    coordinator.types({"bodies": [body_id], "hours": "24"})
    coordinator.presses("訓練を開始する")
    coordinator.reads("訓練を開始しました。", stage.part.name, "実施中")


def the_contact_opens_and_answers_it(stage: Stage) -> None:
    contact, page = stage.people["contact"], stage.people["coordinator"].address
    tracking_id = page.rpartition("/")[2]
    found = CODE.search(letterbox(stage).drill(tracking_id))
    assert found is not None
    contact.opens("/")
    contact.follows("訓練の通知を復号し、回答する")
    contact.follows(tracking_id)
    contact.presses("受領確認を送る")
    assert set(contact.problems()) == {"code"}
    contact.types({"code": found[0]})
    contact.presses("受領確認を送る")
    contact.presses("「訓練を受領した」と回答する")
    contact.reads("訓練への回答を記録しました。", "合格")


def its_times_are_seen(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens(coordinator.address)
    row = coordinator.page.get_by_role("row").filter(has_text=stage.part.name)
    assert "合格" in row.first.inner_text()
    coordinator.opens("/drills")
    coordinator.reads("1組織中1組織が合格")
