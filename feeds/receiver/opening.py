"""A saved mail, artifact or message, opened by hand: what is sealed in it, and what a person reads of it."""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import orjson

from feeds.formats.envelope import Heartbeat, read_envelope
from feeds.receiver.checks import PutAsideError, payload_of
from feeds.receiver.outlets import PRIVATE, write_through
from feeds.receiver.parcels import Parcel, name_of, require_bundles
from feeds.receiver.states import Reason
from hub.core.errors import HubError, InputError
from keys import packets

MOST_BYTES = 64 * 1024 * 1024
ARMOUR = b"-----BEGIN PGP MESSAGE-----"
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 100


class NothingSealedError(HubError):
    """There is no sealed message in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a person reads: subject, text, and files by names that are safe to write."""

    subject: str
    text: str
    files: tuple[tuple[str, bytes], ...] = field(repr=False)

    def save(self, folder: Path) -> list[Path]:
        """Write the text and the files into a folder, for this user alone, over nothing.

        Raises:
            HubError: a file of that name is there, or the folder cannot be written.

        """
        written = []
        try:
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for name, content in (("notice.txt", self.text.encode()), *self.files):
                write_through(folder / name, content)
                written.append(folder / name)
        except OSError as error:
            raise HubError(f"{error.filename} cannot be written: {error.strerror}") from None
        return written


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
        if isinstance(content, bytes) and content.lstrip().startswith(ARMOUR):
            return content
    raise NothingSealedError("There is no sealed message in this file.")


def letter_in(plaintext: bytes) -> Letter:
    """Return what a mail or a copy says.

    Raises:
        PutAsideError: it has another form.

    """
    return _of_copy(plaintext) if plaintext.startswith(b"{") else _of_mail(plaintext)


def shown(text: str) -> str:
    """Return a text without characters that steer a terminal."""
    return "".join(each for each in text if each in "\n\t" or not unicodedata.category(each).startswith("C"))


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
        files=_safe([(name, content) for name, content in named if isinstance(content, bytes)]),
    )


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


def _safe(files: list[tuple[str, bytes]]) -> tuple[tuple[str, bytes], ...]:
    """Name each file so that it stays in its folder, and no two alike."""
    named: dict[str, bytes] = {}
    for number, (name, content) in enumerate(files, start=1):
        plain = UNSAFE.sub("_", name).lstrip(".")[:LONGEST_NAME] or "file"
        taken = plain in named or plain == "notice.txt"
        named[f"{number}-{plain}" if taken else plain] = content
    return tuple(named.items())
