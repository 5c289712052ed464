"""How bodies keep what is recorded of them: people, numbers, members, certificates, agreements."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import orm

from hub.core.audit import Actor
from hub.demo.documents import pdf
from hub.demo.people import Person
from hub.demo.year import certifying, returning
from hub.demo.year.joined import Joined
from hub.demo.year.joining import RENEWED, conclusion
from hub.demo.year.parts import full_name, measures, member
from hub.demo.year.people import account_of, person, set_up
from hub.demo.year.scene import Scene
from keys import service as keys
from keys.models import ContactCertificate
from keys.queries import certificates_of
from nda.agreements import queries as agreements
from nda.agreements import renewing
from sectors.bodies import queries as bodies
from sectors.bodies.details import ContactDetails
from sectors.bodies.models import Contact, ContactKind
from sectors.bodies.service import mailbox_works
from sectors.telephones import queries as numbers
from sectors.telephones import service as telephones
from sectors.upkeep import people
from sectors.upkeep import service as upkeep

EVERY_THIRD = 3  # body names a deputy
ATTEST_SHARE = 0.9
AMENDED = "別紙の連絡窓口を改める覚書を締結した。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The bodies; `deputies` are those whom they have named, by body."""

    scene: Scene
    bodies: Sequence[Joined]
    deputies: dict[UUID, Person] = field(default_factory=dict)

    def plan(self) -> None:
        """Let all of it come in its time."""
        after, first, second = self.scene.after, self.bodies[0], self.bodies[1]
        for number, body in enumerate(self.bodies[:-1:EVERY_THIRD]):
            after(12 + number, partial(self._name_deputy, body))
        after(75, lambda: self._lose_mail(first))
        after(70, lambda: self._change_number(second, "03-5555-0199", approved=True))
        after(85, lambda: self._renew_key(second))
        after(130, lambda: self._amend(first))
        after(170, lambda: self._change_members(first))
        after(175, lambda: self._move_house(second))
        after(185, lambda: self._change_number(second, "03-5555-0200", approved=False))
        after(240, lambda: self._deputy_leaves(first))
        after(300, self._attest)
        after(320, self._renew_agreement)

    def leave_open(self) -> None:
        """Leave a number that waits for a second person, and a certificate that waits for the call."""
        scene, body = self.scene, self.bodies[0]
        with scene.hub.db.transaction() as session:
            contact = self._main(session, body)
            telephones.propose(session, contact.id, "03-5555-0201", by=body.actor, now=scene.now)
        certificate_id = certifying.bring(scene, contact, by=body.actor)
        scene.work.all()
        certifying.prove(scene, certificate_id, email=contact.email, by=body.actor)
        returning.come_back(scene, email=self.deputies[body.id].email)

    def _main(self, session: orm.Session, body: Joined) -> Contact:
        contact = bodies.contact_of(session, account_of(session, body.who).id)
        return bodies.contact(session, contact.id) if contact else bodies.contacts(session, body.id)[0]

    def _name_deputy(self, body: Joined, *, second: bool = False) -> None:
        """Name one, who sets up the account; the number counts when a coordinator has approved it."""
        scene, number = self.scene, body.part.body.number
        name = full_name(number + (90 if second else 70))
        email = f"{'deputy2' if second else 'deputy'}@{body.part.body.domain}"
        named = ContactDetails(
            kind=ContactKind.DEPUTY,
            name=name,
            department="情報共有室",
            email=email,
            telephone=f"03-{5000 + number}-{'0003' if second else '0002'}",
        )
        with scene.hub.db.transaction() as session:
            people.add(session, body.id, named, by=body.actor, now=scene.now)
        scene.work.all()
        who = self.deputies[body.id] = person(scene.hub, "contact", email, name, body=body.part.body.name)
        with scene.hub.db.transaction() as session:
            actor = set_up(session, scene.hub, who, now=scene.now)
        scene.in_turn(
            (1, lambda: self._approve_number(body, email)),
            (2, lambda: self._certify_deputy(body, who, actor)),
        )

    def _approve_number(self, body: Joined, email: str) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            contact = next(each for each in bodies.contacts(session, body.id) if each.email == email)
            change = numbers.open_change(session, contact.id)
            if change is not None:
                telephones.approve(session, change.id, by=scene.writer.actor, now=scene.now)

    def _certify_deputy(self, body: Joined, who: Person, actor: Actor) -> None:
        scene = self.scene
        scene.work.all()
        with scene.hub.db.reading() as session:
            contact = next(each for each in bodies.contacts(session, body.id) if each.email == who.email)
        certificate_id = certifying.bring(scene, contact, by=actor)
        scene.work.all()
        certifying.prove(scene, certificate_id, email=who.email, by=actor)
        certifying.confirm(scene, certificate_id)

    def _deputy_leaves(self, body: Joined) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            leaving = account_of(session, self.deputies[body.id])
            contact = bodies.contact_of(session, leaving.id)
            if contact is not None:
                people.leave(session, body.id, contact.id, successor_id=None, by=body.actor, now=scene.now)
        self._name_deputy(body, second=True)

    def _change_number(self, body: Joined, number: str, *, approved: bool) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            contact = self._main(session, body)
            change = telephones.propose(session, contact.id, number, by=body.actor, now=scene.now)

        def decide() -> None:
            decided = telephones.approve if approved else telephones.refuse
            with scene.hub.db.transaction() as session:
                decided(session, change.id, by=scene.writer.actor, now=scene.now)

        scene.after(1, decide)

    def _renew_key(self, body: Joined) -> None:
        """Bring a new certificate; when it is in force, revoke the old one."""
        scene = self.scene
        with scene.hub.db.reading() as session:
            contact = self._main(session, body)
            old = [each for each in certificates_of(session, contact.id) if each.activated_at is not None]
        certificate_id = certifying.bring(scene, contact, by=body.actor)
        scene.work.all()
        certifying.prove(scene, certificate_id, email=contact.email, by=body.actor)
        certifying.confirm(scene, certificate_id)
        scene.after(2, lambda: self._revoke(old, body))

    def _revoke(self, rows: Sequence[ContactCertificate], body: Joined) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            for each in rows:
                keys.revoke(session, each.id, by=body.actor, now=scene.now, owner_id=each.owner_id)

    def _amend(self, body: Joined) -> None:
        scene = self.scene
        change = renewing.Change(agreed_on=scene.today, summary=AMENDED, document=pdf("Amendment"))
        with scene.hub.db.transaction() as session:
            [agreement] = agreements.agreements_of(session, body.organisation_id)
            renewing.amend(
                session, agreement.id, change, vault=scene.vault, by=scene.writer.actor, now=scene.now
            )

    def _renew_agreement(self) -> None:
        scene = self.scene
        for body in self.bodies:
            if body.part.body.number == RENEWED:
                with scene.hub.db.transaction() as session:
                    [present] = agreements.agreements_of(session, body.organisation_id)
                    begins = scene.today if present.ends_at is None else present.ends_at.date()
                    signed = replace(
                        conclusion(scene, body.part),
                        starts_on=begins,
                        ends_on=begins + timedelta(days=3 * 365),
                    )
                    by = scene.writer.actor
                    renewing.renew(session, present.id, signed, vault=scene.vault, by=by, now=scene.now)

    def _change_members(self, body: Joined) -> None:
        """Let a member join, one leave, and one conclude the memorandum that it had not."""
        scene, by = self.scene, body.actor
        joins = member(body.part, scene.rng, body.part.members + 1, on=scene.today)
        with scene.hub.db.transaction() as session:
            present = bodies.operators(session, body.id)
            upkeep.add_member(session, body.id, joins, by=by, now=scene.now)
            upkeep.member_leaves(session, body.id, present[-1].id, by=by, now=scene.now)
            for each in present[:-1]:
                if each.memorandum_on is None:
                    standing = upkeep.Standing(critical=each.critical, memorandum_on=scene.today)
                    upkeep.keep_member(session, body.id, each.id, standing, by=by, now=scene.now)
                    break

    def _move_house(self, body: Joined) -> None:
        scene, address = self.scene, "東京都港区芝公園一丁目1番1号"
        with scene.hub.db.transaction() as session:
            name = body.part.representative
            upkeep.move_house(
                session, body.id, address=address, representative=name, by=body.actor, now=scene.now
            )

    def _lose_mail(self, body: Joined) -> None:
        """Let mail to the deputy come back, and be sent again when the mailbox is mended."""
        scene, email = self.scene, self.deputies[body.id].email
        returning.come_back(scene, email=email)

        def mend() -> None:
            with scene.hub.db.transaction() as session:
                contact = next(each for each in bodies.contacts(session, body.id) if each.email == email)
                mailbox_works(session, body.id, contact.id, by=body.actor, now=scene.now)
            returning.send_again(scene, body.id)

        scene.after(2, mend)

    def _attest(self) -> None:
        scene = self.scene
        with scene.hub.db.transaction() as session:
            for each in self.bodies[:-1]:
                if scene.rng.random() < ATTEST_SHARE:
                    upkeep.attest(session, each.id, measures(), by=each.actor, now=scene.now)
                    upkeep.still_right(session, each.id, by=each.actor, now=scene.now)
