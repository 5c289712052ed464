"""A saved mail, artifact or message, opened by hand: what is sealed in it, and what a person reads of it."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import orjson

from feeds.formats.envelope import Heartbeat, read_envelope
from feeds.receiver.checks import PutAsideError, payload_of
from feeds.receiver.letters import Letter, safe, shown
from feeds.receiver.packages import is_archive, package_in
from feeds.receiver.parcels import Parcel, name_of, require_bundles
from feeds.receiver.states import Reason
from hub.core.errors import HubError, InputError
from keys import packets

MOST_BYTES = 64 * 1024 * 1024
SEALED = ".gpg"
ARMOUR = b"-----BEGIN PGP MESSAGE-----"


class NothingSealedError(HubError):
    """There is no sealed message in the file."""


def sealed_in(data: bytes) -> bytes:
    """Return the OpenPGP message in a mail, an artifact or a file of its own.

    Raises:
        NothingSealedError: there is none.
        PutAsideError: there is an artifact whose payload is not what its hash says.

    """
    if len(data) > MOST_BYTES:
        raise NothingSealedError("The file is too large.")
    if packets.is_binary(data) or data.lstrip().startswith(ARMOUR):
        return data
    if data.lstrip().startswith(b"{"):
        return _of_artifact(data)
    for part in message_from_bytes(data, policy=policy.default).walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and _is_sealed(part, content):
            return content
    raise NothingSealedError("There is no sealed message in this file.")


def letter_in(plaintext: bytes) -> Letter:
    """Return what a mail, a copy or a member's package says.

    Raises:
        PutAsideError, NoPackageError: it has another form.

    """
    if is_archive(plaintext):
        return package_in(plaintext)
    return _of_copy(plaintext) if plaintext.startswith(b"{") else _of_mail(plaintext)


def _of_artifact(data: bytes) -> bytes:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise NothingSealedError("There is no sealed message in this file.") from None
    inner = document.get("artifact")  # as the receiver puts it aside
    return payload_of(inner if isinstance(inner, dict) else document)


def _of_mail(plaintext: bytes) -> Letter:
    mail = message_from_bytes(plaintext, policy=policy.default)
    texts = [part for part in mail.walk() if _is_text(part)]
    files = [part for part in mail.walk() if part.get_filename()]
    named = ((str(part.get_filename()), part.get_payload(decode=True)) for part in files)
    return Letter(
        subject=shown(str(mail["Subject"] or "")),
        text=shown(texts[0].get_content().replace("\r\n", "\n")) if texts else "",
        files=safe((name, content) for name, content in named if isinstance(content, bytes)),
    )


def _is_sealed(part: EmailMessage, content: bytes) -> bool:
    """Tell whether a part is a sealed message; the package that a body has attached is binary."""
    attached = str(part.get_filename()).endswith(SEALED) and packets.is_binary(content)
    return attached or content.lstrip().startswith(ARMOUR)


def _is_text(part: EmailMessage) -> bool:
    return part.get_content_type() == "text/plain" and not part.get_filename()


def _of_copy(plaintext: bytes) -> Letter:
    try:
        opened = read_envelope(plaintext)
        told = opened.manifest
        if isinstance(told, Heartbeat):
            beat = f"{told.issued.isoformat()} seq {told.head_seq}"
            return Letter(subject=f"heartbeat {beat}", text="", files=())
        require_bundles(opened)
    except InputError as error:
        raise PutAsideError(Reason.MALFORMED) from error
    parcel = Parcel(name=name_of(told), manifest=told, opened=opened)
    report = next(each for each in parcel.objects() if each["type"] == "report")
    return Letter(
        subject=shown(f"[{told.tracking_id} r{told.revision}][{parcel.kind}] {_text(report, 'name')}"),
        text=shown(_text(report, "description")),
        files=tuple(parcel.files()),
    )


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name, "")
    return value if isinstance(value, str) else orjson.dumps(value).decode()
