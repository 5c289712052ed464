"""Mails: the protected inside, the encrypted outside (RFC 3156, RFC 9788), and one that tells nothing.

All bytes are below 128 and all lines short: parts are base64, headers folded, line ends CRLF. Boundaries
come from the Message-ID, so that the same notice to the same recipient is the same bytes.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.policy import Compat32

from feeds.formats.mail_headers import Fields, Headers, folded
from hub.core.errors import InputError

_POLICY = Compat32(linesep="\r\n", max_line_length=None)
_NOTE = (
    "この優先情報提供のメールは暗号化されています。添付の notice.eml.asc を復号し、\r\n"
    "得られた notice.eml をメールソフトで開いてください。\r\n\r\n"
    "This mail is encrypted. Decrypt the attached notice.eml.asc and open the\r\n"
    "resulting notice.eml in your mail program.\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along inside the encryption; `media_type` such as "application/json"."""

    name: str
    media_type: str
    content: bytes


def inner(headers: Headers, text: str, attachments: Sequence[Attachment] = (), *, outside: Headers) -> bytes:
    """Return what is signed and encrypted: the text, the files, and all headers with the true subject.

    `headers` has the true subject, `outside` what stands in clear; each of those is repeated as an
    HP-Outer field, by which a mail program sees what the transport could read (RFC 9788, section 2.2).

    Raises:
        InputError: a header or a file name has a line break or another character that may not be there.

    """
    body = MIMEMultipart("mixed", boundary=_boundary("inner", headers), policy=_POLICY)
    body.set_param("hp", "cipher")
    body.set_param("protected-headers", "v1")
    body.attach(_text(text))
    for attachment in attachments:
        body.attach(_file(attachment))
    told = tuple(("HP-Outer", f"{name}: {value}") for name, value in outside.fields())
    return _bytes(body, headers.fields() + told)


def outer(headers: Headers, encrypted_armor: bytes) -> bytes:
    """Return the mail as it travels: PGP/MIME around one armoured OpenPGP message (RFC 3156, section 4).

    Raises:
        InputError: a header is refused, or the message is not ASCII armour.

    """
    body = MIMEMultipart("encrypted", boundary=_boundary("outer", headers), policy=_POLICY)
    body.set_param("protocol", "application/pgp-encrypted")
    version = _part("application", "pgp-encrypted", "Version: 1\r\n")
    version["Content-Description"] = "PGP/MIME version identification"
    body.attach(version)
    body.attach(_armour(encrypted_armor, "encrypted.asc", "inline"))
    return _bytes(body, headers.fields())


def as_attachment(headers: Headers, encrypted_armor: bytes) -> bytes:
    """Return the same for a program that cannot open PGP/MIME: a note, and the message as a file.

    Raises:
        InputError: as for `outer`.

    """
    body = MIMEMultipart("mixed", boundary=_boundary("attached", headers), policy=_POLICY)
    body.attach(_text(_NOTE))
    body.attach(_armour(encrypted_armor, "notice.eml.asc", "attachment"))
    return _bytes(body, headers.fields())


def _text(text: str) -> Message:
    part = _part("text", "plain", _base64("\r\n".join(text.splitlines()).encode() + b"\r\n"))
    part.set_param("charset", "utf-8")
    part["Content-Transfer-Encoding"] = "base64"
    return part


def _file(attachment: Attachment) -> Message:
    if not attachment.name.isascii() or not attachment.name.isprintable() or '"' in attachment.name:
        raise InputError({"attachment": "a file name is printable ASCII without quotation marks"})
    main, _, sub = attachment.media_type.partition("/")
    part = _part(main, sub, _base64(attachment.content))
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def _armour(armor: bytes, name: str, disposition: str) -> Message:
    lines = armor.splitlines()
    if not armor.isascii() or not lines or lines[0] != b"-----BEGIN PGP MESSAGE-----":
        raise InputError({"message": "not an armoured OpenPGP message"})
    part = _part("application", "octet-stream", b"\r\n".join(lines).decode() + "\r\n")
    part.set_param("name", name)
    part.add_header("Content-Disposition", disposition, filename=name)
    return part


def _part(main: str, sub: str, payload: str) -> Message:
    part = MIMEBase(main, sub, policy=_POLICY)
    del part["MIME-Version"]
    part.set_payload(payload)
    return part


def _base64(content: bytes) -> str:
    return base64.encodebytes(content).decode().replace("\n", "\r\n")


def _boundary(role: str, headers: Headers) -> str:
    # "=_" never occurs in base64 or armour, so that no part can hold a boundary.
    return "=_" + hashlib.sha256(f"{role}/{headers.message_id}".encode()).hexdigest()[:32]


def _bytes(body: Message, fields: Fields) -> bytes:
    del body["MIME-Version"]
    head = "".join(f"{folded(name, value)}\r\n" for name, value in (*fields, ("MIME-Version", "1.0")))
    return head.encode("ascii") + body.as_bytes(policy=_POLICY)
