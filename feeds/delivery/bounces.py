"""Mail that came back: noted on its mailing and its contact, told to the body's other contacts.

Whoever carried a mail knows its return path and can claim that it failed. So a report raises an alarm and
does nothing else: it holds back no mail, and a receipt code that comes back counts for more.
"""

import imaplib
import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery.models import Mailing
from feeds.delivery.return_path import mailing_of
from feeds.delivery.states import MOVES, WAITING, Move, State
from feeds.formats import returned as reports
from feeds.formats.returned import Returned
from hub.core import audit, inbox, outbox, smtp
from hub.core.audit import THE_HUB, Actor
from hub.core.clock import JST
from hub.core.errors import NotFoundError
from hub.core.instance import Instance
from hub.core.machine import step
from hub.core.returns import Bounces
from hub.core.smtp import MailRefusedError
from sectors.bodies import queries as bodies
from sectors.bodies import service as body_service
from sectors.bodies.models import Contact

log = logging.getLogger(__name__)

ROUND = "bounces.read"
CAME_BACK = "The mail came back: it cannot be delivered"


def promise_round(session: orm.Session, bounces: Bounces | None, *, now: datetime) -> None:
    """Promise the next look into the mailbox, one for each stretch of time; nothing without a mailbox."""
    if bounces is not None:
        stretch = int(now.timestamp() // bounces.every.total_seconds()) + 1
        due_at = datetime.fromtimestamp(stretch * bounces.every.total_seconds(), now.tzinfo)
        outbox.promise_round(session, ROUND, every=bounces.every, at=due_at, now=now)


def read_returned(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Look into the mailbox, and promise the next look; the job `bounces.read`."""
    with hub.db.transaction() as session:
        promise_round(session, hub.config.bounces, now=now)
    if hub.config.bounces is None:
        return
    seen = known = 0
    try:
        with inbox.unseen(hub.config.bounces, largest=reports.LARGEST) as mails:
            for mail in mails:
                seen += 1
                known += _take(hub, hub.config.bounces, mail.beginning, now=now)
                mail.mark()
    except (OSError, imaplib.IMAP4.error) as error:
        log.error("returned mail cannot be read", exc_info=error)  # noqa: TRY400 - the trace is in exc_info
    log.info("returned mail read", extra={"seen": seen, "known": known})


def send_letter(hub: Instance, message: bytes, *, to: str, now: datetime) -> None:
    """Hand over a mail that is no notice; that its address is refused for good is noted on the contact.

    Raises:
        MailRefusedError: trying again will not help.
        OSError, smtplib.SMTPException: try again later.

    """
    try:
        smtp.send(message, to=to, mail=hub.config.mail)
    except MailRefusedError as refusal:
        with hub.db.transaction() as session:
            body_service.note_bounce_of(session, to, code=refusal.code, now=now)
        raise


def refused(session: orm.Session, mailing: Mailing, code: str, *, now: datetime) -> None:
    """Note that a mail cannot be delivered, and tell who should know; a second time changes nothing."""
    if mailing.bounced_at is not None:
        return
    mailing.bounced_at, mailing.bounce_code = now, code
    audit.record(session, "mail.bounced", by=THE_HUB, subject=mailing.id, now=now, code=code)
    body_service.note_bounce(session, mailing.contact_id, code=code, now=now)
    _tell_others(session, mailing, now=now)


def send_again(session: orm.Session, mailing_id: uuid.UUID, *, by: Actor, now: datetime) -> Mailing:
    """Promise a mail anew, and return it, that was refused or came back, once the mailbox is mended.

    Raises:
        NotFoundError: there is none of this id.
        IllegalMoveError: it was not refused.

    """
    mailing = session.get(Mailing, mailing_id, with_for_update=True)
    if mailing is None:
        raise NotFoundError("no such mail")
    mailing.state = step(MOVES, mailing.state, Move.SEND_AGAIN)
    mailing.reason = mailing.bounced_at = mailing.bounce_code = None
    outbox.promise(session, "mail.seal", now=now, delivery_id=mailing.id)
    audit.record(session, "mail.send-again", by=by, subject=mailing.id, now=now)
    return mailing


def returned(
    session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID
) -> Sequence[tuple[Mailing, str]]:
    """Return the mails of a release that were refused or came back, each with its contact's name."""
    found = (
        sa.select(Mailing, Contact.name)
        .join(Contact, Contact.id == Mailing.contact_id)
        .where(Mailing.release_id == release_id, Mailing.body_id == body_id, Mailing.state == State.REFUSED)
    )
    return [(mailing, name) for mailing, name in session.execute(found.order_by(Contact.name))]


def _take(hub: Instance, bounces: Bounces, raw: bytes, *, now: datetime) -> bool:
    """Note what a mail reports; tell whether it is a report on a mail of ours."""
    report = reports.read(raw)
    if report is None:
        return False
    with hub.db.transaction() as session:
        mailing = _reported(session, bounces, report, key=hub.token_key)
        if mailing is None:
            return False
        if not report.failed:
            mailing.delays += 1
        elif mailing.state in WAITING or mailing.state is State.DELIVERED:
            mailing.state, mailing.reason = step(MOVES, mailing.state, Move.REFUSE), CAME_BACK
            refused(session, mailing, report.code, now=now)
        return True


def _reported(session: orm.Session, bounces: Bounces, report: Returned, *, key: bytes) -> Mailing | None:
    """Return the mail that a report is about: by the token of its return path, else by its Message-ID."""
    mailing_id = mailing_of(bounces, report.addressed, key=key)
    if mailing_id is not None:
        return session.get(Mailing, mailing_id, with_for_update=True)
    named = sa.select(Mailing).where(Mailing.message_id.in_(report.message_ids)).with_for_update()
    return session.scalars(named.limit(1)).first()


def _tell_others(session: orm.Session, mailing: Mailing, *, now: datetime) -> None:
    """Mail the body's other contacts that mail to one of them comes back: once a day, and not of what."""
    for contact in bodies.contacts(session, mailing.body_id):
        if contact.mail_bounced_at is None and bodies.is_confirmed(session, contact):
            outbox.promise(
                session,
                "letter",
                now=now,
                key=f"mail-returned/{mailing.contact_id}/{contact.id}/{now.astimezone(JST).date()}",
                letter="mail-returned",
                to=contact.email,
                path=f"/bodies/{mailing.body_id}",
                occasion=mailing.id,
            )
