"""Advisories through the pages: drafted, consulted about, released by a second person, revised and ended."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from hub.core.clock import JST, system_clock
from hub.demo.errors import DemoError
from hub.demo.pages import Value
from hub.demo.proofs import Notice
from hub.demo.stage import Stage
from hub.demo.stories import RELEASED, Story, planted

TRACKING_ID = r"PI-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{5}"
PUBLISHED_AFTER = timedelta(days=60)
TLP = "AMBER"
SERIOUS = "広く使われる装置で、止まると供給に支障が出るおそれがある。"
IMPACT = "この分野では遠方の設備の監視に使われ、止まると巡回による確認が必要になる。"


@dataclass(slots=True, kw_only=True)
class Matter:
    """A matter in the hub: what it tells, where it stands, and every release of it so far."""

    story: Story
    advisory: str
    tracking_id: str
    state: str = "draft"
    notices: list[Notice] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return the path of its page."""
        return f"/advisories/{self.advisory}"

    @property
    def tlp(self) -> str:
        """Return the label of its newest revision."""
        return "CLEAR" if self.state == "lifted" else TLP

    @property
    def revision(self) -> int:
        """Return how often it was released."""
        return len(self.notices)


def draft(stage: Stage, story: Story, *, bodies: list[str]) -> Matter:
    """Let a coordinator draft a matter for bodies, by their ids."""
    pages = stage.of_role("coordinator").pages
    pages.fill({**_told(story), **_provision(story, bodies)}, at="/advisories/new")
    return _matter(stage, story)


def import_csaf(stage: Stage, document: Path, story: Story, *, bodies: list[str]) -> Matter:
    """Let a coordinator take a CSAF document as a draft and add what the provision needs."""
    pages = stage.of_role("coordinator").pages
    pages.fill({"document": document}, at="/advisories/import")
    matter = _matter(stage, story)
    added = {"attack_method_ja": story.attack_method, **_provision(story, bodies)}
    pages.fill(added, at=f"{matter.path}/edit")
    return matter


def csaf_story(document: Path) -> Story:
    """Return a story with the title of a real document, so that this too is searched for in clear."""
    title = csaf_title(document)
    return replace(RELEASED, title=title, title_en=title, canary=planted())


def csaf_title(document: Path) -> str:
    """Return the title of a CSAF document.

    Raises:
        DemoError: the file is none.

    """
    try:
        return str(json.loads(document.read_bytes())["document"]["title"])
    except (OSError, ValueError, KeyError, TypeError):
        raise DemoError(f"{document} is no CSAF document") from None


def consult_developer(stage: Stage, matter: Matter) -> None:
    """Let the coordinator record what the product developer said."""
    today = _today()
    said = {"name": matter.story.vendor, "asked_on": today, "answered_on": today, "answer": "agreed"}
    stage.of_role("coordinator").pages.fill(said, at=f"{matter.path}/consultations")


def submit(stage: Stage, matter: Matter) -> None:
    """Let the coordinator sign the draft and hand it to a second person."""
    stage.of_role("coordinator").sign({"confirmed": True}, at=f"{matter.path}/submit")


def consult_ipa(stage: Stage, matter: Matter) -> None:
    """Let IPA read the notice and record its own consultation in its own account."""
    agreed: dict[str, Value] = {"answer": "agreed", "confirmed": True}
    stage.of_role("reviewer").pages.fill(agreed, at=f"{matter.path}/consult")


def release(stage: Stage, matter: Matter, *, state: str = "released") -> None:
    """Let the second coordinator sign and release what the first one wrote."""
    stage.of_role("coordinator", 1).sign({"confirmed": True}, at=f"{matter.path}/release")
    matter.state = state
    word = matter.story.canary if state == "released" else ""
    matter.notices.append(Notice(tracking_id=matter.tracking_id, revision=matter.revision + 1, word=word))


def revise(stage: Stage, matter: Matter, *, news: str) -> None:
    """Let the coordinator write a follow-up (続報) and submit it."""
    pages = stage.of_role("coordinator").pages
    pages.fill({"kind": "update"}, at=f"{matter.path}/revise")
    pages.fill({"summary_ja": f"{news}\n{matter.story.summary}"})
    submit(stage, matter)


def propose_lifting(stage: Stage, matter: Matter) -> None:
    """Let the coordinator propose to lift the restriction on what is published; the method is not."""
    parts: dict[str, Value] = {
        "parts": ["summary", "products", "vulnerabilities", "countermeasures", "references"],
        "confirmed": True,
    }
    stage.of_role("coordinator").pages.fill(parts, at=f"{matter.path}/lift")
    submit(stage, matter)


def propose_withdrawal(stage: Stage, matter: Matter) -> None:
    """Let the coordinator propose to withdraw the notice, with the duties that remain."""
    why: dict[str, Value] = {
        "reason_ja": "開発者の再調査により、影響を受ける版がないことが分かった。",
        "duties_ja": "提供された内容は公表日まで引き続き秘密として扱う。",
        "confirmed": True,
    }
    stage.of_role("coordinator").pages.fill(why, at=f"{matter.path}/withdraw")
    submit(stage, matter)


def _matter(stage: Stage, story: Story) -> Matter:
    pages = stage.of_role("coordinator").pages
    return Matter(story=story, advisory=pages.path.split("/")[2], tracking_id=pages.found(TRACKING_ID))


def _told(story: Story) -> dict[str, Value]:
    told: dict[str, Value] = {
        "title_ja": story.title,
        "title_en": story.title_en,
        "summary_ja": story.summary,
        "products": f"{story.vendor} | {story.product} | {story.versions}",
        "vulnerabilities": f"{story.cve} | {story.title} | {story.cwe} | {story.cvss}",
        "exploitation": "none",
        "likelihood_ja": "攻撃の実績は確認されていない。手順が知られれば容易に試される。",
        "attack_method_ja": story.attack_method,
        "countermeasures": f"fix | {story.fix}\nworkaround | {story.workaround}\n"
        "verification | 設定の一覧を書き出し、変更の履歴と突き合わせる。",
        "references": "開発者の案内 (公表日から) | https://www.example.jp/advisory",
        "aliases": f"jvn | JVNVU#{story.cve.rpartition('-')[2]}001",
    }
    return told | {f"sector_text-{code}": IMPACT for code in story.sectors}


def _provision(story: Story, bodies: list[str]) -> dict[str, Value]:
    publication = (system_clock() + PUBLISHED_AFTER).astimezone(JST)
    return {
        "tlp": TLP,
        "publication_at": f"{publication:%Y-%m-%dT%H:%M}",
        "countermeasure_on": _today(),
        "serious_effect": SERIOUS,
        "sectors": list(story.sectors),
        "bodies": bodies,
    }


def _today() -> str:
    return system_clock().astimezone(JST).date().isoformat()
