"""What becomes of the year's notices: follow-ups, moved dates, leaks, a withdrawal, a matter told twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from feeds.advisories import hour, same_matter
from feeds.advisories import queries as advisories
from feeds.advisories.models import Advisory, Release
from feeds.advisories.states import State
from feeds.formats.content import Kind
from feeds.matters import leaks
from feeds.matters.states import LeakMove
from hub.demo.year.matters import Plan
from hub.demo.year.providing import Providing, moved, saying
from hub.demo.year.scene import Scene

Turn = Callable[[UUID, Plan], None]
LATER, SOONER = timedelta(days=14), timedelta(days=3)
UPDATED = "開発者が更新 4.2.1 の提供を始めた。"
CORRECTED = "影響を受ける版を訂正する。4.1.0 も影響を受ける。"
DELAYED = "開発者の更新の提供が遅れるため。"
LEAKED = "漏えいを受け、IPA及び開発者と協議して公表を早めるため。"
HOW_LEAKED = "会員の従業員が、社外の技術者の集まりで話したとの連絡を受けた。"
WHAT_LEAKED = "製品名と、更新が近く出ること。攻撃方法は漏れていない。"
NOT_FORWARD = "攻撃に使える内容ではなく、公表日も近いため、公表日は変えない。"
FORWARD = "製品名と弱点の種類が知られ、悪用のおそれが高まったため、公表日を早める。"
SAME = "別の経路で届いた報告と比べ、製品と弱点が同じであることを開発者に確認した。"


class Turning:
    """What follows on a notice, by its number; a year of few notices has the first turns."""

    def __init__(self, scene: Scene, released: Callable[[Release, Plan], None]) -> None:
        self.scene = scene
        self.providing = Providing(scene=scene, released=released, follow=self._follow)

    def _follow(self, advisory_id: UUID, plan: Plan) -> None:
        """Plan what follows on a first notice."""
        coming = self._turns().get(plan.number, ())
        self.scene.in_turn(*((days, partial(turn, advisory_id, plan)) for days, turn in coming))

    def _turns(self) -> dict[int, Sequence[tuple[int, Turn]]]:
        """Return what comes of which notice, each so many days after the one before."""
        return {
            0: [(6, self._update), (4, self._leak_left)],
            1: [(3, self._correct), (6, self._delay), (5, self._merge_draft)],
            2: [(12, self._withdraw)],
            5: [(10, self._public_early)],
            6: [(8, self._leak_forward)],
            7: [(7, self._update)],
            9: [(5, self._update), (6, self._correct)],
            11: [(6, self._update)],
        }

    def leave_open(self) -> None:
        """Record a leak of the newest notice that nobody has decided on yet."""
        with self.scene.hub.db.reading() as session:
            every = advisories.advisories(session)
            found = [each.id for each in sorted(every, key=_age) if each.state is State.RELEASED]
        for advisory_id in found[-1:]:
            self._record(advisory_id)

    def _update(self, advisory_id: UUID, plan: Plan) -> None:
        self.providing.revise(advisory_id, plan, Kind.UPDATE, lambda draft: saying(draft, UPDATED))

    def _correct(self, advisory_id: UUID, plan: Plan) -> None:
        self.providing.revise(advisory_id, plan, Kind.CORRECTION, lambda draft: saying(draft, CORRECTED))

    def _delay(self, advisory_id: UUID, plan: Plan) -> None:
        self._move(advisory_id, plan, later=True)

    def _move(self, advisory_id: UUID, plan: Plan, *, later: bool) -> None:
        providing, scene = self.providing, self.scene
        with scene.hub.db.reading() as session:
            before = advisories.advisory(session, advisory_id).matter.clock.publication_at
        told = before or scene.now
        at = providing.later(told + LATER if later else scene.now + SOONER)
        reason = DELAYED if later else LEAKED
        providing.revise(advisory_id, plan, Kind.DATE, lambda draft: moved(draft, at, reason))
        scene.calendar.at(at + timedelta(hours=1), lambda: providing.lift(advisory_id, plan))

    def _withdraw(self, advisory_id: UUID, plan: Plan) -> None:
        self.providing.withdraw(advisory_id, plan)

    def _leak_left(self, advisory_id: UUID, _plan: Plan) -> None:
        leak_id = self._record(advisory_id)
        self.scene.after(1, lambda: self._decide(advisory_id, leak_id, LeakMove.LEAVE, NOT_FORWARD))

    def _leak_forward(self, advisory_id: UUID, plan: Plan) -> None:
        leak_id = self._record(advisory_id)
        self.scene.after(1, lambda: self._decide(advisory_id, leak_id, LeakMove.BRING_FORWARD, FORWARD))
        self.scene.after(2, lambda: self._move(advisory_id, plan, later=False))

    def _record(self, advisory_id: UUID) -> UUID:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            return leaks.record(
                session,
                advisories.advisory(session, advisory_id).matter_id,
                noticed_at=scene.now - timedelta(hours=3),
                how=HOW_LEAKED,
                what=WHAT_LEAKED,
                vault=scene.vault,
                by=scene.writer.actor,
                now=scene.now,
            ).id

    def _decide(self, advisory_id: UUID, leak_id: UUID, made: LeakMove, reason: str) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            matter_id = advisories.advisory(session, advisory_id).matter_id
            by = scene.second.actor
            leaks.decide(
                session, matter_id, leak_id, made, reason=reason, vault=scene.vault, by=by, now=scene.now
            )

    def _public_early(self, advisory_id: UUID, plan: Plan) -> None:
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            hour.note_early(session, advisory_id, scene.now - timedelta(hours=2), by=by, now=scene.now)
        soon = scene.now + timedelta(hours=1)
        scene.calendar.at(soon, lambda: self.providing.lift(advisory_id, plan))

    def _merge_draft(self, advisory_id: UUID, plan: Plan) -> None:
        """Draft what a second report tells, and find a day later that it is the same matter."""
        title = f"{plan.story.product} の認証に関する報告"
        story = replace(plan.story, title=title, title_en="", cve="", summary="報告を確認中。")
        draft_id = self.providing.draft(replace(plan, story=story))
        self.scene.after(1, lambda: self._merge(draft_id, advisory_id))

    def _merge(self, draft_id: UUID, advisory_id: UUID) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            same_matter.merge(
                session,
                draft_id,
                advisory_id,
                reason=SAME,
                vault=scene.vault,
                by=scene.writer.actor,
                now=scene.now,
            )


def _age(advisory: Advisory) -> datetime:
    return advisory.created_at
