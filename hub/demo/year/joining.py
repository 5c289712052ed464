"""How the year's bodies join: application, review, agreement, certificate, trial; all by the services."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import orm

from feeds.drills import service as drills
from feeds.operation import service as operation
from hub.accounts import service as accounts
from hub.accounts.passkeys.ceremony import Site
from hub.accounts.passkeys.signature import Signature
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.instance import Instance
from hub.demo.bulk import Staff
from hub.demo.connecting import CHALLENGE
from hub.demo.documents import pdf
from hub.demo.errors import DemoError
from hub.demo.letterbox import Letterbox
from hub.demo.people import Person
from hub.demo.recipients import GnupgHome
from hub.demo.year.parts import Part, submission
from hub.demo.year.people import account_of, person, set_up
from hub.demo.year.work import Work
from keys import gate
from keys import queries as certificates
from keys import service as keys
from nda.agreements import queries as agreements
from nda.agreements import service as agreeing
from nda.agreements.contract import Conclusion
from sectors.applications import review, service
from sectors.applications.attachments import checked
from sectors.applications.items import Item
from sectors.applications.models import AttachmentKind
from sectors.applications.review import Verdict
from sectors.bodies import queries as bodies
from sectors.certificates import service as confirming

AGREED_FOR = timedelta(days=3 * 365)
NO_DRILL = "制度の開始前に、同じ手順の訓練を書面で実施済みのため。"


@dataclass(slots=True, kw_only=True)
class Joined:
    """A body under way; it has an id from its agreement on."""

    part: Part
    who: Person
    actor: Actor
    organisation_id: UUID
    body_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What joining needs: the hub, its staff, its worker, and one GnuPG home with every contact's key."""

    hub: Instance
    reviewer: Staff
    coordinators: Sequence[Staff]
    work: Work
    home: GnupgHome
    mail: Path
    pin: str
    rng: random.Random

    @property
    def now(self) -> datetime:
        """Return the play's present instant."""
        return self.hub.clock()

    @property
    def today(self) -> date:
        """Return the play's present day in Japan."""
        return self.now.astimezone(JST).date()

    def register(self, part: Part) -> Joined:
        """Let somebody of a body ask for an account and set it up."""
        name = part.body.name
        who = person(
            self.hub, "contact", part.email, f"{part.body.sector_ja}窓口 {part.body.number}", body=name
        )
        nobody = Actor(account_id=None)
        with self.hub.db.transaction() as session:
            accounts.register_applicant(
                session, organisation_name=name, name=who.name, email=who.email, by=nobody, now=self.now
            )
            actor = set_up(session, self.hub, who, now=self.now)
            organisation_id = account_of(session, who).organisation_id
        return Joined(part=part, who=who, actor=actor, organisation_id=organisation_id)

    def apply(self, joined: Joined) -> UUID:
        """File the application with its five documents; return its id."""
        filed = submission(joined.part, self.rng, on=self.today)
        content = pdf(f"Document - {joined.part.body.name_en}")
        uploads = [checked(kind, f"{kind}.pdf", content) for kind in AttachmentKind]
        with self.hub.db.transaction() as session:
            made = service.submit(
                session, filed, uploads=uploads, vault=self.hub.vault, by=joined.actor, now=self.now
            )
            return made.id

    def review(self, application_id: UUID) -> None:
        """Let IPA take it and accept it as complete and in form."""
        by, right = self.reviewer.actor, {item: Verdict(in_order=True) for item in Item}
        with self.hub.db.transaction() as session:
            review.take(session, application_id, version=1, by=by, now=self.now)
            review.accept(
                session,
                application_id,
                right,
                other_body_review="",
                version=2,
                vault=self.hub.vault,
                by=by,
                now=self.now,
            )

    def agree(self, joined: Joined) -> None:
        """Answer the sample, pass it on, conclude it: the applicant is a body from now."""
        with self.hub.db.transaction() as session:
            [agreement] = agreements.agreements_of(session, joined.organisation_id)
            agreeing.answer(session, agreement.id, can=True, remarks="", by=joined.actor, now=self.now)
            agreeing.pass_on(session, agreement.id, by=self.reviewer.actor, now=self.now)
            signed = Conclusion(
                body_signer="代表理事 見本 太郎",
                jpcert_signer="理事 調整 太郎",
                ipa_signer="",
                decided_on=self.today,
                starts_on=self.today,
                ends_on=self.today + AGREED_FOR,
                document=pdf(f"Agreement - {joined.part.body.name_en}"),
            )
            by = self.coordinators[0].actor
            body = agreeing.conclude(session, agreement.id, signed, vault=self.hub.vault, by=by, now=self.now)
            joined.body_id = body.id

    def bring_certificate(self, joined: Joined) -> UUID:
        """Make a key pair and upload its certificate; return the certificate's id."""
        email = joined.who.email
        blob = self.home.add_key(name=f"Contact {joined.part.body.number}", email=email)
        passed = gate.inspect(blob, expect_email=email, now=self.now, gpg=self.hub.config.gpg)
        with self.hub.db.transaction() as session:
            contact = bodies.contact_of(session, account_of(session, joined.who).id)
            if contact is None:
                raise DemoError(f"{email} is no contact")
            row = keys.upload(
                session, owner_id=contact.id, email=email, passed=passed, by=joined.actor, now=self.now
            )
            return row.id

    def prove(self, joined: Joined, certificate_id: UUID) -> None:
        """Open the mailed challenge with gpg and type it; then a coordinator confirms the fingerprint."""
        opened = Letterbox(joined.who.email, self.mail, self.home, self.pin).challenge()
        found = CHALLENGE.search(opened)
        with self.hub.db.transaction() as session:
            owner = certificates.certificate(session, certificate_id).owner_id
            typed = found[0] if found else ""
            keys.answer_challenge(
                session,
                certificate_id,
                typed,
                owner_id=owner,
                by=joined.actor,
                now=self.now,
                token_key=self.hub.token_key,
            )
            self._confirm(session, certificate_id)

    def begin_trial(self, joined: Joined) -> None:
        """Begin trial operation; one coordinator waives the drill, the other begins."""
        first, second = (each.actor for each in self.coordinators)
        if joined.body_id is None:
            raise DemoError(f"{joined.part.body.name} is no body yet")
        with self.hub.db.transaction() as session:
            drills.waive(session, joined.body_id, NO_DRILL, by=first, now=self.now)
        with self.hub.db.transaction() as session:
            operation.begin_trial(session, joined.body_id, by=second, now=self.now)

    def _confirm(self, session: orm.Session, certificate_id: UUID) -> None:
        row = certificates.certificate(session, certificate_id)
        contact = bodies.contact(session, row.owner_id)
        asked = confirming.asked(row, contact, bodies.body(session, contact.body_id))
        by, config = self.coordinators[1], self.hub.config
        if by.person.passkey is None:
            raise DemoError("the coordinator has no passkey")
        signature = Signature(
            assertion=by.person.passkey.sign(asked, origin=config.origin),
            site=Site(rp_id=config.host, origin=config.origin),
        )
        confirming.confirm(session, certificate_id, signature=signature, by=by.actor, now=self.now)


def join(joining: Joining, parts: Sequence[Part]) -> list[Joined]:
    """Let every body join; the worker does its part between the steps."""
    found = [joining.register(part) for part in parts]
    for application_id in [joining.apply(each) for each in found]:
        joining.review(application_id)
    joining.work.all()
    for each in found:
        joining.agree(each)
    brought = [joining.bring_certificate(each) for each in found]
    joining.work.all()
    for each, certificate_id in zip(found, brought, strict=True):
        joining.prove(each, certificate_id)
    joining.work.all()
    for each in found:
        joining.begin_trial(each)
    joining.work.all()
    return found
