"""The year's provisions: written, consulted about, signed by two, followed up, and lifted when published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import orm

from feeds.advisories import consulting, finders, releasing, service, submitting
from feeds.advisories import queries as advisories
from feeds.advisories.draft import Draft, written
from feeds.advisories.models import Release
from feeds.advisories.statement import Act
from feeds.advisories.states import Answer
from feeds.formats.content import Kind, Text
from feeds.formats.stix import USUALLY_PUBLISHED
from feeds.formats.tlp import Tlp
from hub.core.clock import JST
from hub.core.instance import Instance
from hub.demo.bulk import Staff, content
from hub.demo.year.calendar import Calendar
from hub.demo.year.matters import Plan
from sectors.bodies.queries import bodies_of_sectors
from sectors.bodies.states import RECEIVING

EFFECT = "広く使われる製品で、止まると供給に支障が出るおそれがある。"
NEWS_AFTER, MOVED_AFTER, WITHDRAWN_AFTER = timedelta(days=6), timedelta(days=9), timedelta(days=12)
MOVED_BY = timedelta(days=14)
NEWS, MOVED, WITHDRAWN = 2, 4, 7  # the numbers of the notices that are followed up so


@dataclass(frozen=True, slots=True, kw_only=True)
class Providing:
    """Who provides; `released` is told of every release, so that bodies can react to it."""

    hub: Instance
    calendar: Calendar
    writer: Staff
    second: Staff
    reviewer: Staff
    released: Callable[[Release, Plan], None]

    def provide(self, plan: Plan) -> None:
        """Release a notice now, and plan what follows on it."""
        advisory_id = self.draft(plan)
        self.submit(advisory_id)
        with self.hub.db.transaction() as session:
            consulting.confirm_ipa(
                session,
                advisory_id,
                answer=Answer.AGREED,
                vault=self.hub.vault,
                by=self.reviewer.actor,
                now=self.calendar.now,
            )
        self._release(advisory_id, plan)
        self._plan(advisory_id, plan)

    def draft(self, plan: Plan) -> UUID:
        """Write a notice and record what its developer said; return the advisory's id."""
        now, vault, by = self.calendar.now, self.hub.vault, self.writer.actor
        today = now.astimezone(JST).date()
        said = consulting.Consulted(
            name=plan.story.vendor, asked_on=today, answered_on=today, answer=Answer.AGREED
        )
        with self.hub.db.transaction() as session:
            made = service.create_draft(session, self._written(session, plan), vault=vault, by=by, now=now)
            consulting.record_consultation(session, made.id, said, vault=vault, by=by, now=now)
            return made.id

    def submit(self, advisory_id: UUID) -> None:
        """Sign the open revision and hand it to a second person."""
        now = self.calendar.now
        with self.hub.db.transaction() as session:
            signature = self.writer.signs(session, advisory_id, Act.PROPOSE, hub=self.hub, now=now)
            submitting.submit(
                session,
                advisory_id,
                signature=signature,
                vault=self.hub.vault,
                by=self.writer.actor,
                now=now,
            )

    def _release(self, advisory_id: UUID, plan: Plan) -> None:
        now = self.calendar.now
        with self.hub.db.transaction() as session:
            version = advisories.latest_revision(session, advisory_id).version
            made = releasing.release(
                session,
                advisory_id,
                version=version,
                signature=self.second.signs(session, advisory_id, Act.RELEASE, hub=self.hub, now=now),
                vault=self.hub.vault,
                by=self.second.actor,
                now=now,
            )
        self.released(made, plan)

    def _plan(self, advisory_id: UUID, plan: Plan) -> None:
        """Let IPA tell the finder, and let this notice's follow-ups come in their time."""
        now, at = self.calendar.now, self.calendar.at
        at(now + timedelta(days=1), lambda: self._tell_finder(advisory_id))
        if plan.number == NEWS:
            at(now + NEWS_AFTER, lambda: self._revise(advisory_id, plan, Kind.UPDATE))
        if plan.number == MOVED:
            at(now + MOVED_AFTER, lambda: self._revise(advisory_id, plan, Kind.DATE))
        if plan.number == WITHDRAWN:
            at(now + WITHDRAWN_AFTER, lambda: self._withdraw(advisory_id, plan))
            return
        published = now + plan.lead + (MOVED_BY if plan.number == MOVED else timedelta(0))
        at(published + timedelta(hours=1), lambda: self._lift(advisory_id, plan))

    def _tell_finder(self, advisory_id: UUID) -> None:
        now = self.calendar.now
        with self.hub.db.transaction() as session:
            day = now.astimezone(JST).date()
            finders.record(session, advisory_id, day, by=self.reviewer.actor, now=now)

    def _revise(self, advisory_id: UUID, plan: Plan, kind: Kind) -> None:
        now, vault, by = self.calendar.now, self.hub.vault, self.writer.actor
        with self.hub.db.transaction() as session:
            opened = service.revise(session, advisory_id, kind=kind, vault=vault, by=by, now=now)
            draft, at = written(session, opened, vault=vault), opened.version
            if kind is Kind.DATE and draft.publication_at is not None:
                later = draft.publication_at + MOVED_BY
                draft = replace(draft, publication_at=later, moved_reason="開発者の更新の提供が遅れるため。")
            else:
                summary = Text(ja=f"更新の提供が始まった。{plan.story.summary}")
                draft = replace(draft, content=replace(draft.content, summary=summary))
            service.save_draft(session, advisory_id, draft, version=at, vault=vault, by=by, now=now)
        self.submit(advisory_id)
        self._release(advisory_id, plan)

    def _withdraw(self, advisory_id: UUID, plan: Plan) -> None:
        with self.hub.db.transaction() as session:
            releasing.propose_withdrawal(
                session,
                advisory_id,
                reason=Text(ja="開発者の再調査により、影響を受ける版がないことが分かった。"),
                duties=Text(ja="提供された内容は公表日まで引き続き秘密として扱う。"),
                vault=self.hub.vault,
                by=self.writer.actor,
                now=self.calendar.now,
            )
        self.submit(advisory_id)
        self._release(advisory_id, plan)

    def _lift(self, advisory_id: UUID, plan: Plan) -> None:
        with self.hub.db.transaction() as session:
            releasing.propose_lifting(
                session,
                advisory_id,
                parts=USUALLY_PUBLISHED,
                vault=self.hub.vault,
                by=self.writer.actor,
                now=self.calendar.now,
            )
        self.submit(advisory_id)
        self._release(advisory_id, plan)

    def _written(self, session: orm.Session, plan: Plan) -> Draft:
        now, codes = self.calendar.now, plan.story.sectors
        served = bodies_of_sectors(session, codes)
        return Draft(
            content=content(plan.story),
            tlp=Tlp.AMBER,
            sectors=frozenset(codes),
            bodies=frozenset(body.id for body in served if body.state in RECEIVING),
            publication_at=now + plan.lead,
            countermeasure_on=now.astimezone(JST).date(),
            serious_effect=EFFECT,
            reported=True,
        )


def provide_all(providing: Providing, plans: Sequence[Plan]) -> None:
    """Plan every notice's release."""
    begin = providing.calendar.now
    for plan in plans:
        providing.calendar.at(begin + plan.after, partial(providing.provide, plan))
