"""What bodies do with what reaches them: most open soon, some late, a few never; drawn from the seed."""

import math
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.delivery import receipts
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.receipts import OPENABLE
from feeds.formats.content import Kind
from feeds.formats.receipt_code import code_for
from feeds.pack import queries as packs
from feeds.pack import service as pack
from feeds.pack.texts import CURRENT
from feeds.questions import service as questions
from feeds.receipts import service
from feeds.receipts.states import Choice
from hub.demo.year.calendar import Event
from hub.demo.year.joined import Joined
from hub.demo.year.matters import Plan
from hub.demo.year.passing_on import PassingOn
from hub.demo.year.people import account_of
from hub.demo.year.scene import Scene
from hub.demo.year.tools import Tools
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact

CHOICES = {
    Choice.CHECKING: 3,
    Choice.AFFECTED: 2,
    Choice.NOT_AFFECTED: 4,
    Choice.FORWARDED: 3,
    Choice.RECEIVED: 1,
}
SOON, LATE = 0.78, 0.94  # up to which share bodies open soon, and late; the rest after publication or never
ANSWERING, PASSING_ON, ASKING, READING = 0.9, 0.75, 0.04, 0.8
CURIOUS = 1  # the number of the body that asks about every notice
LATEST_SOON = 60.0  # hours
ASKED = (
    "影響を受ける版の確認方法を教えてください。",
    "回避方法を適用した場合の監視への影響を教えてください。",
    "保守の委託先が海外にあります。展開してよいですか。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacting:
    """The bodies, by their ids, with their tools."""

    scene: Scene
    bodies: dict[UUID, Joined]
    tools: Tools
    passing_on: PassingOn

    def released(self, release: Release, plan: Plan) -> None:
        """Plan when each addressed body opens a release; of the year's last notice one has not heard yet."""
        with self.scene.hub.db.reading() as session:
            to = session.get_one(Release, release.id).body_ids
        addressed = sorted(to & self.bodies.keys(), key=self._number)
        for body_id in addressed[:-1] if plan.is_last else addressed:
            after = self._after(release, plan.lead)
            if after is not None:
                self._at(after, partial(self._open, release.id, body_id))

    def called(self, release_id: UUID, body_id: UUID) -> None:
        """Let a body that was reached by telephone open a release, if it has not, and answer within hours."""

        def come() -> None:
            self._open(release_id, body_id, answering=1)

        self._at(timedelta(hours=self.scene.rng.uniform(0.2, 3)), come)

    def _number(self, body_id: UUID) -> int:
        return self.bodies[body_id].part.body.number

    def _after(self, release: Release, lead: timedelta) -> timedelta | None:
        drawn, rng = self.scene.rng.random(), self.scene.rng
        if drawn < SOON or release.kind is not Kind.NEW:
            return timedelta(hours=min(rng.lognormvariate(math.log(1.4), 0.8), LATEST_SOON))
        if drawn < LATE:
            return timedelta(hours=rng.uniform(8, 120))
        return lead + timedelta(days=1) if rng.random() < 0.5 else None  # noqa: PLR2004 - a coin

    def _at(self, after: timedelta, event: Event) -> None:
        self.scene.calendar.at(self.scene.now + after, event)

    def _open(self, release_id: UUID, body_id: UUID, *, answering: float = ANSWERING) -> None:
        body, scene = self.bodies[body_id], self.scene
        with scene.hub.db.reading() as session:
            mail, copy = _mailed(session, release_id, body), _copied(session, release_id, body)
        delivery = mail or copy
        if delivery is None:
            return  # held, or overtaken by a newer revision
        if copy is not None and self.tools.has(body):
            self.tools.poll(body)
            self.tools.confirm(body, copy)
        else:
            self._acknowledge(body, delivery)
        if scene.rng.random() < answering:
            hours = scene.rng.uniform(0.3, 12)
            self._at(timedelta(hours=hours), lambda: self._answer(release_id, body_id))

    def _acknowledge(self, body: Joined, delivery_id: UUID) -> None:
        scene, key = self.scene, self.scene.hub.token_key
        code = code_for(delivery_id, key=key)
        with scene.hub.db.transaction() as session:
            receipts.acknowledge(session, code, body_id=body.id, key=key, by=body.actor, now=scene.now)
            self._read_pack(session, body)

    def _read_pack(self, session: orm.Session, body: Joined) -> None:
        """Let most who read a notice read the pack that came with it."""
        scene = self.scene
        contact = bodies.contact_of(session, account_of(session, body.who).id)
        if contact is None or packs.has_read(session, contact.id) or scene.rng.random() > READING:
            return
        pack.understood(session, contact.id, CURRENT, by=body.actor, now=scene.now)

    def _answer(self, release_id: UUID, body_id: UUID) -> None:
        scene, body = self.scene, self.bodies[body_id]
        [choice] = scene.rng.choices(list(CHOICES), weights=list(CHOICES.values()))
        with scene.hub.db.transaction() as session:
            service.answer(
                session, release_id, body_id, choice, vault=scene.vault, by=body.actor, now=scene.now
            )
            if scene.rng.random() < ASKING or self._number(body_id) == CURIOUS:
                self._ask(session, release_id, body)
        if scene.rng.random() < PASSING_ON:
            hours = scene.rng.uniform(0.5, 30)
            self._at(timedelta(hours=hours), lambda: self.passing_on.pass_on(release_id, body))

    def _ask(self, session: orm.Session, release_id: UUID, body: Joined) -> None:
        scene, row = self.scene, session.get_one(Body, body.id)
        text = scene.rng.choice(ASKED)
        questions.ask(session, release_id, row, text, vault=scene.vault, by=body.actor, now=scene.now)


def _mailed(session: orm.Session, release_id: UUID, body: Joined) -> UUID | None:
    """Return the mail to the main contact, if it has arrived."""
    found = (
        sa.select(Mailing.id)
        .join(Contact, Contact.id == Mailing.contact_id)
        .where(Mailing.release_id == release_id, Contact.email == body.who.email)
    )
    return session.scalar(found.where(Mailing.state.in_(OPENABLE)))


def _copied(session: orm.Session, release_id: UUID, body: Joined) -> UUID | None:
    """Return the copy in the body's collection, if it has arrived."""
    found = sa.select(Copy.id).where(Copy.release_id == release_id, Copy.body_id == body.id)
    return session.scalar(found.where(Copy.state.in_(OPENABLE)))
