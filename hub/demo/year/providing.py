"""The year's provisions: written, consulted about, signed by two, followed up, and lifted when published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import orm

from feeds.advisories import consulting, duplicates, finders, releasing, service, submitting
from feeds.advisories import queries as advisories
from feeds.advisories.draft import Draft, written
from feeds.advisories.models import Release
from feeds.advisories.statement import Act
from feeds.advisories.states import Answer, State
from feeds.formats.content import Kind, Text
from feeds.formats.stix import USUALLY_PUBLISHED
from feeds.formats.tlp import Tlp
from hub.core.clock import JST
from hub.core.holidays import is_closed
from hub.demo.year.matters import Plan, numbers, told
from hub.demo.year.scene import Scene
from sectors.bodies.queries import bodies_of_sectors
from sectors.bodies.states import RECEIVING

EFFECT = "広く使われる製品で、止まると供給に支障が出るおそれがある。"
OBJECTED = "開発者は更新の提供と同時の公表を求めたが、影響が大きく、先に備える必要があると判断した。"
WITHDRAWAL = Text(ja="開発者の再調査により、影響を受ける版がないことが分かった。")
DUTIES = Text(ja="提供された内容は公表日まで引き続き秘密として扱う。")
PUBLISHED_AT = time(12)  # in Japan
INSIDE = 8  # the number of the notice that stays inside the bodies
UNWILLING = 0  # of the one to whose provision the developer objected, and which nobody had reported
FINDER_AFTER = 27  # days: the last one is still to be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Providing:
    """Who provides; `released` and `ends` hear of every release, and of each first one."""

    scene: Scene
    released: Callable[[Release, Plan], None]
    follow: Callable[[UUID, Plan], None]

    def plan(self, plan: Plan) -> None:
        """Let a notice be written, and then each step to its release be taken by whose it is."""
        self.scene.after(plan.after.days, lambda: self._draft(plan))

    def draft(self, plan: Plan) -> UUID:
        """Write a notice; return the advisory's id."""
        scene = self.scene
        with scene.hub.db.transaction() as session:
            made = service.create_draft(
                session, self._written(session, plan), vault=scene.vault, by=scene.writer.actor, now=scene.now
            )
            return made.id

    def consult(self, advisory_id: UUID, plan: Plan) -> None:
        """Record what the developer said, who was asked a day before."""
        unwilling, scene = plan.number == UNWILLING, self.scene
        said = consulting.Consulted(
            name=plan.story.vendor,
            asked_on=scene.today - timedelta(days=1),
            answered_on=scene.today,
            answer=Answer.OBJECTED if unwilling else Answer.AGREED,
            reason=OBJECTED if unwilling else "",
        )
        by = scene.writer.actor
        with scene.hub.db.transaction() as session:
            consulting.record_consultation(
                session, advisory_id, said, vault=scene.vault, by=by, now=scene.now
            )

    def submit(self, advisory_id: UUID) -> None:
        """Sign the open revision, having looked at what it may repeat, and hand it to a second person."""
        scene, by = self.scene, self.scene.writer
        with scene.hub.db.transaction() as session:
            advisory = advisories.advisory(session, advisory_id)
            seen = duplicates.duplicates(session, advisory, vault=scene.vault)
            signature = by.signs(session, advisory_id, Act.PROPOSE, hub=scene.hub, now=scene.now)
            submitting.submit(
                session,
                advisory_id,
                signature=signature,
                looked_at=frozenset(each.advisory.id for each in seen),
                vault=scene.vault,
                by=by.actor,
                now=scene.now,
            )

    def consult_ipa(self, advisory_id: UUID) -> None:
        """Let IPA record its own consultation."""
        scene = self.scene
        with scene.hub.db.transaction() as session:
            consulting.confirm_ipa(
                session,
                advisory_id,
                answer=Answer.AGREED,
                vault=scene.vault,
                by=scene.reviewer.actor,
                now=scene.now,
            )

    def release(self, advisory_id: UUID, plan: Plan) -> None:
        """Let the second coordinator sign and release what was submitted."""
        scene, by = self.scene, self.scene.second
        with scene.hub.db.transaction() as session:
            made = releasing.release(
                session,
                advisory_id,
                version=advisories.latest_revision(session, advisory_id).version,
                signature=by.signs(session, advisory_id, Act.RELEASE, hub=scene.hub, now=scene.now),
                vault=scene.vault,
                by=by.actor,
                now=scene.now,
            )
        self.released(made, plan)

    def revise(self, advisory_id: UUID, plan: Plan, kind: Kind, change: Callable[[Draft], Draft]) -> None:
        """Write a further notice of what was released, and release it an hour later."""
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            opened = service.revise(session, advisory_id, kind=kind, vault=scene.vault, by=by, now=scene.now)
            draft, at = change(written(session, opened, vault=scene.vault)), opened.version
            service.save_draft(
                session, advisory_id, draft, version=at, vault=scene.vault, by=by, now=scene.now
            )
        self._finish(advisory_id, plan)

    def withdraw(self, advisory_id: UUID, plan: Plan) -> None:
        """Withdraw what was released, with the duties that remain."""
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            releasing.propose_withdrawal(
                session,
                advisory_id,
                reason=WITHDRAWAL,
                duties=DUTIES,
                vault=scene.vault,
                by=by,
                now=scene.now,
            )
        self._finish(advisory_id, plan)

    def lift(self, advisory_id: UUID, plan: Plan) -> None:
        """Lift what is published, unless it was withdrawn or lifted before, or is not public yet."""
        scene, by = self.scene, self.scene.writer.actor
        with scene.hub.db.transaction() as session:
            advisory = advisories.advisory(session, advisory_id)
            clock = advisory.matter.clock
            public = clock.public_since or clock.publication_at
            if advisory.state is not State.RELEASED or public is None or public > scene.now:
                return
            releasing.propose_lifting(
                session, advisory_id, parts=USUALLY_PUBLISHED, vault=scene.vault, by=by, now=scene.now
            )
        self._finish(advisory_id, plan)

    def later(self, when: datetime) -> datetime:
        """Return noon in Japan of the first office day from an instant on: when JVN publishes."""
        day = when.astimezone(JST).date()
        while is_closed(day):
            day += timedelta(days=1)
        return datetime.combine(day, PUBLISHED_AT, JST).astimezone(UTC)

    def lift_when_published(self, advisory_id: UUID, plan: Plan) -> None:
        """Let the lifting come an hour after the publication date that is told now."""
        with self.scene.hub.db.reading() as session:
            at = advisories.advisory(session, advisory_id).matter.clock.publication_at
        if at is not None:
            self.scene.calendar.at(at + timedelta(hours=1), lambda: self.lift(advisory_id, plan))

    def _draft(self, plan: Plan) -> None:
        advisory_id = self.draft(plan)
        self._next(1, lambda: self._consulted(advisory_id, plan))

    def _consulted(self, advisory_id: UUID, plan: Plan) -> None:
        self.consult(advisory_id, plan)
        self._next(1, lambda: self._submitted(advisory_id, plan))

    def _submitted(self, advisory_id: UUID, plan: Plan) -> None:
        self.submit(advisory_id)
        self._next(1, lambda: self._agreed(advisory_id, plan))

    def _agreed(self, advisory_id: UUID, plan: Plan) -> None:
        self.consult_ipa(advisory_id)
        soon = self.scene.now + timedelta(hours=1)
        self.scene.calendar.at(soon, lambda: self._first(advisory_id, plan))

    def _first(self, advisory_id: UUID, plan: Plan) -> None:
        self.release(advisory_id, plan)
        if plan.number != UNWILLING:
            self.scene.after(FINDER_AFTER, lambda: self._tell_finder(advisory_id))
        if not plan.stays:
            self.lift_when_published(advisory_id, plan)
        self.follow(advisory_id, plan)

    def _finish(self, advisory_id: UUID, plan: Plan) -> None:
        self.submit(advisory_id)
        soon = self.scene.now + timedelta(minutes=40)
        self.scene.calendar.at(soon, lambda: self.release(advisory_id, plan))

    def _next(self, days: int, event: Callable[[], None]) -> None:
        self.scene.after(days, event)

    def _tell_finder(self, advisory_id: UUID) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            finders.record(session, advisory_id, scene.today, by=scene.reviewer.actor, now=scene.now)

    def _written(self, session: orm.Session, plan: Plan) -> Draft:
        scene, codes = self.scene, plan.story.sectors
        served = bodies_of_sectors(session, codes)
        return Draft(
            content=told(plan.story),
            tlp=Tlp.AMBER_STRICT if plan.number == INSIDE else Tlp.AMBER,
            sectors=frozenset(codes),
            bodies=frozenset(body.id for body in served if body.state in RECEIVING),
            publication_at=self.later(scene.now + plan.lead),
            countermeasure_on=scene.today,
            serious_effect=EFFECT,
            reported=plan.number != UNWILLING,
            aliases=numbers(plan),
        )


def provide_all(providing: Providing, plans: Sequence[Plan]) -> None:
    """Plan every notice."""
    for plan in plans:
        providing.plan(plan)


def moved(draft: Draft, publication_at: datetime, reason: str) -> Draft:
    """Return a draft that moves the publication date."""
    return replace(draft, publication_at=publication_at, moved_reason=reason)


def saying(draft: Draft, news: str) -> Draft:
    """Return a draft that tells something new."""
    return replace(draft, content=replace(draft.content, news=Text(ja=news)))
