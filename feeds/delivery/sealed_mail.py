"""One encrypted mail to one contact: true headers and text inside, a tag and nothing more outside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feeds.delivery.signing import signer_of
from feeds.formats import pgp_mime
from feeds.formats.content import Notice
from feeds.formats.mail_headers import Headers, message_id
from feeds.formats.pgp_mime import Attachment
from hub.core.config import Config
from hub.core.instance import Instance
from keys.sealing import Sealable, armor, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes inside: the true subject, the text, the files."""

    subject: str
    text: str
    attachments: Sequence[Attachment] = ()
    as_attachment: bool = False


def sealed_mail(
    letter: Letter, outside: Headers, *, certificate: Sealable, config: Config, now: datetime
) -> bytes:
    """Return the finished mail, sealed to this certificate.

    Raises:
        CertificateUnusableError: the certificate cannot be sealed to now.
        SealingFailedError: sealing failed; nothing may be sent.

    """
    inside = replace(outside, subject=letter.subject)
    plain = pgp_mime.inner(inside, letter.text, letter.attachments, outside=outside)
    sealed = armor(seal(plain, certificate=certificate, signer=signer_of(config), now=now))
    return (pgp_mime.as_attachment if letter.as_attachment else pgp_mime.outer)(outside, sealed)


def headers(
    hub: Instance,
    notice: Notice,
    *,
    to: str,
    subject: str,
    date: datetime,
    kind: str,
    before: Sequence[tuple[int, str]] = (),
) -> Headers:
    """Return the outer headers of a mail about a notice; `before`: revision and kind of what it follows."""

    def id_of(revision: int, kind: str) -> str:
        return message_id(
            hub.token_key,
            advisory=notice.tracking_id,
            revision=revision,
            recipient=to,
            kind=kind,
            domain=domain_of(hub.config),
        )

    references = tuple(id_of(revision, kind) for revision, kind in before)
    return Headers(
        sender=hub.config.mail.sender,
        to=to,
        subject=subject,
        date=date,
        message_id=id_of(notice.revision, kind),
        list_id=list_id(hub.config),
        in_reply_to=references[-1] if references else "",
        references=references,
    )


def domain_of(config: Config) -> str:
    """Return the domain of the sender, for Message-IDs and the List-Id."""
    return config.mail.sender.rpartition("@")[2]


def list_id(config: Config) -> str:
    """Return the List-Id of every mail of the hub (RFC 2919); it tells nothing."""
    return f"<priority-information.{domain_of(config)}>"
