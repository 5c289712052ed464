"""The worker's part of reminding: the look every few minutes, and the sealed mails that follow from it.

A reminder holds nothing of the notice: fixed words, the tracking ID, the recipient's own receipt code
and where to answer. It goes only for a release that two coordinators have signed, and only to a
certificate that a person has confirmed. What is due is computed from rows, so a look that was missed is
made up for.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories import queries as advisories
from feeds.delivery import bounces
from feeds.delivery.models import Mailing
from feeds.delivery.receipts import OPENABLE
from feeds.delivery.sealed_mail import Letter, headers, sealed_mail
from feeds.delivery.trusted import certificate_for
from feeds.delivery.vouched import NotVouchedError, vouched
from feeds.formats.content import Notice, Text
from feeds.formats.receipt_code import code_for
from feeds.formats.subject import MailKind, outer_subject
from feeds.formats.texts import both
from feeds.reminders import queries, service
from hub.core import outbox
from hub.core.clock import both_zones
from hub.core.errors import NotFoundError
from hub.core.instance import Instance
from keys.models import ContactCertificate
from keys.sealing import CertificateUnusableError
from sectors.bodies import queries as bodies
from sectors.bodies.models import Contact

log = logging.getLogger(__name__)

LOOK = "reminders.look"
EVERY = timedelta(minutes=5)

TEXT = Text(
    ja="次の優先情報に、貴組織からの回答がまだありません。\n\n"
    "管理番号: {tracking_id} r{revision}\n"
    "提供日時: {since}\n\n"
    "先にお送りした暗号化メール又は次のページで内容を確認し、回答してください。\n"
    "貴組織の窓口のどなたか一人が回答すると、再通知は止まります。\n\n"
    "{link}\n{code}",
    en="Your body has not answered this notice yet.\n\n"
    "Tracking ID: {tracking_id} r{revision}\n"
    "Released: {since}\n\n"
    "Read it in the encrypted mail that came before, or on this page, and answer.\n"
    "One answer of any contact of your body ends the reminders.\n\n"
    "{link}\n{code}",
)
CODE = Text(ja="受領確認コード: {code}\n", en="Receipt code: {code}\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A reminder that may go now; without a certificate only a letter that tells nothing may."""

    release_id: uuid.UUID
    notice: Notice
    contact: Contact
    stage: str
    certificate: ContactCertificate | None
    mailing_id: uuid.UUID | None


def look(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Do what is due now, one transaction a case, and promise the next look; the job `reminders.look`."""
    with hub.db.reading() as session:
        cases = queries.open_cases(session)
        rules, quiet = queries.rules(session), queries.quiet(session)
    done = 0
    for each in cases:
        with hub.db.transaction() as session:
            still = queries.case(session, each.release_id, each.body_id)
            if still is not None:
                done += service.remind(session, still, rules=rules, quiet=quiet, now=now)
    log.info("reminders looked at", extra={"open": len(cases), "done": done})
    with hub.db.transaction() as session:
        outbox.promise_round(session, LOOK, every=EVERY, at=now + EVERY, now=now)


def mail_reminder(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Seal and send one reminder, unless somebody answered meanwhile; the job `reminder.mail`."""
    with hub.db.transaction() as session:
        ready = _ready(session, values, hub=hub, now=now)
        if ready is None:
            return
        if ready.certificate is None:
            _promise_letter(session, ready, now=now)
            return
    try:
        message = _made(hub, ready, ready.certificate, now=now)
    except CertificateUnusableError:
        with hub.db.transaction() as session:
            _promise_letter(session, ready, now=now)
        return
    bounces.send_letter(hub, message, to=ready.contact.email, now=now)


def _ready(session: orm.Session, values: Mapping[str, str], *, hub: Instance, now: datetime) -> Ready | None:
    release_id, body_id = uuid.UUID(values["release_id"]), uuid.UUID(values["body_id"])
    case = queries.case(session, release_id, body_id)
    body = bodies.body(session, body_id)
    try:
        contact = bodies.contact(session, uuid.UUID(values["contact_id"]))
    except NotFoundError:
        return None
    good = audience.standing(session, body, now=now).ok and bodies.is_confirmed(session, contact)
    if case is None or not good:
        return None
    try:
        believed = vouched(session, advisories.release(session, release_id), hub=hub, now=now)
    except NotVouchedError:
        return None  # staff are told of it where the notice itself is held
    addressed = believed.statement.addressed(body_id)
    if addressed is None or contact.body_id != body_id:
        return None
    certificate = certificate_for(session, contact, body_name=addressed.name, hub=hub, now=now)
    return Ready(
        release_id=release_id,
        notice=believed.notice,
        contact=contact,
        stage=values["stage"],
        certificate=None if isinstance(certificate, str) else certificate,
        mailing_id=_mailing(session, release_id, contact.id),
    )


def _mailing(session: orm.Session, release_id: uuid.UUID, contact_id: uuid.UUID) -> uuid.UUID | None:
    """Return the mail that this contact was sent, whose code proves that it could be opened."""
    return session.scalar(
        sa.select(Mailing.id).where(
            Mailing.release_id == release_id,
            Mailing.contact_id == contact_id,
            Mailing.state.in_(OPENABLE),
        )
    )


def _promise_letter(session: orm.Session, ready: Ready, *, now: datetime) -> None:
    outbox.promise(
        session,
        "letter",
        now=now,
        key=f"notice-unanswered/{ready.release_id}/{ready.contact.id}/{ready.stage}",
        letter="notice-unanswered",
        to=ready.contact.email,
        path="/notices",
        occasion=f"{ready.release_id}/{ready.stage}",
    )


def _made(hub: Instance, ready: Ready, certificate: ContactCertificate, *, now: datetime) -> bytes:
    notice, contact = ready.notice, ready.contact
    subject = outer_subject(MailKind.REMINDER, notice.tlp, notice.tracking_id, notice.revision)
    outside = headers(
        hub,
        notice,
        to=contact.email,
        subject=subject,
        date=now,
        kind=f"reminder-{ready.stage}",
        before=[(notice.revision, notice.kind.value)],
    )
    inside = Letter(subject=subject, text=_text(hub, ready), as_attachment=contact.encrypted_attachment)
    return sealed_mail(inside, outside, certificate=certificate, config=hub.config, now=now)


def _text(hub: Instance, ready: Ready) -> str:
    code = code_for(ready.mailing_id, key=hub.token_key) if ready.mailing_id else ""
    told = {
        "tracking_id": ready.notice.tracking_id,
        "revision": ready.notice.revision,
        "since": both_zones(ready.notice.released_at),
        "link": f"{hub.config.base_url}/notices/{ready.notice.tracking_id}",
    }
    return both(
        Text(
            ja=TEXT.ja.format(code=CODE.ja.format(code=code) if code else "", **told),
            en=TEXT.en.format(code=CODE.en.format(code=code) if code else "", **told),
        )
    )
