"""An advisory: drafted by one coordinator, consulted about, released by the other."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from hub.core.clock import JST, system_clock
from hub.demo.advising import IMPACT, SERIOUS, TRACKING_ID
from tests.journeys.someone import Someone, Value
from tests.journeys.stage import Stage

SAMPLE = Path(__file__).parents[1] / "feeds/formats/samples/icsa-22-221-03.json"
WRONG: dict[str, str] = {
    "title_ja": "",
    "publication_at": "1999-01-01T09:00",
    "aliases": "jvn",
    "products": "開発者だけ",
    "vulnerabilities": "CVE-26-1 | 番号の形が違う",
    "countermeasures": "祈祷 | 何もしない",
    "signatures": "regex | 知らない種類\n.*",
    "references": "アドレスがない",
}
UNSAVED = "入力したが保存していない文"
LOOK_AWAY = """() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
TEXT_OF_NO_SECTOR = "選択していない分野への記述"


def a_wrong_draft_names_each_field_and_keeps_what_was_typed(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/advisories")
    coordinator.follows("優先情報を新規に作成する")
    coordinator.types({**WRONG, f"sector_text-{stage.part.sector}": TEXT_OF_NO_SECTOR})
    coordinator.presses("下書きを保存する")
    assert set(coordinator.problems()) == {*WRONG, "sectors-0"}
    coordinator.reads(
        "題名を入力してください",
        "今世紀の日付を入力してください",
        "影響を受ける製品：1行目: 開発者名と製品名",
    )
    for name, typed in WRONG.items():
        assert coordinator.page.locator(f"main [name={name}]").input_value() == typed
    kept = coordinator.page.locator(f"[name=sector_text-{stage.part.sector}]")
    assert kept.input_value() == TEXT_OF_NO_SECTOR


def the_draft_is_written(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.types({**_notice(stage), "sectors": ["water"], "sector_text-water": IMPACT})
    coordinator.presses("下書きを保存する")
    assert "sectors-0" in coordinator.problems()
    coordinator.types({f"sector_text-{stage.part.sector}": ""})
    coordinator.presses("下書きを保存する")
    assert coordinator.problems() == {"bodies-0": "選択した分野の申請組織を選択してください"}
    coordinator.types({"sectors": [stage.part.sector], "sector_text-water": ""})
    coordinator.types({f"sector_text-{stage.part.sector}": IMPACT})
    coordinator.presses("下書きを保存する")
    coordinator.reads(stage.story.title, stage.story.product, IMPACT, "協議の記録はまだありません。")
    coordinator.follows("下書きを編集する")
    coordinator.reads("参考：次の組織がこの下書きの製品を登録しています")
    coordinator.is_shown("draft")
    coordinator.presses("下書きを保存する")
    coordinator.reads("下書きを保存しました")


def a_vector_is_put_together_and_what_was_not_saved_is_offered_again(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.follows("下書きを編集する")
    edit = coordinator.address
    coordinator.types({"cvss31-AV": "N", "cvss31-AC": "L"})
    coordinator.presses("CVSS 3.1 のベクトルを一覧に入れる")
    assert {"cvss31-PR", "cvss31-A"} <= set(coordinator.problems())
    coordinator.types({"cvss31-PR": "N", "cvss31-UI": "N", "cvss31-S": "U"})
    coordinator.types({f"cvss31-{metric}": "H" for metric in "CIA"})
    coordinator.presses("CVSS 3.1 のベクトルを一覧に入れる")
    coordinator.reads("9.8 CRITICAL")
    coordinator.types({"summary_ja": UNSAVED})
    with coordinator.page.expect_response("**/unsaved"):
        coordinator.page.evaluate(LOOK_AWAY)
    coordinator.opens(edit)
    coordinator.reads("入力されたまま保存されていない内容があります")
    coordinator.follows("フォームに戻す")
    assert coordinator.page.locator("[name=summary_ja]").input_value() == UNSAVED
    coordinator.opens(edit)
    coordinator.presses("破棄する")
    coordinator.reads("保存されていなかった内容を破棄しました")
    assert coordinator.page.locator("[name=summary_ja]").input_value() == stage.story.summary
    coordinator.follows("戻る")


def the_draft_is_seen_as_its_recipients_will(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.follows("提供先に届く内容を確認する")
    coordinator.reads("[PRIORITY][TLP:AMBER]", stage.story.fix, IMPACT)
    coordinator.is_shown("preview")
    for shape in ("page", "stix", "csaf", "csaf-2.1"):
        coordinator.types({"shape": shape})
        coordinator.presses("表示")
        coordinator.reads(stage.story.cve)
    coordinator.follows("戻る")


def the_developer_is_consulted_and_the_draft_submitted(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.follows("製品開発者との協議を記録する")
    coordinator.presses("記録する")
    assert {"asked_on"} <= set(coordinator.problems())  # the developer of the product stands there already
    today = f"{system_clock().astimezone(JST).date()}"
    said: dict[str, Value] = {"name": stage.story.vendor, "asked_on": today, "answer": "objected"}
    coordinator.types({**said, "answered_on": today})
    coordinator.presses("記録する")
    assert set(coordinator.problems()) == {"reason"}
    coordinator.types({"answer": "agreed"})
    coordinator.presses("記録する")
    coordinator.follows("承認を求める")
    coordinator.presses("パスキーで署名して承認を申請する")
    assert coordinator.problems() == {"confirmed": "続けるには確認が必要です"}
    submit(coordinator)
    coordinator.reads("別の担当者の承認を待っています", "この版の作成に関わったため")


def nobody_releases_what_they_wrote(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens(f"{_path(coordinator)}/release")
    coordinator.reads("この版の作成に関わったため、別の担当者による承認が必要です")
    assert coordinator.page.locator("[data-passkey]").count() == 0
    coordinator.opens("/advisories")
    coordinator.follows("PI-")


def ipa_records_its_own_consultation(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.signs_in()
    reviewer.follows("優先情報に関する IPA の協議結果を記録する")
    reviewer.follows("PI-")
    reviewer.reads(stage.story.title, stage.story.vendor)
    reviewer.presses("記録する")
    assert {"confirmed"} <= set(reviewer.problems())
    reviewer.types({"answer": "agreed", "confirmed": True})
    reviewer.presses("記録する")
    reviewer.reads("IPAとしての協議を記録しました")


def the_second_coordinator_sees_every_condition_and_releases(stage: Stage) -> None:
    second = stage.people["second"]
    second.opens("/")
    second.follows("別の担当者の承認を待つ優先情報を確認する")
    second.follows("PI-")
    second.follows("提供の確認に進む")
    conditions = second.page.get_by_role("table", name="提供の条件")
    assert conditions.get_by_text("充足", exact=True).count() == conditions.locator("tbody tr").count() == 7
    bodies = second.page.get_by_role("table", name="提供先の申請組織").locator("tbody tr")
    assert bodies.count() == 1
    assert bodies.get_by_text("充足", exact=True).count() == bodies.locator("td").count() - 2
    second.is_shown("release")
    paper = second.on_paper()
    assert f"{tracking_id(second)} r1 TLP:AMBER" in paper
    assert "提供の条件" in paper
    assert "パスキーで署名して提供する" not in paper
    second.presses("パスキーで署名して提供する")
    assert second.problems() == {"confirmed": "続けるには確認が必要です"}
    release(second)
    second.reads("提供を承認しました。")


def a_document_of_others_is_imported(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/advisories/import")
    coordinator.types({"document": stage.config.certificate_file})
    coordinator.presses("取り込む")
    assert set(coordinator.problems()) == {"document"}
    coordinator.types({"document": SAMPLE})
    coordinator.presses("取り込む")
    coordinator.reads("CVE-2022-", "取り込まなかった記載", "水道（候補）")
    assert coordinator.page.locator("main [name=sectors]:checked").count() == 0
    coordinator.types({"sectors": ["water"]})
    coordinator.presses("この分野を選択する")
    coordinator.reads("TLPが設定されていません", "CVE-2022-", "水道")


def it_turns_out_to_be_the_same_matter_and_then_not(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.follows("別の案件と同一として記録する")
    coordinator.presses("同一の案件として記録する")
    assert set(coordinator.problems()) == {"reason", "confirmed"}
    coordinator.types({"reason": "同じ装置についての二つの報告だった。", "confirmed": True})
    coordinator.presses("同一の案件として記録する")
    coordinator.reads("同一の案件として記録しました", "同じ装置についての二つの報告だった。")
    coordinator.presses("同一とした記録を取り消す")
    coordinator.reads("別々の案件に戻しました")


def submit(coordinator: Someone) -> None:
    """Sign the submission on its page."""
    coordinator.types({"confirmed": True})
    coordinator.presses("パスキーで署名して承認を申請する")


def release(second: Someone) -> None:
    """Sign the release on its page."""
    second.types({"confirmed": True})
    second.presses("パスキーで署名して提供する")


def tracking_id(who: Someone) -> str:
    """Return the tracking ID that the page shows."""
    found = re.search(TRACKING_ID, who.page.locator("main").inner_text())
    assert found is not None
    return found[0]


def _path(who: Someone) -> str:
    return "/".join(who.address.split("/")[:5])


def _notice(stage: Stage) -> dict[str, Value]:
    story, published = stage.story, datetime.now(JST) + timedelta(days=60)
    return {
        "title_ja": story.title,
        "title_en": story.title_en,
        "summary_ja": story.summary,
        "summary_en": "A crafted request to the maintenance port changes settings without authentication.",
        "aliases": "jvn | JVNVU#90000001",
        "tlp": "AMBER",
        "publication_at": f"{published:%Y-%m-%dT10:00}",
        "countermeasure_on": f"{datetime.now(JST).date()}",
        "serious_effect": SERIOUS,
        "bodies": [_body_id(stage)],
        "products": f"{story.vendor} | {story.product} | {story.versions} |  |  | gw",
        "vulnerabilities": f"{story.cve} | {story.title} | {story.cwe} | {story.cvss} | gw",
        "exploitation": "poc",
        "likelihood_ja": "実証コードが出回っている。手順が知られれば容易に試される。",
        "likelihood_en": "A proof of concept circulates.",
        "impact_ja": "設定が変えられ、遠方の設備を監視できなくなる。",
        "impact_en": "Remote equipment can no longer be watched.",
        "countermeasures": f"fix | {story.fix} | https://www.example.jp/update\n"
        f"workaround | {story.workaround}\n"
        "verification | 設定の一覧を書き出し、変更の履歴と突き合わせる。",
        "attack_method_ja": story.attack_method,
        "attack_method_en": "Two empty authentication requests in a row.",
        "signatures": "snort | 長さ 0 の認証要求\n"
        'alert tcp any any -> any 20547 (msg:"empty"; dsize:0; sid:1;)',
        "references": "開発者の案内 (公表日から) | https://www.example.jp/advisory",
        "not_provided": [],
    }


def _body_id(stage: Stage) -> str:
    value = stage.people["coordinator"].page.locator("main [name=bodies]").get_attribute("value")
    assert value is not None
    return value
