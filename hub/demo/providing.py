"""The provision as the demo plays it: matters released, revised, lifted, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hub.demo import advising
from hub.demo.advising import Matter
from hub.demo.bulk import release_many
from hub.demo.connecting import Connected
from hub.demo.proofs import Audience, Notice
from hub.demo.stage import Stage
from hub.demo.stories import LIFTED, RELEASED, REVISED, WITHDRAWN, Story

MOST_NAMED = 4  # bodies in one line
TELL_EVERY = 50  # releases of a long series
COORDINATOR, SECOND, IPA = "JPCERT/CC (first coordinator)", "JPCERT/CC (second coordinator)", "IPA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provided:
    """Every matter of the play, and the tracking ID of the one that is shown at its end."""

    matters: tuple[Matter, ...]
    shown: str

    def due(self, body: Connected) -> tuple[Notice, ...]:
        """Return the releases that were addressed to a body."""
        addressed = [each for each in self.matters if body.sector in each.story.sectors]
        return tuple(notice for each in addressed for notice in each.notices)

    def audiences(self, bodies: Sequence[Connected]) -> list[Audience]:
        """Return each body with what it must have received."""
        return [body.audience(self.due(body)) for body in bodies]

    @property
    def secrets(self) -> frozenset[str]:
        """Return every word that may not be seen in clear."""
        return frozenset(word for each in self.matters for word in each.story.secrets)


def provide(stage: Stage, bodies: Sequence[Connected], *, least: int, csaf: Path | None) -> Provided:
    """Play every matter; the first two bodies get at least `least` sealed objects."""
    stage.transcript.chapter("Advisories (優先情報の提供)")
    between = tuple(sorted({body.sector for body in bodies[2:-1]}))
    first = replace(RELEASED, sectors=(*RELEASED.sectors, *between))
    matters = [_released(stage, story, bodies) for story in (first, REVISED, LIFTED, WITHDRAWN)]
    _revise(stage, matters[1])
    _lift(stage, matters[2])
    _withdraw(stage, matters[3])
    shown = matters[0].tracking_id
    if csaf is not None:
        matters.append(_imported(stage, csaf, bodies))
        shown = matters[-1].tracking_id
    matters += _series(stage, least - sum(each.revision for each in matters))
    return Provided(matters=tuple(matters), shown=shown)


def _released(stage: Stage, story: Story, bodies: Sequence[Connected]) -> Matter:
    matter = advising.draft(stage, story, bodies=_ids(story, bodies))
    stage.transcript.step(
        COORDINATOR, f"drafts {matter.tracking_id}, TLP:{advising.TLP}, for {_names(story, bodies)}"
    )
    _approve(stage, matter)
    return matter


def _approve(stage: Stage, matter: Matter) -> None:
    tell, name = stage.transcript.step, matter.tracking_id
    advising.consult_developer(stage, matter)
    advising.submit(stage, matter)
    tell(COORDINATOR, f"records the developer's answer about {name} and submits it")
    advising.consult_ipa(stage, matter)
    tell(IPA, f"reads {name} and records its own consultation")
    advising.release(stage, matter)
    tell(SECOND, f"releases {name} r1")


def _imported(stage: Stage, document: Path, bodies: Sequence[Connected]) -> Matter:
    story = advising.csaf_story(document)
    matter = advising.import_csaf(stage, document, story, bodies=_ids(story, bodies))
    stage.transcript.step(
        COORDINATOR, f"imports {document.name} as {matter.tracking_id} and adds what is missing"
    )
    _approve(stage, matter)
    return matter


def _revise(stage: Stage, matter: Matter) -> None:
    advising.revise(stage, matter, news="続報: 開発者が 7.4 を公開前提供した。")
    stage.transcript.step(COORDINATOR, f"writes a follow-up of {matter.tracking_id} and submits it")
    advising.release(stage, matter)
    stage.transcript.step(SECOND, f"releases {matter.tracking_id} r2 (続報)")


def _lift(stage: Stage, matter: Matter) -> None:
    advising.propose_lifting(stage, matter)
    stage.transcript.step(
        COORDINATOR, f"proposes to lift {matter.tracking_id}: all but the attack method is published"
    )
    advising.release(stage, matter, state="lifted")
    stage.transcript.step(SECOND, f"lifts {matter.tracking_id} (取扱制限の解除)")


def _withdraw(stage: Stage, matter: Matter) -> None:
    advising.propose_withdrawal(stage, matter)
    stage.transcript.step(
        COORDINATOR, f"proposes to withdraw {matter.tracking_id}, with the duties that remain"
    )
    advising.release(stage, matter, state="withdrawn")
    stage.transcript.step(SECOND, f"withdraws {matter.tracking_id} (取下げ)")


def _series(stage: Stage, count: int) -> list[Matter]:
    if count <= 0:
        return []
    tell = stage.transcript

    def progress(number: int) -> None:
        if number % TELL_EVERY == 0 or number == count:
            tell.text(f"... {number} of {count} released")

    made = release_many(stage, count, progress=progress)
    tell.step("JPCERT/CC, IPA", f"{count} more matters, through the services directly and not over HTTP")
    return [
        Matter(story=story, advisory="", tracking_id=notice.tracking_id, state="released", notices=[notice])
        for story, notice in made
    ]


def _ids(story: Story, bodies: Sequence[Connected]) -> list[str]:
    return [body.body_id for body in bodies if body.sector in story.sectors]


def _names(story: Story, bodies: Sequence[Connected]) -> str:
    names = [body.filed.part.name for body in bodies if body.sector in story.sectors]
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} bodies"
