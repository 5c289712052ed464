"""Records whose period is over: one is held and let go again; each sees the own part of the log."""

from datetime import timedelta

from hub.core.instance import open_instance
from hub.core.periods import Periods
from hub.retention import service
from hub.trail.chaining import chain_all
from tests.journeys.stage import Stage

WHY = "調査が続いているため"


def a_coordinator_holds_a_record_and_lets_it_go(stage: Stage) -> None:
    hub = open_instance(stage.config)
    with hub.db.transaction() as session:
        keep = Periods(drafts=7, copies=0, attachments=0, log=0)
        service.announce(session, keep=keep, now=hub.clock() + timedelta(days=400))
    hub.db.dispose()
    person = stage.people["coordinator"]
    person.opens("/")
    person.follows("まもなく破棄される記録の確認")
    person.follows("破棄を保留する")
    person.presses("破棄を保留する")
    assert set(person.problems()) == {"reason"}
    person.types({"reason": WHY})
    person.presses("破棄を保留する")
    person.reads("破棄を保留しました。", WHY, person.name)
    person.follows("保留を解除する")
    person.presses("保留を解除する")
    person.reads("破棄の保留を解除しました。", "破棄予定")


def the_contact_reads_the_own_part_of_the_log(stage: Stage) -> None:
    hub = open_instance(stage.config)
    chain_all(hub, now=hub.clock())
    hub.db.dispose()
    contact = stage.people["contact"]
    contact.opens("/")
    contact.follows("監査ログ")
    contact.reads("自団体の監査ログ", contact.email, "署名")
    assert b'"end"' in contact.saves("ファイルでダウンロードする")
