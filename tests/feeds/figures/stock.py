"""Bodies that opened, answered and passed on what they were provided, at instants that a test says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from feeds.advisories.models import Advisory, Release
from feeds.delivery import promising, receipts
from feeds.delivery.models import Copy
from feeds.delivery.states import State
from feeds.receipts import service
from feeds.receipts.states import Choice
from feeds.reminders import queries as reminders
from feeds.reminders import service as reminding
from hub.accounts.models import Account
from hub.core.audit import Actor
from hub.core.instance import Instance
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from tests.support import passkeys
from tests.support.advisories import NOW, PUBLICATION, Cast, Readiness, make_body, make_cast, make_release

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AFTER = PUBLICATION + DAY
BY = Actor(account_id=None, organisation_id=None)


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A hub with its cast; what happens at bodies happens by the services, but sealing."""

    hub: Instance
    cast: Cast

    def body(self, name: str, *sectors: str) -> Body:
        has = Readiness(sectors=sectors or ("electricity",), ends_at=NOW + timedelta(days=900))
        with self.hub.db.transaction() as session:
            return make_body(session, has, name)

    def bodies(self, count: int, *sectors: str) -> list[Body]:
        return [self.body(f"団体{'・'.join(sectors)}{number}", *sectors) for number in range(count)]

    def release(self, to: Sequence[Body], *, at: datetime = NOW) -> Release:
        """Release a notice; its copies have arrived."""
        with self.hub.db.transaction() as session:
            release = make_release(session, self.cast, *to, now=at)
        promising.promise_deliveries(self.hub, {"release_id": str(release.id)}, at)
        with self.hub.db.transaction() as session:
            arrived = {"state": State.DELIVERED, "delivered_at": at}
            session.execute(sa.update(Copy).where(Copy.release_id == release.id).values(arrived))
        return release

    def open(self, release: Release, body: Body, at: datetime) -> None:
        with self.hub.db.transaction() as session:
            copy = session.scalars(
                sa.select(Copy).where(Copy.release_id == release.id, Copy.body_id == body.id)
            ).one()
            key = self.hub.token_key
            code = receipts.code_for(copy.id, key=key)
            assert receipts.acknowledge(session, code, body_id=body.id, key=key, by=BY, now=at)

    def answer(self, release: Release, body: Body, at: datetime) -> None:
        with self.hub.db.transaction() as session:
            service.answer(session, release.id, body.id, Choice.CHECKING, vault=self.hub.vault, by=BY, now=at)

    def pass_on(self, release: Release, body: Body, operators: int, at: datetime) -> None:
        with self.hub.db.transaction() as session:
            found = session.get_one(Release, release.id)
            service.disseminate(session, found, body.id, operators, by=BY, now=at)

    def remind(self, release: Release, body: Body, at: datetime) -> None:
        with self.hub.db.transaction() as session:
            case = reminders.case(session, release.id, body.id)
            assert case
            rules, quiet = reminders.rules(session), reminders.quiet(session)
            assert reminding.remind(session, case, rules=rules, quiet=quiet, now=at)

    def contact(self, body: Body) -> Account:
        with self.hub.db.reading() as session:
            account = bodies.contacts(session, body.id)[0].account
        assert account
        return account

    def tracking_id(self, release: Release) -> str:
        with self.hub.db.reading() as session:
            return session.get_one(Advisory, release.advisory_id).matter.tracking_id


def scheme_on(hub: Instance) -> Scheme:
    """Return a hub with two coordinators and a reviewer."""
    with hub.db.transaction() as session:
        cast = make_cast(session)
        passkeys.pin(session, hub.config.pinned_passkeys, cast.writer, cast.releaser)
    return Scheme(hub=hub, cast=cast)
