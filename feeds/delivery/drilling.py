"""Drills on their way: sealed, stored and mailed as notices are, with the fixed text of `feeds/drills`.

This path reads no release and no content at rest: what it signs is a function of a drill's number and
hours. A drill that cannot leave is held with its reason and tried again until its deadline.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import audience
from feeds.delivery import holding, series
from feeds.delivery.sealed_copy import VALID, SealedCopy, sealed_copy
from feeds.delivery.sealed_mail import Letter, headers, sealed_mail
from feeds.delivery.trusted import certificate_for
from feeds.drills import texts
from feeds.drills.models import Drill, DrillDelivery, Turn
from feeds.drills.states import MOVES, WAITING, Move
from feeds.formats import letter, stix
from feeds.formats.content import DRILL, Kind, Notice
from feeds.formats.envelope import Manifest, envelope
from feeds.formats.pgp_mime import Attachment
from feeds.formats.receipt_code import code_for
from feeds.formats.subject import inner_subject, outer_subject
from feeds.taxii import form, store
from hub.core import audit, outbox, smtp
from hub.core.audit import THE_HUB
from hub.core.errors import InputError, NotFoundError
from hub.core.instance import Instance
from hub.core.machine import step
from hub.core.smtp import MailRefusedError
from keys.models import ContactCertificate
from keys.sealing import CertificateUnusableError
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact
from sectors.bodies.states import State as BodyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A drill that may go now: to whom, and the head of the body's series as it was read."""

    delivery_id: uuid.UUID
    body: Body
    contact: Contact
    certificate: ContactCertificate
    notice: Notice
    seq: int = 0
    prev_sha256: str = ""


