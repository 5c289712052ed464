"""The other jobs of delivery: challenges to new certificates, promises, what was lifted."""

import re
from datetime import timedelta

import orjson
import sqlalchemy as sa

from feeds.delivery import challenges, lifting
from feeds.delivery.models import Copy, Mailing
from feeds.delivery.series import LIFTED
from feeds.taxii.models import StoredObject
from hub.core.audit import THE_HUB
from hub.core.outbox import Job
from keys import queries as keys
from keys import service as certificates
from keys.states import State as CertificateState
from tests.feeds.delivery.test_mails import opened, parsed
from tests.support.advisories import NOW, Readiness
from tests.support.delivery import TOKEN_KEY, World


def test_a_new_certificate_gets_a_challenge_that_only_its_holder_reads(world: World) -> None:
    certificate = world.certificate()
    with world.hub.db.transaction() as session:
        keys.certificate(session, certificate.id).state = CertificateState.UPLOADED
    challenges.send_challenge(world.hub, {"certificate_id": str(certificate.id)}, NOW)
    [raw] = world.mails()
    assert parsed(raw)["Subject"] == "[PRIORITY][ACTION] 優先情報提供 要対応"
    part = opened(world, raw).get_body(("plain",))
    assert part
    found = re.search(r"Challenge: (\S+)", part.get_content())
    assert found
    assert found[1].encode() not in raw
    with world.hub.db.transaction() as session:
        certificates.answer_challenge(
            session,
            certificate.id,
            found[1],
            owner_id=certificate.owner_id,
            by=THE_HUB,
            now=NOW,
            token_key=TOKEN_KEY,
        )
    assert world.certificate().state is CertificateState.POSSESSED
    challenges.send_challenge(world.hub, {"certificate_id": str(certificate.id)}, NOW)
    assert len(world.mails()) == 1  # there is nothing to prove any more


def test_a_release_promises_a_copy_for_each_body_and_a_mail_for_each_contact_once(world: World) -> None:
    gas = world.add("ガス協議会", world.seat.gas, Readiness(sectors=("gas",)))
    release = world.release(world.power, gas)
    world.promise(release)
    with world.hub.db.reading() as session:
        counted = [
            session.scalar(sa.select(sa.func.count()).where(kind.release_id == release.id))
            for kind in (Copy, Mailing)
        ]
        jobs = session.scalars(sa.select(Job).where(Job.kind.in_(["copy.seal", "mail.seal"]))).all()
    assert counted == [2, 2]
    assert len(jobs) == 4
    assert all(set(each.values) == {"delivery_id"} for each in jobs)


def test_a_lifting_is_published_once_and_clear(world: World) -> None:
    lifted = world.lift(world.release())
    for _ in range(2):
        lifting.publish_lifted(world.hub, {"release_id": str(lifted.id)}, NOW + timedelta(minutes=1))
    with world.hub.db.reading() as session:
        rows = session.scalars(
            sa.select(StoredObject.document).where(StoredObject.collection_id == LIFTED)
        ).all()
    documents = [orjson.loads(each) for each in rows]
    assert len({each["id"] for each in documents}) == len(documents)
    markings = {mark for each in documents for mark in each.get("object_marking_refs", [])}
    assert "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487" in markings  # TLP:CLEAR
