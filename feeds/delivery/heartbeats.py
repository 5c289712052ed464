"""Heartbeats: a signed, sealed word to each body on where its series stands, so that it sees what is missing.

A round promises one heartbeat a body, and the next round; the first of a body comes when it becomes able
to receive, so that a new client can begin at a signed head. Only the newest is kept: a heartbeat carries
nothing but the head.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.delivery import series
from feeds.delivery.models import Beat, Series
from feeds.delivery.signing import signer_of
from feeds.delivery.trusted import certificate_for
from feeds.formats import stix
from feeds.formats.envelope import HEARTBEAT, Heartbeat, heartbeat
from feeds.formats.tlp import Tlp
from feeds.taxii import store
from feeds.taxii.form import facts_of
from hub.core import outbox
from hub.core.instance import Instance
from keys.models import ContactCertificate
from keys.sealing import CertificateUnusableError, seal
from sectors.bodies import queries as bodies
from sectors.bodies.states import RECEIVING

ROUND = "heartbeat.round"
MISSED = 4  # heartbeats that may fail to come until the last one is no longer worth anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What a heartbeat is sealed from, as it stood when it was read."""

    certificate: ContactCertificate
    seq: int
    sha256: str


def beat_all(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Promise a heartbeat to each body that receives, and the next round; the job `heartbeat.round`."""
    every = timedelta(hours=hub.config.heartbeat_hours)
    with hub.db.transaction() as session:
        served = sa.select(Series.body_id).order_by(Series.body_id)
        for body_id in session.scalars(served):
            if bodies.body(session, body_id).state in RECEIVING:
                series.promise_heartbeat(session, body_id, now=now)
        outbox.promise_round(session, ROUND, every=every, at=now + every, now=now)


def seal_heartbeat(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Seal and store one body's heartbeat; the job `heartbeat.seal`.

    A body that may not or cannot receive now gets none, and nothing is held: the next round asks again.

    Raises:
        ConflictError: copies were faster every time; the job is tried again later.

    """
    body_id = uuid.UUID(values["body_id"])
    series.until_stored(lambda: _tried(hub, body_id, now=now))


def _tried(hub: Instance, body_id: uuid.UUID, *, now: datetime) -> bool:
    """Seal and store once; False if a copy was faster."""
    pulse = _read(hub, body_id, now=now)
    if pulse is None:
        return True
    try:
        artifact = _seal(hub, pulse, now=now)
    except CertificateUnusableError:
        return True
    return _stored(hub, body_id, pulse, artifact, now=now)


def _read(hub: Instance, body_id: uuid.UUID, *, now: datetime) -> Pulse | None:
    with hub.db.transaction() as session:
        certificate = _certificate(session, body_id, hub=hub, now=now)
        if certificate is None:
            return None
        head = series.series_of(session, body_id)
        return Pulse(certificate=certificate, seq=head.seq, sha256=head.sha256)


def _certificate(
    session: orm.Session, body_id: uuid.UUID, *, hub: Instance, now: datetime
) -> ContactCertificate | None:
    """Return what a heartbeat may be sealed to now: a copy's certificate, of a body in good standing."""
    body = bodies.body(session, body_id)
    contact = bodies.receiving_contact(session, body)
    if contact is None or not audience.standing(session, body, now=now).ok:
        return None
    found = certificate_for(session, contact, body_name=body.name_ja, hub=hub, now=now)
    return None if isinstance(found, str) else found


def _seal(hub: Instance, pulse: Pulse, *, now: datetime) -> bytes:
    beat = Heartbeat(
        to=pulse.certificate.fingerprint,
        head_seq=pulse.seq,
        head_sha256=pulse.sha256,
        issued=now,
        valid_until=now + MISSED * timedelta(hours=hub.config.heartbeat_hours),
    )
    return stix.artifact(
        seal(heartbeat(beat), certificate=pulse.certificate, signer=signer_of(hub.config), now=now),
        recipient=pulse.certificate.fingerprint,
        kind=HEARTBEAT,
        tlp=Tlp.AMBER,
    )


def _stored(hub: Instance, body_id: uuid.UUID, pulse: Pulse, artifact: bytes, *, now: datetime) -> bool:
    """Store it in place of the one before, if the head is still the one it tells; else False: seal anew."""
    with hub.db.transaction() as session:
        head = series.series_of(session, body_id, lock=True)
        if (head.seq, head.sha256) != (pulse.seq, pulse.sha256):
            return False
        again = _certificate(session, body_id, hub=hub, now=now)
        if again is None or again.id != pulse.certificate.id:
            return again is None  # none any more: nothing is due; replaced meanwhile: seal anew
        before = session.get(Beat, body_id)
        if before is not None and before.issued_at >= now:
            return True  # a job may run twice
        beat = before or Beat(body_id=body_id)
        if before is not None:
            store.remove(session, head.sealed_id, before.stix_id)
        store.add(session, head.sealed_id, [artifact], now=now)
        beat.stix_id, beat.issued_at = facts_of(artifact).stix_id, now
        session.add(beat)
        return True
