"""What concerns whom: a body lists its products, and everybody finds the notice again."""

from tests.journeys.advising import tracking_id
from tests.journeys.stage import Stage

NOTHING = "検索条件に該当するものはありません。"
OWN = "貴組織の分野にとって重要な製品"


def the_contact_lists_products(stage: Stage) -> None:
    contact, story = stage.people["contact"], stage.story
    contact.opens("/bodies/mine")
    contact.follows(OWN)
    contact.reads("登録されている製品はありません。")
    contact.types({"products": f"{story.vendor}\n{story.vendor},{story.product},名前"})
    contact.presses("一覧を保存する")
    assert set(contact.problems()) == {"products"}
    contact.reads("1行目：1行は開発者、製品、CPEの2列又は3列です", "2行目、CPE")
    contact.types({"products": f"{story.vendor},{story.product}"})
    contact.presses("一覧を保存する")
    contact.reads("一覧を保存しました。", story.product)


def the_contact_takes_more_from_a_file(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.presses("ファイルを取り込む")
    assert set(contact.problems()) == {"file"}
    heading = contact.saves("見出しだけの空のCSVファイル")
    file = stage.place.mail.parent / "products.csv"
    file.write_bytes(heading + "例示電機,記録計 R1\r\n".encode())
    contact.types({"file": file})
    contact.presses("ファイルを取り込む")
    contact.reads("1件の製品を取り込みました。", "記録計 R1")


def a_coordinator_reads_the_list(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/bodies")
    coordinator.follows(stage.part.name)
    coordinator.follows("登録製品の一覧")
    coordinator.reads(stage.story.product, "記録計 R1")


def a_coordinator_finds_the_advisory(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/advisories")
    coordinator.types({"words": f"{stage.story.vendor} {stage.story.product}", "state": "released"})
    coordinator.presses("検索")
    coordinator.reads("1件見つかりました", stage.story.title)
    coordinator.types({"number": "CVE-1999-0001"})
    coordinator.presses("検索")
    coordinator.reads(NOTHING)
    coordinator.types({"number": "", "since": "2026-01-02", "until": "2026-01-01"})
    coordinator.presses("検索")
    assert set(coordinator.problems()) == {"until"}


def the_contact_finds_the_notice(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.opens("/notices")
    number = tracking_id(contact)
    contact.types({"number": stage.story.cve})
    contact.presses("検索")
    contact.reads("1件見つかりました", number)
    contact.types({"words": stage.story.canary})
    contact.presses("検索")
    contact.reads(NOTHING)