def mail_drill(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Seal and send a drill to one contact; the job `drill.mail`."""
    ready = _ready(hub, "drill.mail", uuid.UUID(values["delivery_id"]), now=now)
    if ready is None:
        return
    try:
        message = _mail(hub, ready, now=now)
    except CertificateUnusableError:
        _hold_unsealable(hub, "drill.mail", ready.delivery_id, now=now)
        return
    try:
        smtp.send(message, to=ready.contact.email, mail=hub.config.mail)
    except MailRefusedError as refused:
        _mark(hub, ready, Move.REFUSE, reason=str(refused), now=now)
    else:
        _mark(hub, ready, Move.DELIVER, now=now)


def copy_drill(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Seal and store a drill for a body's tools; the job `drill.copy`.

    Raises:
        ConflictError: other copies were faster every time; the job is tried again later.

    """
    delivery_id = uuid.UUID(values["delivery_id"])
    series.until_stored(lambda: _tried(hub, delivery_id, now=now))


def _tried(hub: Instance, delivery_id: uuid.UUID, *, now: datetime) -> bool:
    """Seal and store once; False if another copy was faster."""
    ready = _ready(hub, "drill.copy", delivery_id, now=now)
    if ready is None:
        return True
    try:
        sealed = _copy(hub, ready, now=now)
    except CertificateUnusableError:
        _hold_unsealable(hub, "drill.copy", delivery_id, now=now)
        return True
    return _stored(hub, ready, sealed, now=now)


def _ready(hub: Instance, job: str, delivery_id: uuid.UUID, *, now: datetime) -> Ready | None:
    """Return what may go now; None if it went, or its time is over, or after holding it with its reason."""
    with hub.db.transaction() as session:
        delivery = _waiting(session, delivery_id)
        if delivery is None:
            return None
        turn = session.get_one(Turn, delivery.turn_id)
        drill = session.get_one(Drill, turn.drill_id)
        if now >= drill.deadline:
            delivery.state = step(MOVES, delivery.state, Move.EXPIRE)
            return None
        found = _leave(session, drill, turn, delivery, hub=hub, now=now)
        if isinstance(found, str):
            _hold(session, job, delivery, found, now=now)
            return None
        return found


def _leave(
    session: orm.Session, drill: Drill, turn: Turn, delivery: DrillDelivery, *, hub: Instance, now: datetime
) -> Ready | str:
    body = bodies.body(session, turn.body_id)
    if body.state is not BodyState.PREPARATION and not audience.standing(session, body, now=now).ok:
        return "It is not in trial or full operation"
    contact = _contact(session, body, delivery)
    if contact is None or not bodies.is_confirmed(session, contact):
        return "The contact is not confirmed"
    certificate = certificate_for(session, contact, body_name=body.name_ja, hub=hub, now=now)
    if isinstance(certificate, str):
        return certificate
    try:
        notice = texts.notice_of(drill)
    except InputError:
        return "This is no drill of the hub's"
    if delivery.contact_id is not None:
        return Ready(
            delivery_id=delivery.id, body=body, contact=contact, certificate=certificate, notice=notice
        )
    head = series.series_of(session, body.id)
    return Ready(
        delivery_id=delivery.id,
        body=body,
        contact=contact,
        certificate=certificate,
        notice=notice,
        seq=head.seq + 1,
        prev_sha256=head.sha256,
    )


def _contact(session: orm.Session, body: Body, delivery: DrillDelivery) -> Contact | None:
    if delivery.contact_id is None:
        return bodies.receiving_contact(session, body)
    try:
        return bodies.contact(session, delivery.contact_id)
    except NotFoundError:
        return None


def _waiting(session: orm.Session, delivery_id: uuid.UUID) -> DrillDelivery | None:
    found = session.get(DrillDelivery, delivery_id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.state in WAITING else None


def _hold(session: orm.Session, job: str, delivery: DrillDelivery, reason: str, *, now: datetime) -> None:
    delivery.state = step(MOVES, delivery.state, Move.HOLD)
    delivery.reason = reason
    outbox.promise(session, job, now=now, due_at=now + holding.AGAIN, delivery_id=delivery.id)


def _hold_unsealable(hub: Instance, job: str, delivery_id: uuid.UUID, *, now: datetime) -> None:
    with hub.db.transaction() as session:
        delivery = _waiting(session, delivery_id)
        if delivery is not None:
            _hold(session, job, delivery, holding.UNSEALABLE, now=now)


def _mail(hub: Instance, ready: Ready, *, now: datetime) -> bytes:
    notice, contact = ready.notice, ready.contact
    outside = headers(
        hub,
        notice,
        to=contact.email,
        subject=outer_subject(notice.kind, notice.tlp, notice.tracking_id, notice.revision, drill=True),
        date=notice.released_at,
        kind=DRILL,
    )
    text = letter.text(
        notice,
        sectors=(),
        receipt_code=code_for(ready.delivery_id, key=hub.token_key),
        answer_url=f"{hub.config.base_url}/drills/ours/{notice.tracking_id}",
    )
    name = f"{notice.tracking_id}-r{notice.revision}.stix.json"
    bundle = Attachment(name=name, media_type="application/stix+json", content=stix.bundle(notice))
    inside = Letter(
        subject=inner_subject(outside.subject, notice.content.title.best()),
        text=text,
        attachments=(bundle,),
        as_attachment=contact.encrypted_attachment,
    )
    return sealed_mail(inside, outside, certificate=ready.certificate, config=hub.config, now=now)


def _copy(hub: Instance, ready: Ready, *, now: datetime) -> SealedCopy:
    manifest = Manifest(
        to=ready.certificate.fingerprint,
        tracking_id=ready.notice.tracking_id,
        revision=ready.notice.revision,
        kind=Kind.NEW,
        drill=True,
        seq=ready.seq,
        prev_sha256=ready.prev_sha256,
        issued=now,
        valid_until=now + VALID,
        receipt_code=code_for(ready.delivery_id, key=hub.token_key),
    )
    return sealed_copy(
        manifest,
        envelope(manifest, stix.bundle(ready.notice), ()),
        tlp=ready.notice.tlp,
        certificate=ready.certificate,
        config=hub.config,
        now=now,
    )


def _stored(hub: Instance, ready: Ready, sealed: SealedCopy, *, now: datetime) -> bool:
    """Store the copy if the head is still the one it was sealed against; else False: seal anew."""
    with hub.db.transaction() as session:
        head = series.series_of(session, ready.body.id, lock=True)
        if (head.seq + 1, head.sha256) != (ready.seq, ready.prev_sha256):
            return False
        delivery = _waiting(session, ready.delivery_id)
        if delivery is not None:
            store.add(session, head.sealed_id, [sealed.artifact], now=now)
            head.seq, head.sha256 = ready.seq, sealed.sha256
            delivery.artifact_id = form.facts_of(sealed.artifact).stix_id
            _sent(session, delivery, ready, Move.DELIVER, reason=None, now=now)
        return True


def _mark(hub: Instance, ready: Ready, move: Move, *, reason: str | None = None, now: datetime) -> None:
    with hub.db.transaction() as session:
        delivery = _waiting(session, ready.delivery_id)
        if delivery is not None:
            _sent(session, delivery, ready, move, reason=reason, now=now)


def _sent(
    session: orm.Session,
    delivery: DrillDelivery,
    ready: Ready,
    move: Move,
    *,
    reason: str | None,
    now: datetime,
) -> None:
    delivery.state = step(MOVES, delivery.state, move)
    delivery.reason = reason
    delivery.fingerprint = ready.certificate.fingerprint
    delivery.delivered_at = now if move is Move.DELIVER else None
    audit.record(session, f"drill.{move}", by=THE_HUB, subject=delivery.id, now=now)
