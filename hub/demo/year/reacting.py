"""What bodies do with what reaches them: most open soon, some late, a few never; drawn from the seed."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.delivery import receipts
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.receipts import OPENABLE
from feeds.formats.content import Kind
from feeds.questions import service as questions
from feeds.receipts import service
from feeds.receipts.states import Choice
from feeds.surveys import finding as surveys
from feeds.surveys import service as answering
from feeds.surveys.categories import Category, Reason
from feeds.surveys.models import Survey
from feeds.surveys.replies import Reply
from feeds.surveys.states import AnswerState
from hub.core.instance import Instance
from hub.demo.year.calendar import Calendar
from hub.demo.year.joining import Joined
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

CHOICES = {
    Choice.CHECKING: 3,
    Choice.AFFECTED: 2,
    Choice.NOT_AFFECTED: 4,
    Choice.FORWARDED: 3,
    Choice.RECEIVED: 1,
}
HOW_FAR: dict[tuple[Category, Reason | None], int] = {
    (Category.SYSTEMS_ONLY, None): 8,
    (Category.ALSO_OTHERS, None): 3,
    (Category.COULD_NOT, Reason.PERSONS_UNKNOWN): 1,
    (Category.COULD_NOT, Reason.NO_TIME): 1,
    (Category.DID_NOT, Reason.NOT_IN_USE): 10,
    (Category.DID_NOT, Reason.HARD_TO_JUDGE): 1,
    (Category.DID_NOT, Reason.KNOWN_ALREADY): 1,
}
SOON, LATE = 0.78, 0.94  # up to which share bodies open soon, and late; the rest after publication or never
ANSWERING, PASSING_ON, ASKING, ANSWERING_SURVEYS = 0.9, 0.75, 0.04, 0.85
CURIOUS = 1  # the number of the body that asks about every notice
LATEST_SOON = 60.0  # hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacting:
    """The bodies, by their ids, and the dice."""

    hub: Instance
    calendar: Calendar
    rng: random.Random
    bodies: dict[UUID, Joined]

    def released(self, release: Release, *, lead: timedelta) -> None:
        """Plan when each addressed body opens a release."""
        with self.hub.db.reading() as session:
            to = session.get_one(Release, release.id).body_ids
        addressed = sorted(to & self.bodies.keys(), key=self._number)
        for body_id in addressed:
            after = self._after(release, lead)
            if after is not None:
                self._at(self.calendar.now + after, release.id, body_id)

    def answer_surveys(self, since: datetime) -> None:
        """Let most bodies answer what they were asked after an instant."""
        with self.hub.db.reading() as session:
            asked = session.scalars(sa.select(Survey).where(Survey.asked_at > since)).all()
        for survey in sorted(asked, key=lambda each: (each.about_at, self._number(each.body_id))):
            if self.rng.random() < ANSWERING_SURVEYS:
                after = timedelta(days=self.rng.uniform(1, 12))
                self.calendar.at(
                    self.calendar.now + after,
                    partial(self._answer_survey, survey.id, survey.body_id),
                )

    def _number(self, body_id: UUID) -> int:
        return self.bodies[body_id].part.body.number if body_id in self.bodies else 0

    def _after(self, release: Release, lead: timedelta) -> timedelta | None:
        drawn = self.rng.random()
        if drawn < SOON or release.kind is not Kind.NEW:
            return timedelta(hours=min(self.rng.lognormvariate(math.log(2.5), 0.9), LATEST_SOON))
        if drawn < LATE:
            return timedelta(hours=self.rng.uniform(8, 120))
        return lead + timedelta(days=1) if self.rng.random() < 0.5 else None  # noqa: PLR2004 - a coin

    def _at(self, instant: datetime, release_id: UUID, body_id: UUID) -> None:
        self.calendar.at(instant, lambda: self._open(release_id, body_id))

    def _open(self, release_id: UUID, body_id: UUID) -> None:
        by, now, key = self.bodies[body_id].actor, self.calendar.now, self.hub.token_key
        with self.hub.db.transaction() as session:
            delivery = self._delivery(session, release_id, body_id)
            if delivery is None:
                return  # held, or overtaken by a newer revision
            code = receipts.code_for(delivery.id, key=key)
            receipts.acknowledge(session, code, body_id=body_id, key=key, by=by, now=now)
        if self.rng.random() < ANSWERING:
            after = timedelta(hours=self.rng.uniform(0.3, 12))
            self.calendar.at(now + after, lambda: self._answer(release_id, body_id))

    def _delivery(self, session: orm.Session, release_id: UUID, body_id: UUID) -> Copy | Mailing | None:
        kinds: Sequence[type[Copy | Mailing]] = (Mailing, Copy)
        if self.rng.random() < 0.3:  # noqa: PLR2004 - the share of tools that are faster than people
            kinds = (Copy, Mailing)
        for kind in kinds:
            own = sa.select(kind).where(kind.release_id == release_id, kind.body_id == body_id)
            found = session.scalars(own.where(kind.state.in_(OPENABLE))).first()
            if isinstance(found, Copy | Mailing):
                return found
        return None

    def _answer(self, release_id: UUID, body_id: UUID) -> None:
        [choice] = self.rng.choices(list(CHOICES), weights=list(CHOICES.values()))
        by, now, vault = self.bodies[body_id].actor, self.calendar.now, self.hub.vault
        with self.hub.db.transaction() as session:
            service.answer(session, release_id, body_id, choice, vault=vault, by=by, now=now)
            if self.rng.random() < ASKING or self._number(body_id) == CURIOUS:
                body = session.get_one(Body, body_id)
                text = "影響を受ける版の確認方法を教えてください。"
                questions.ask(session, release_id, body, text, vault=vault, by=by, now=now)
        if self.rng.random() < PASSING_ON:
            after = timedelta(hours=self.rng.uniform(0.5, 30))
            self.calendar.at(now + after, lambda: self._pass_on(release_id, body_id))

    def _pass_on(self, release_id: UUID, body_id: UUID) -> None:
        by, now = self.bodies[body_id].actor, self.calendar.now
        with self.hub.db.transaction() as session:
            eligible = bodies.roster_counts(session, [body_id])[body_id].eligible
            reached = max(1, round(eligible * self.rng.uniform(0.6, 1.0)))
            release = session.get_one(Release, release_id)
            service.disseminate(session, release, body_id, reached, by=by, now=now)

    def _answer_survey(self, survey_id: UUID, body_id: UUID) -> None:
        """Answer for most members, with one answer for those that say the same."""
        by, now, vault = self.bodies[body_id].actor, self.calendar.now, self.hub.vault
        with self.hub.db.transaction() as session:
            asked = surveys.organisations(session, [survey_id])
            open_ = [each.respondent.id for each in asked if each.respondent.state is AnswerState.OPEN]
            answering_now = [each for each in open_ if self.rng.random() < ANSWERING_SURVEYS]
            said: dict[tuple[Category, Reason | None], list[UUID]] = {}
            for each in answering_now:
                [drawn] = self.rng.choices(list(HOW_FAR), weights=list(HOW_FAR.values()))
                said.setdefault(drawn, []).append(each)
            for (category, reason), those in said.items():
                reply = Reply(category=category, reason=reason)
                answering.answer(session, survey_id, those, reply, vault=vault, by=by, now=now)
