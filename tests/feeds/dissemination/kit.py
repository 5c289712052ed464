"""A body that passes a notice on, its members, and what can be done with their packages."""

import io
import re
import uuid
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Release
from feeds.dissemination import at_rest, certificates, queries, service
from feeds.dissemination.models import MemberPackage
from hub.core.audit import Actor
from keys import gate
from sectors.bodies.models import Body, MemberOperator
from tests.keys.workshop import GPG, Holder
from tests.support.advisories import VAULT, acting
from tests.support.delivery import World

LINK = re.compile(r"http://\S+/received/(\S+)")


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What a contact of the body does."""

    world: World
    release: Release

    @property
    def by(self) -> Actor:
        return acting(self.world.account())

    def body(self, session: orm.Session) -> Body:
        """Return the body as it stands now."""
        return session.get_one(Body, self.world.power.id)

    @property
    def number(self) -> str:
        return self.world.tracking_id(self.release)

    def members(self, body: Body | None = None) -> dict[str, MemberOperator]:
        own = sa.select(MemberOperator).where(MemberOperator.body_id == (body or self.world.power).id)
        with self.world.hub.db.reading() as session:
            return {each.name: each for each in session.scalars(own)}

    def add_member(
        self,
        name: str,
        *,
        critical: bool = True,
        memorandum_on: date | None = None,
        left_on: date | None = None,
    ) -> uuid.UUID:
        with self.world.hub.db.transaction() as session:
            member = MemberOperator(
                id=uuid.uuid4(),
                body_id=self.world.power.id,
                name=name,
                corporate_number=str(uuid.uuid4().int)[:13],
                sector_code="electricity",
                critical=critical,
                memorandum_on=memorandum_on,
                left_on=left_on,
            )
            session.add(member)
        return member.id

    def bring(self, name: str, holder: Holder) -> None:
        """Bring this holder's certificate for a member."""
        passed = gate.inspect(holder.blob, expect_email=None, now=self.world.hub.clock(), gpg=GPG)
        with self.world.hub.db.transaction() as session:
            member = self.members()[name]
            certificates.bring(session, self.world.power, member.id, passed, by=self.by, now=self.now)

    @property
    def now(self) -> datetime:
        return self.world.hub.clock()

    def order(self, *names: str) -> int:
        chosen = [self.members()[name].id for name in names]
        with self.world.hub.db.transaction() as session:
            release = session.get_one(Release, self.release.id)
            return service.order(session, release, self.body(session), chosen, by=self.by, now=self.now)

    def package(self, name: str) -> MemberPackage:
        with self.world.hub.db.reading() as session:
            found = queries.packages(session, self.release.id, self.world.power.id)
            [one] = [each for each in found if each.member.name == name]
            return session.get_one(MemberPackage, one.id, populate_existing=True)

    def mail(self, name: str) -> str:
        return at_rest.mail_of(self.package(name), vault=VAULT)

    def token(self, name: str) -> str:
        found = LINK.search(self.mail(name))
        assert found
        return found[1]

    def take(self, name: str) -> bytes:
        with self.world.hub.db.transaction() as session:
            package = queries.package(session, self.package(name).id, body_id=self.world.power.id, lock=True)
            return service.take(session, package, self.body(session), vault=VAULT, by=self.by, now=self.now)

    def confirm(self, token: str) -> None:
        with self.world.hub.db.transaction() as session:
            service.confirm(session, token, key=self.world.hub.token_key, by=Actor(), now=self.now)

    def reached(self) -> int:
        with self.world.hub.db.reading() as session:
            return queries.reached(session, self.world.power.id, self.release.advisory_id)


def files(archive: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
