"""Many releases at once, through the services that the pages call: for a long series, not for show."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import orm

from feeds.advisories import consulting, notice, releasing, service, submitting
from feeds.advisories import queries as advisories
from feeds.advisories.draft import Draft
from feeds.advisories.statement import Act, challenge
from feeds.advisories.states import Answer
from feeds.formats.content import Content, Countermeasure, CountermeasureKind, Product, Text, Vulnerability
from feeds.formats.scoring import score
from feeds.formats.tlp import Tlp
from hub.accounts import queries as accounts
from hub.accounts.passkeys.ceremony import Site
from hub.accounts.passkeys.signature import Signature
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.instance import Instance
from hub.demo.errors import DemoError
from hub.demo.people import Person
from hub.demo.proofs import Notice
from hub.demo.stage import Stage
from hub.demo.stories import Story, bulk_story
from sectors.bodies.queries import bodies_of_sectors

PUBLISHED_AFTER = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A person of the staff who acts without the pages."""

    actor: Actor
    person: Person

    def signs(
        self, session: orm.Session, advisory_id: uuid.UUID, act: Act, *, hub: Instance, now: datetime
    ) -> Signature:
        """Return the person's signature under the newest revision, for one act."""
        revision = advisories.latest_revision(session, advisory_id)
        stated = notice.statement(session, revision, vault=hub.vault, now=now).canonical()
        config, key = hub.config, self.person.passkey
        if key is None:
            raise DemoError(f"{self.person.name} has no passkey")
        assertion = key.sign(challenge(stated, act), origin=config.origin)
        return Signature(assertion=assertion, site=Site(rp_id=config.host, origin=config.origin))


def release_many(stage: Stage, count: int, *, progress: Callable[[int], None]) -> list[tuple[Story, Notice]]:
    """Draft, consult and release `count` matters to the first two bodies, each by two coordinators."""
    writer, second, ipa = (
        _staff(stage.hub, stage.of_role(role, number))
        for role, number in (("coordinator", 0), ("coordinator", 1), ("reviewer", 0))
    )
    released = []
    for number in range(1, count + 1):
        story = bulk_story(number)
        released.append((story, _release(stage.hub, story, writer=writer, second=second, ipa=ipa)))
        progress(number)
    return released


def _release(hub: Instance, story: Story, *, writer: Staff, second: Staff, ipa: Staff) -> Notice:
    now, vault = hub.clock(), hub.vault
    with hub.db.transaction() as session:
        draft = _draft(session, story, now=now)
        advisory = service.create_draft(session, draft, vault=vault, by=writer.actor, now=now)
        said = consulting.Consulted(
            name=story.vendor, asked_on=_today(now), answer=Answer.AGREED, answered_on=_today(now)
        )
        consulting.record_consultation(session, advisory.id, said, vault=vault, by=writer.actor, now=now)
        proposed = writer.signs(session, advisory.id, Act.PROPOSE, hub=hub, now=now)
        submitting.submit(session, advisory.id, signature=proposed, vault=vault, by=writer.actor, now=now)
        consulting.confirm_ipa(session, advisory.id, answer=Answer.AGREED, vault=vault, by=ipa.actor, now=now)
        version = advisories.latest_revision(session, advisory.id).version
        row = releasing.release(
            session,
            advisory.id,
            version=version,
            signature=second.signs(session, advisory.id, Act.RELEASE, hub=hub, now=now),
            vault=vault,
            by=second.actor,
            now=now,
        )
        return Notice(tracking_id=advisory.matter.tracking_id, revision=row.revision, word=story.canary)


def _draft(session: orm.Session, story: Story, *, now: datetime) -> Draft:
    return Draft(
        content=content(story),
        tlp=Tlp.AMBER,
        sectors=frozenset(story.sectors),
        bodies=frozenset(body.id for body in bodies_of_sectors(session, story.sectors)),
        publication_at=now + PUBLISHED_AFTER,
        countermeasure_on=_today(now),
        serious_effect="監視と制御が止まるおそれがある。",
    )


def content(story: Story) -> Content:
    """Return what a notice about a story says."""
    weakness = Vulnerability(title=story.title, cve=story.cve, cwes=(story.cwe,), scores=(score(story.cvss),))
    return Content(
        title=Text(ja=story.title, en=story.title_en),
        summary=Text(ja=story.summary),
        products=(Product(vendor=story.vendor, name=story.product, versions=story.versions),),
        vulnerabilities=(weakness,),
        attack_method=Text(ja=story.attack_method),
        countermeasures=(
            Countermeasure(kind=CountermeasureKind.FIX, text=Text(ja=story.fix)),
            Countermeasure(kind=CountermeasureKind.WORKAROUND, text=Text(ja=story.workaround)),
        ),
    )


def _today(now: datetime) -> date:
    return now.astimezone(JST).date()


def _staff(hub: Instance, person: Person) -> Staff:
    with hub.db.reading() as session:
        account = accounts.account_by_email(session, person.email)
    if account is None:
        raise DemoError(f"{person.email} has no account")
    actor = Actor(account_id=account.id, organisation_id=account.organisation_id)
    return Staff(actor=actor, person=person)
