"""A log for tests: acts of two bodies, of staff and of the hub, chained and signed."""

import uuid
from dataclasses import dataclass
from datetime import date

from hub.accounts.models import Account, Role
from hub.core import audit
from hub.core.audit import THE_HUB, Actor
from hub.core.instance import Instance
from hub.trail import heads, statements, verifying
from hub.trail.chaining import chain_all
from hub.trail.findings import Finding, Seen
from hub.trail.models import SignedHead
from hub.trail.statements import Statement
from keys import hub_certificate
from sectors.bodies import service
from tests.support.applications import acting, make_submission
from tests.support.bodies import make_body_of
from tests.support.people import make_account


@dataclass(frozen=True, kw_only=True)
class Trail:
    """The hub, and the organisations of its two bodies."""

    hub: Instance
    power: uuid.UUID
    gas: uuid.UUID
    staff: Account

    def act(
        self, organisation: uuid.UUID | None, count: int = 1, *, concerns: uuid.UUID | None = None
    ) -> None:
        """Record some acts of somebody of an organisation."""
        by = Actor(account_id=uuid.uuid4(), organisation_id=organisation, address="192.0.2.7")
        with self.hub.db.transaction() as session:
            for number in range(count):
                audit.record(
                    session,
                    "notice.viewed",
                    by=by if organisation else THE_HUB,
                    now=self.hub.clock(),
                    subject=uuid.uuid4(),
                    concerns=concerns,
                    number=str(number),
                )

    def chain(self) -> None:
        chain_all(self.hub, now=self.hub.clock())

    def sign(self) -> SignedHead:
        """Sign the head of this day with the hub's key."""
        heads.sign(self.hub, {}, self.hub.clock())
        with self.hub.db.reading() as session:
            return session.get_one(SignedHead, heads.day_of(self.hub.clock()))

    def check(self, signed: str) -> Statement:
        return checked(signed, self.hub)

    def findings(
        self, witnessed: dict[date, Statement] | None = None, seen: Seen | None = None
    ) -> list[Finding]:
        """Return what `audit verify` finds."""
        with self.hub.db.reading() as session:
            found = verifying.verify(session, seen or Seen(), check=self.check, witnessed=witnessed or {})
            return list(found)


_CHECKED: dict[str, Statement] = {}


def checked(signed: str, hub: Instance) -> Statement:
    """Read a signed head as production does, once for each text: gpg is a process."""
    if signed not in _CHECKED:
        certificate = hub_certificate.read(hub.config.certificate_file, gpg=hub.config.gpg)
        _CHECKED[signed] = statements.read(signed, certificate=certificate.blob, gpg=hub.config.gpg)
    return _CHECKED[signed]


def make_trail(hub: Instance, applicant: Account, coordinator: Account) -> Trail:
    """Return a log of three chains, in three rounds, signed after the second."""
    with hub.db.transaction() as session:
        other = make_account(session, Role.APPLICANT)
        power = make_body_of(session, applicant, by=coordinator).organisation_id
        details = make_submission(main=other.email, deputy=None).details
        gas = service.establish(
            session, other.organisation_id, details, by=acting(coordinator), now=hub.clock()
        ).organisation_id
    trail = Trail(hub=hub, power=power, gas=gas, staff=coordinator)
    for organisation, count in ((power, 3), (gas, 2), (coordinator.organisation_id, 2)):
        trail.act(organisation, count)
    trail.chain()
    trail.act(power, 2)
    trail.act(coordinator.organisation_id, concerns=power)
    trail.sign()
    trail.act(power)
    trail.act(gas)
    trail.chain()
    return trail
