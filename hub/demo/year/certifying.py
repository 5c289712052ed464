"""Certificates of the year's contacts: a key pair, the challenge opened with gpg, the call, the signature."""

from uuid import UUID

from hub.accounts.passkeys.ceremony import Site
from hub.accounts.passkeys.signature import Signature
from hub.core.audit import Actor
from hub.demo.connecting import CHALLENGE
from hub.demo.errors import DemoError
from hub.demo.year.scene import Scene
from keys import gate
from keys import queries as certificates
from keys import service as keys
from keys.gate import Certificate
from sectors.bodies import queries as bodies
from sectors.bodies.models import Contact
from sectors.certificates import service as confirming


def made(scene: Scene, email: str) -> Certificate:
    """Make a key pair, one a day for an address; return its certificate as it passes the gate."""
    blob = scene.keys.add_key(name=f"Key of {scene.today}", email=email)
    return gate.inspect(blob, expect_email=email, now=scene.now, gpg=scene.hub.config.gpg)


def bring(scene: Scene, contact: Contact, *, by: Actor) -> UUID:
    """Make a key pair and upload its certificate; return the certificate's id."""
    passed = made(scene, contact.email)
    with scene.hub.db.transaction() as session:
        row = keys.upload(
            session, owner_id=contact.id, email=contact.email, passed=passed, by=by, now=scene.now
        )
        return row.id


def prove(scene: Scene, certificate_id: UUID, *, email: str, by: Actor) -> None:
    """Open the mailed challenge with gpg and type it."""
    found = CHALLENGE.search(scene.letterbox(email).challenge())
    with scene.hub.db.transaction() as session:
        keys.answer_challenge(
            session,
            certificate_id,
            found[0] if found else "",
            owner_id=certificates.certificate(session, certificate_id).owner_id,
            by=by,
            now=scene.now,
            token_key=scene.hub.token_key,
        )


def confirm(scene: Scene, certificate_id: UUID) -> None:
    """Let a coordinator who has compared the fingerprint by telephone sign it."""
    by, config = scene.second, scene.hub.config
    if by.person.passkey is None:
        raise DemoError("the coordinator has no passkey")
    with scene.hub.db.transaction() as session:
        row = certificates.certificate(session, certificate_id)
        contact = bodies.contact(session, row.owner_id)
        asked = confirming.asked(row, contact, bodies.body(session, contact.body_id))
        signature = Signature(
            assertion=by.person.passkey.sign(asked, origin=config.origin),
            site=Site(rp_id=config.host, origin=config.origin),
        )
        confirming.confirm(session, certificate_id, signature=signature, by=by.actor, now=scene.now)
