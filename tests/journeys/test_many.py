"""A hundred documents are taken over, half on the page and half by command; twenty of them are released."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core.clock import JST
from hub.demo.advising import SERIOUS
from tests.journeys import advising, receiving
from tests.journeys.connecting import letterbox
from tests.journeys.someone import Value
from tests.journeys.stage import Stage
from tests.journeys.test_everybody import STEPS

SAMPLES = Path(__file__).parents[1] / "feeds/formats/samples"
VALID = ("icsa-22-221-03", "icsa-23-355-01", "va-24-254-02")
DOCUMENTS, RELEASED = 100, 20
CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
MISSING = "協議の記録がまだない製品開発者"
FURTHER = "次のページ"
COMMAND = "from hub.cli import main; main()"
MAIL_TAG = re.compile(r"\[(PI-[0-9]{4}-[0-9A-Z]{5}) r1\]")


def made_up(folder: Path) -> Iterator[Path]:
    """Yield documents that differ in their number, their weaknesses and their title."""
    folder.mkdir()
    for place in range(DOCUMENTS):
        text = (SAMPLES / f"{VALID[place % len(VALID)]}.json").read_text()
        for number, cve in enumerate(sorted(set(CVE.findall(text)))):
            text = text.replace(cve, f"CVE-2026-{10_000 + 100 * place + number}")
        document: dict[str, Any] = json.loads(text)
        document["document"]["tracking"]["id"] = f"ICSA-90-{place:03}-01"
        document["document"]["title"] += f" ({place})"
        path = folder / f"{document['document']['tracking']['id'].lower()}.json"
        path.write_text(json.dumps(document))
        yield path


@pytest.mark.browser
@pytest.mark.endurance
def test_a_hundred_documents_are_taken_over_and_twenty_released(stage: Stage, tmp_path: Path) -> None:
    for step in STEPS[: STEPS.index(advising.a_wrong_draft_names_each_field_and_keeps_what_was_typed)]:
        step(stage)
    documents = list(made_up(tmp_path / "documents"))
    on_the_page = [import_on_the_page(stage, each) for each in documents[::2]]
    by_command = [import_by_command(stage, each) for each in documents[1::2]]
    assert len({*on_the_page, *by_command}) == DOCUMENTS
    chosen = [*on_the_page[: RELEASED // 2], *by_command[: RELEASED // 2]]
    addresses = found_in_the_list(stage)
    for each in chosen:
        complete_and_submit(stage, addresses[each])
    consult(stage, len(chosen))
    for each in chosen:
        release(stage, addresses[each])
    receiving.wait_for_notices(stage, len(chosen))
    told = {MAIL_TAG.findall(str(mail["Subject"]))[0] for mail in letterbox(stage).notices()}
    assert told == set(chosen)
    stage.nothing_is_wrong()


def import_on_the_page(stage: Stage, document: Path) -> str:
    """Choose the file and take it over; every weakness must stand on the page that gives account."""
    coordinator = stage.people["coordinator"]
    coordinator.opens("/advisories/import")
    coordinator.types({"document": document})
    coordinator.presses("取り込む")
    coordinator.reads(*CVE.findall(document.read_text()))
    return advising.tracking_id(coordinator)


def import_by_command(stage: Stage, document: Path) -> str:
    """Take it over by the command, and return what it calls the draft."""
    command = [sys.executable, "-c", COMMAND, "advisory", "import", str(document), "--json"]
    ended = subprocess.run(command, env=stage.env, capture_output=True, text=True, check=True)
    tracking_id: str = json.loads(ended.stdout)["tracking_id"]
    return tracking_id


def found_in_the_list(stage: Stage) -> dict[str, str]:
    """Turn all pages of the list, and return the address of each draft."""
    coordinator, found = stage.people["coordinator"], dict[str, str]()
    coordinator.opens("/advisories")
    while True:
        for link in coordinator.page.locator("main td a, main th a").all():
            found[link.inner_text().strip()] = link.get_attribute("href") or ""
        if not coordinator.page.get_by_role("button", name=FURTHER).count():
            return found
        coordinator.presses(FURTHER)


def complete_and_submit(stage: Stage, address: str) -> None:
    """Write what a document of others cannot say, note the developer's consent, and ask for approval."""
    coordinator, now = stage.people["coordinator"], datetime.now(JST)
    coordinator.opens(f"{address}/edit")
    coordinator.types(
        {
            "tlp": "AMBER",
            "publication_at": f"{now + timedelta(days=60):%Y-%m-%dT10:00}",
            "countermeasure_on": f"{now.date()}",
            "serious_effect": SERIOUS,
            "sectors": [stage.part.sector],
        }
    )
    coordinator.page.locator("main [name=bodies]").first.check()
    coordinator.presses("下書きを保存する")
    coordinator.reads("下書きを保存しました")
    draft = coordinator.page.url
    said: dict[str, Value] = {"asked_on": f"{now.date()}", "answered_on": f"{now.date()}", "answer": "agreed"}
    while coordinator.page.get_by_text(MISSING).count():
        coordinator.opens(f"{address}/consultations")
        coordinator.types(said)
        coordinator.presses("記録する")
    coordinator.opens(f"{address}/submit")
    coordinator.page.locator("main [name=looked_at]").check()
    advising.submit(coordinator)
    coordinator.reads("別の担当者の承認を待っています")
    assert coordinator.page.url == draft


def consult(stage: Stage, number: int) -> None:
    """IPA records in its own account that it agrees, as often as it is asked."""
    reviewer = stage.people["reviewer"]
    reviewer.signs_in()
    for _ in range(number):
        reviewer.opens("/")
        reviewer.follows("優先情報に関する IPA の協議結果を記録する")
        reviewer.follows("PI-")
        reviewer.types({"answer": "agreed", "confirmed": True})
        reviewer.presses("記録する")
        reviewer.reads("IPAとしての協議を記録しました")


def release(stage: Stage, address: str) -> None:
    """The second coordinator sees that all conditions hold, and releases."""
    second = stage.people["second"]
    second.opens(f"{address}/release")
    advising.release(second)
    second.reads("提供を承認しました。")
