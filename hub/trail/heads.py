"""The head of each day: a tree over all chains, signed with the hub's key, mailed to the witnesses.

The worker's alone. Whoever changes the log afterwards, hashes and all, cannot change what the witnesses have.
"""

import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery.signing import signer_of
from hub.core import audit, outbox, smtp
from hub.core.audit import HASH_BYTES, THE_HUB
from hub.core.clock import JST
from hub.core.errors import ConfigurationError, ConflictError
from hub.core.instance import Instance
from hub.trail import statements, tree
from hub.trail.chaining import chain_all, tell
from hub.trail.links import COMMON, GLOBAL_START
from hub.trail.models import Anchor, Chain, SignedHead
from hub.trail.statements import Statement
from hub.trail.verifying import SIGNED
from keys import openpgp
from keys.homes import GpgError

log = logging.getLogger(__name__)

NIGHT = "audit.sign"
MAIL = "audit.mail"
SUBJECT = "[PRIORITY][AUDIT] 監査ログの日次署名 / signed head of the audit log"
SAYS = (
    "優先情報提供ハブの監査ログの、本日の署名です。保管してください。優先情報の内容は含まれていません。\n"
    "This is today's signed head of the audit log of the priority information hub. Please keep it.\n"
    "It holds no priority information. gpg --verify checks it with the hub's certificate.\n\n"
)


def sign(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Sign the head of this day and promise it to the witnesses; the job `audit.sign`.

    Raises:
        ConfigurationError, GpgError: the hub cannot sign; it is told and tried again.

    """
    chain_all(hub, now=now)
    try:
        _sign(hub, now=now)
    except (ConfigurationError, GpgError, OSError):
        with hub.db.transaction() as session:
            tell(session, "audit-not-signed", now=now)
        raise
    with hub.db.transaction() as session:
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def _sign(hub: Instance, *, now: datetime) -> None:
    day = day_of(now)
    with hub.db.transaction() as session:
        if session.get(SignedHead, day) is not None:
            return
        head = _head(session, day, now=now)
    signer = signer_of(hub.config)
    said = statements.text(Statement(day=day, at=now, root=head.root)).encode()
    signed = openpgp.sign_clear(
        said, own=signer.certificate, signer=signer.fingerprint, home=signer.home, gpg=signer.gpg
    )
    head.signed = signed.decode("ascii")
    with hub.db.transaction() as session:
        session.add(head)
        audit.record(session, SIGNED, by=THE_HUB, now=now, day=str(day), root=head.root.hex())
        for witness in hub.config.audit_witnesses:
            key = f"{MAIL}/{day}/{witness}"
            outbox.promise(session, MAIL, now=now, key=key, day=str(day), to=witness)


def day_of(now: datetime) -> date:
    """Return the day of a head, as days begin in Japan."""
    return now.astimezone(JST).date()


def _head(session: orm.Session, day: date, *, now: datetime) -> SignedHead:
    """Return the head as the chains stand; no round can come between, as the chains are locked."""
    chains = session.scalars(sa.select(Chain).with_for_update()).all()
    last = session.scalar(sa.select(Anchor).order_by(Anchor.place.desc()).limit(1))
    seed = secrets.token_bytes(HASH_BYTES)
    place, hashed = (last.place, last.hash) if last else (0, GLOBAL_START)
    root = tree.root(leaves(chains, place, hashed), seed)
    return SignedHead(day=day, at=now, anchor_place=place, seed=seed, root=root)


def leaves(chains: Iterable[Chain], place: int, hashed: bytes) -> dict[int, tree.Leaf]:
    """Return the leaves of a tree over these chains as they stand, and the global one."""
    found = {
        each.slot: tree.Leaf(chain_id=each.id, length=each.length, head=each.head)
        for each in chains
        if each.length
    }
    found[tree.GLOBAL_SLOT] = tree.Leaf(chain_id=COMMON, length=place, head=hashed)
    return found


def mail(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Mail one day's signed head to one witness; the job `audit.mail`.

    Raises:
        MailRefusedError: the server refuses the witness; administrators are told.

    """
    with hub.db.reading() as session:
        head = session.get(SignedHead, date.fromisoformat(values["day"]))
    if head is None:
        raise ConflictError("The head that was promised is not there.")
    message = compose(head, to=values["to"], sender=hub.config.mail.sender)
    try:
        smtp.send(message, to=values["to"], mail=hub.config.mail)
    except Exception:
        with hub.db.transaction() as session:
            tell(session, "audit-not-mailed", now=now)
        raise


def compose(head: SignedHead, *, to: str, sender: str) -> bytes:
    """Return the mail to a witness; a repeat has the same Message-ID."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = sender
    message["To"] = to
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(head.at.astimezone(UTC))
    domain = sender.rpartition("@")[2]
    message["Message-ID"] = f"<audit-{head.day:%Y%m%d}-{head.root.hex()[:24]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(SAYS, charset="utf-8", cte="base64")
    message.add_attachment(head.signed, filename=f"audit-head-{head.day:%Y%m%d}.asc", cte="7bit")
    return message.as_bytes()
