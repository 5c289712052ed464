"""Mail that comes back: a mailbox is gone, and its mail server reports it (RFC 3464)."""

from email.message import EmailMessage, Message
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from feeds.delivery import bounces
from feeds.delivery.models import Mailing
from feeds.delivery.return_path import mailing_of
from feeds.delivery.states import State
from hub.core.returns import Bounces
from hub.demo.errors import DemoError
from hub.demo.year.scene import Scene

RETURNED = "returned"
GONE = "user unknown"


def mailbox(folder: Path) -> Path:
    """Make the mailbox that returned mail comes to, a maildir."""
    for part in ("tmp", "new", "cur"):
        (folder / RETURNED / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / RETURNED


def come_back(scene: Scene, *, email: str) -> None:
    """Let the newest notice mailed to a person come back; the worker finds the report in the mailbox."""
    box = scene.hub.config.bounces
    if box is None or not isinstance(box.at, Path):
        raise DemoError("the year has no mailbox for returned mail")
    mails = scene.letterbox(email).encrypted()
    paths = [str(each.message["Return-Path"]).strip("<>") for each in reversed(mails)]
    path = next((each for each in paths if _is_unopened(scene, box, each)), None)
    if path is None:
        return
    name = f"{scene.now.timestamp():.0f}.report"
    (box.at / "new" / name).write_bytes(bytes(_report(path, email)))
    scene.work.all()


def send_again(scene: Scene, body_id: UUID) -> None:
    """Let a coordinator have it sent again, as the mailbox is mended."""
    refused = sa.select(Mailing.id).where(Mailing.body_id == body_id, Mailing.state == State.REFUSED)
    with scene.hub.db.transaction() as session:
        for mailing_id in session.scalars(refused).all():
            bounces.send_again(session, mailing_id, by=scene.writer.actor, now=scene.now)
    scene.work.all()


def _is_unopened(scene: Scene, box: Bounces, path: str) -> bool:
    """Tell whether it is the return path of a notice whose receipt code has not come back."""
    mailing_id = mailing_of(box, [path], key=scene.hub.token_key)
    with scene.hub.db.reading() as session:
        mailing = session.get(Mailing, mailing_id) if mailing_id else None
        return mailing is not None and mailing.state is State.DELIVERED


def _report(to: str, recipient: str) -> EmailMessage:
    """Return the report on a mail that was sent with this return path."""
    report = EmailMessage()
    report["From"] = "MAILER-DAEMON@mail.hub.example.jp (Mail Delivery System)"
    report["To"] = to
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Auto-Submitted"] = "auto-replied"
    report.set_content(f"<{recipient}>: 550 5.1.1 {GONE}\n")
    report.make_mixed()
    report.set_type("multipart/report")
    report.set_param("report-type", "delivery-status")
    report.attach(_status(recipient))
    return report


def _status(recipient: str) -> EmailMessage:
    machine, person = Message(), Message()
    machine["Reporting-MTA"] = "dns; mail.example.jp"
    person["Final-Recipient"] = f"rfc822; {recipient}"
    person["Action"], person["Status"] = "failed", "5.1.1"
    person["Diagnostic-Code"] = f"smtp; 550 5.1.1 {GONE}"
    status = EmailMessage()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([machine, person])
    return status
