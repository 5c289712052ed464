"""How the year's bodies join, by the services: application, agreement, certificate, drill, trial."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from feeds.operation import service as operation
from hub.accounts import service as accounts
from hub.core.audit import Actor
from hub.demo.documents import pdf
from hub.demo.errors import DemoError
from hub.demo.year import certifying, drilling
from hub.demo.year.joined import Joined
from hub.demo.year.parts import REVIEWED, Part, submission
from hub.demo.year.people import account_of, person, set_up
from hub.demo.year.scene import Scene
from nda.agreements import queries as agreements
from nda.agreements import service as agreeing
from nda.agreements.contract import Conclusion
from sectors.applications import review, service
from sectors.applications.attachments import Upload, checked
from sectors.applications.items import Item
from sectors.applications.models import Application, AttachmentKind
from sectors.applications.review import Verdict
from sectors.applications.submission import BodyKind
from sectors.bodies import queries as bodies

AGREED_FOR, ENDING_SOON = timedelta(days=3 * 365), timedelta(days=440)
RENEWED = 3  # the number of the body whose agreement ends first
TRIALS = (190, 300, 385)  # days; a body has the one of its number: over, over, ending when the year does
IN_ORDER = {item: Verdict(in_order=True) for item in Item}


def register(scene: Scene, part: Part) -> Joined:
    """Let somebody of a body ask for an account and set it up."""
    name, hub = part.body.name, scene.hub
    who = person(hub, "contact", part.email, part.contact, body=name)
    nobody = Actor(account_id=None)
    with hub.db.transaction() as session:
        accounts.register_applicant(
            session, organisation_name=name, name=who.name, email=who.email, by=nobody, now=scene.now
        )
        actor = set_up(session, hub, who, now=scene.now)
        organisation_id = account_of(session, who).organisation_id
    return Joined(part=part, who=who, actor=actor, organisation_id=organisation_id)


def documents(part: Part) -> list[Upload]:
    """Return the five documents of an application."""
    content = pdf(f"Document - {part.body.name_en}")
    return [checked(kind, f"{kind}.pdf", content) for kind in AttachmentKind]


def apply(scene: Scene, joined: Joined) -> UUID:
    """File the application with its documents; return its id."""
    filed = submission(joined.part, scene.rng, on=scene.today)
    with scene.hub.db.transaction() as session:
        made = service.submit(
            session,
            filed,
            uploads=documents(joined.part),
            vault=scene.vault,
            by=joined.actor,
            now=scene.now,
        )
        return made.id


def take(scene: Scene, application_id: UUID) -> int:
    """Let IPA take an application for review; return its version from now."""
    with scene.hub.db.transaction() as session:
        version = session.get_one(Application, application_id).version
        review.take(session, application_id, version=version, by=scene.reviewer.actor, now=scene.now)
        session.flush()
        return session.get_one(Application, application_id).version


def accept(scene: Scene, application_id: UUID, part: Part) -> None:
    """Let IPA take it and accept it as complete and in form."""
    version = take(scene, application_id)
    with scene.hub.db.transaction() as session:
        review.accept(
            session,
            application_id,
            IN_ORDER,
            other_body_review="" if part.kind is BodyKind.ISAC else REVIEWED,
            version=version,
            vault=scene.vault,
            by=scene.reviewer.actor,
            now=scene.now,
        )


def agree(scene: Scene, joined: Joined) -> None:
    """Answer the sample, pass it on, conclude it: the applicant is a body from now."""
    with scene.hub.db.transaction() as session:
        [agreement] = agreements.agreements_of(session, joined.organisation_id)
        agreeing.answer(session, agreement.id, can=True, remarks="", by=joined.actor, now=scene.now)
    scene.in_a_while()
    with scene.hub.db.transaction() as session:
        agreeing.pass_on(session, agreement.id, by=scene.reviewer.actor, now=scene.now)
    scene.in_a_while()
    with scene.hub.db.transaction() as session:
        signed = conclusion(scene, joined.part)
        by = scene.writer.actor
        body = agreeing.conclude(session, agreement.id, signed, vault=scene.vault, by=by, now=scene.now)
        joined.body_id = body.id


def conclusion(scene: Scene, part: Part) -> Conclusion:
    """Return what is signed today for a body."""
    term = ENDING_SOON if part.body.number == RENEWED else AGREED_FOR
    return Conclusion(
        body_signer=part.representative,
        jpcert_signer="代表理事 調整 太郎",
        ipa_signer="",
        decided_on=scene.today,
        starts_on=scene.today,
        ends_on=scene.today + term,
        document=pdf(f"Agreement - {part.body.name_en}"),
    )


def certify(scene: Scene, everybody: Sequence[Joined]) -> None:
    """Let every contact bring a certificate, prove to have its key, and be called by a coordinator."""
    brought = []
    for each in everybody:
        scene.in_a_while()
        with scene.hub.db.reading() as session:
            contact = bodies.contact_of(session, account_of(session, each.who).id)
        if contact is None:
            raise DemoError(f"{each.who.email} is no contact")
        brought.append(certifying.bring(scene, contact, by=each.actor))
    scene.work.all()
    for each, certificate_id in zip(everybody, brought, strict=True):
        scene.in_a_while()
        certifying.prove(scene, certificate_id, email=each.who.email, by=each.actor)
        certifying.confirm(scene, certificate_id)


def begin_trial(scene: Scene, joined: Joined) -> None:
    """Begin trial operation for its period; who waived a drill may not begin."""
    ends_on = scene.today + timedelta(days=TRIALS[joined.part.body.number % len(TRIALS)])
    with scene.hub.db.transaction() as session:
        operation.begin_trial(session, joined.id, by=scene.second.actor, now=scene.now, ends_on=ends_on)


def join(scene: Scene, parts: Sequence[Part]) -> list[Joined]:
    """Let every body join within some weeks; the worker does its part between the steps."""
    found = []
    for part in parts:
        scene.in_a_while()
        found.append(register(scene, part))
    scene.wait(6)
    filed = []
    for each in found:
        scene.in_a_while()
        filed.append(apply(scene, each))
    scene.work.all()
    scene.wait(4)
    for application_id, each in zip(filed, found, strict=True):
        scene.in_a_while()
        accept(scene, application_id, each.part)
    scene.work.all()
    scene.wait(9)
    for each in found:
        scene.in_a_while()
        agree(scene, each)
    scene.work.all()
    scene.wait(2)
    certify(scene, found)
    scene.work.all()
    scene.wait(5)
    drilling.before_the_trial(scene, found)
    for each in found:
        scene.in_a_while()
        begin_trial(scene, each)
    scene.work.all()
    return found
