"""How the year's notices go on to members: told as a number, or by packages that the hub makes for each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.dissemination import at_rest, certificates, passing, queries
from feeds.dissemination import service as packages
from feeds.dissemination.models import MemberPackage
from feeds.dissemination.states import State
from feeds.receipts import service
from hub.core.audit import Actor
from hub.demo.year import certifying
from hub.demo.year.joined import Joined
from hub.demo.year.scene import Scene
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, MemberOperator

WITH_PACKAGES = 2  # bodies whose members get packages: the first ones
MEMBERS, CERTIFIED = 4, 2  # of each, to whom packages go, and how many of them have a certificate
CONFIRMING = 0.8  # of members; the last one of each never does
NOBODY = Actor(account_id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingOn:
    """How bodies pass on; `chosen` are the members to whom packages go, by body."""

    scene: Scene
    chosen: dict[UUID, list[UUID]] = field(default_factory=dict)

    def prepare(self, everybody: Sequence[Joined]) -> None:
        """Let the first bodies choose members, and bring the certificates of some."""
        for body in everybody[:WITH_PACKAGES]:
            with self.scene.hub.db.reading() as session:
                members = [each for each in bodies.operators(session, body.id) if _may(each, self.scene)]
            self.chosen[body.id] = [each.id for each in members[:MEMBERS]]
            for number, member in enumerate(members[:CERTIFIED], start=1):
                self._bring(body, member, f"psirt@member{number}.{body.part.body.domain}")

    def pass_on(self, release_id: UUID, body: Joined) -> None:
        """Tell how many members were told; the first bodies have the hub make packages for some of them."""
        scene = self.scene
        with scene.hub.db.transaction() as session:
            row, release = session.get_one(Body, body.id), session.get_one(Release, release_id)
            if passing.refused(session, release, row, now=scene.now) is not None:
                return
            self._tell(session, release, body)
            if body.id not in self.chosen:
                return
            packages.order(session, release, row, self.chosen[body.id], by=body.actor, now=scene.now)
        scene.work.all()
        self._hand_over(release_id, body)

    def _tell(self, session: orm.Session, release: Release, body: Joined) -> None:
        scene = self.scene
        eligible = bodies.roster_counts(session, [body.id])[body.id].eligible
        reached = max(1, round(eligible * scene.rng.uniform(0.6, 1.0)))
        service.disseminate(session, release, body.id, reached, by=body.actor, now=scene.now)

    def _hand_over(self, release_id: UUID, body: Joined) -> None:
        """Take every package that is made; most members confirm within two days."""
        scene = self.scene
        with scene.hub.db.transaction() as session:
            row = session.get_one(Body, body.id)
            for package in queries.packages(session, release_id, body.id):
                if package.state is State.READY:
                    packages.take(session, package, row, vault=scene.vault, by=body.actor, now=scene.now)
                    if package.copy_number < MEMBERS and scene.rng.random() < CONFIRMING:
                        after = timedelta(hours=scene.rng.uniform(1, 48))
                        self.scene.calendar.at(scene.now + after, partial(self._confirm, package.id))

    def _confirm(self, package_id: UUID) -> None:
        """Let a member follow the link in the mail that its body sent."""
        scene = self.scene
        with scene.hub.db.transaction() as session:
            package = session.get_one(MemberPackage, package_id)
            if package.state is not State.TAKEN:
                return
            mail = at_rest.mail_of(package, vault=scene.vault)
            link = next(line for line in mail.split() if line.startswith(scene.hub.config.base_url))
            token = link.rpartition("/")[2]
            packages.confirm(session, token, key=scene.hub.token_key, by=NOBODY, now=scene.now)

    def _bring(self, body: Joined, member: MemberOperator, email: str) -> None:
        scene, passed = self.scene, certifying.made(self.scene, email)
        with scene.hub.db.transaction() as session:
            row = session.get_one(Body, body.id)
            certificates.bring(session, row, member.id, passed, by=body.actor, now=scene.now)


def _may(member: MemberOperator, scene: Scene) -> bool:
    return passing.barred(member, now=scene.now) is None
