"""Encrypted mail: one for each contact of a body, sealed to the contact's own certificate.

The mail is made and handed to the server outside any transaction. If the worker dies between the
server's answer and the mark in the database, the same mail goes out again under the same Message-ID.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import queries as advisories
from feeds.delivery import bounces, composing, ending, holding, packing, receipts
from feeds.delivery.holding import Leave
from feeds.delivery.models import Mailing
from feeds.delivery.return_path import return_path
from feeds.delivery.sealed_mail import Letter, headers, sealed_mail
from feeds.delivery.states import MOVES, Move
from feeds.formats.mail_headers import Headers
from feeds.formats.pgp_mime import Attachment
from feeds.pack import service as packs
from feeds.pack.details import Details
from feeds.pack.texts import CURRENT
from hub.core import audit, smtp
from hub.core.audit import THE_HUB
from hub.core.instance import Instance
from hub.core.machine import step
from hub.core.smtp import MailRefusedError
from keys.sealing import CertificateUnusableError

REFUSED = "The mail server refused the mail for good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a mail is made from, as it stood when it was read; `earlier` are the revisions before it.

    `pack` is whose explanatory pack goes along: the first notice that a contact gets brings it.
    """

    mailing_id: uuid.UUID
    leave: Leave
    earlier: tuple[tuple[int, str], ...]
    pack: Details | None


def seal_mail(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Seal and send one mail; the job `mail.seal`."""
    mailing_id = uuid.UUID(values["delivery_id"])
    draft = _read(hub, mailing_id, now=now)
    if draft is None:
        return
    pack = packing.attached(draft.pack) if draft.pack else None
    try:
        message = _made(hub, draft, pack=pack, now=now)
    except CertificateUnusableError:
        holding.hold_unsealable(hub, Mailing, mailing_id, now=now)
        return
    back = return_path(hub.config.bounces, mailing_id, key=hub.token_key)
    try:
        smtp.send(message, to=draft.leave.contact.email, mail=hub.config.mail, return_path=back)
    except MailRefusedError as refused:
        _mark(hub, draft, Move.REFUSE, refused=refused.code, now=now)
    else:
        _mark(hub, draft, Move.DELIVER, refused=None, with_pack=pack is not None, now=now)


def _read(hub: Instance, mailing_id: uuid.UUID, *, now: datetime) -> Draft | None:
    """Return what to send, or None after holding the mail with its reason, or ending it."""
    with hub.db.transaction() as session:
        mailing = holding.waiting(session, Mailing, mailing_id, now=now)
        if mailing is None or ending.ends(session, mailing, now=now):
            return None
        leave = holding.leave_for_mail(session, mailing, hub=hub, now=now)
        if isinstance(leave, str):
            holding.hold(session, mailing, leave, now=now)
            return None
        return Draft(
            mailing_id=mailing_id,
            leave=leave,
            earlier=_earlier(session, leave),
            pack=packing.due(session, leave.contact, leave.body, config=hub.config),
        )


def _earlier(session: orm.Session, leave: Leave) -> tuple[tuple[int, str], ...]:
    release = advisories.release(session, leave.release.release_id)
    released = advisories.releases(session, release.advisory_id)
    return tuple((each.revision, each.kind.value) for each in released if each.revision < release.revision)


def _made(hub: Instance, draft: Draft, *, pack: Attachment | None = None, now: datetime) -> bytes:
    outside = _headers(hub, draft)
    code = receipts.code_for(draft.mailing_id, key=hub.token_key)
    leave = draft.leave
    made, told = leave.release.made, leave.told
    files = composing.files_of(told.notice, bundle=made.bundle, notes=leave.notes, csaf=made.csaf)
    inside = Letter(
        subject=composing.subject_inside(told.notice),
        text=composing.letter_of(told, receipt_code=code, config=hub.config, with_pack=pack is not None),
        attachments=(*files, *([pack] if pack else [])),
        as_attachment=leave.contact.encrypted_attachment,
    )
    return sealed_mail(inside, outside, certificate=leave.certificate, config=hub.config, now=now)


def _headers(hub: Instance, draft: Draft) -> Headers:
    notice = draft.leave.release.notice
    return headers(
        hub,
        notice,
        to=draft.leave.contact.email,
        subject=composing.subject_outside(notice),
        date=notice.released_at,
        kind=notice.kind.value,
        before=draft.earlier,
    )


def _mark(
    hub: Instance,
    draft: Draft,
    move: Move,
    *,
    refused: str | None,
    with_pack: bool = False,
    now: datetime,
) -> None:
    with hub.db.transaction() as session:
        mailing = holding.locked(session, Mailing, draft.mailing_id)
        if mailing is None:
            return  # another worker sent it, as a job may run twice; or it has come back already
        mailing.state = step(MOVES, mailing.state, move)
        mailing.reason = REFUSED if refused else None
        mailing.fingerprint = draft.leave.certificate.fingerprint
        mailing.message_id = _headers(hub, draft).message_id
        mailing.delivered_at = now if move is Move.DELIVER else None
        audit.record(session, f"mail.{move}", by=THE_HUB, subject=mailing.id, now=now)
        if with_pack:
            packs.sent(session, mailing.contact_id, CURRENT, now=now)
        if refused:
            bounces.refused(session, mailing, refused, now=now)
