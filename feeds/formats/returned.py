"""Reports on undeliverable mail (RFC 3464, in a multipart/report of RFC 6522), read with distrust.

Anybody can send such a mail, with anything in it. So only a bounded beginning is read, the parser may give
up, and what comes out are codes and ids that fit their form: never a word of the remote text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

LARGEST = 128 * 1024  # bytes of a mail that are looked at; a report stands at its beginning
MOST_PARTS = 50
MOST_TYPES = 100  # content types in a mail, and more lines that could be boundaries: no report has so many
MOST_DASHES = 500
MOST_IDS = 5
STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")
MESSAGE_ID = re.compile(r"\s*(<[\x21-\x3b\x3d\x3f-\x7e]{1,290}>)\s*")
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
NO_STATUS = {True: "5.0.0", False: "4.0.0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a report says: `failed` for good, or delayed; of which mail, by its return path or Message-ID."""

    failed: bool
    code: str
    addressed: tuple[str, ...]
    message_ids: tuple[str, ...]


def read(raw: bytes) -> Returned | None:
    """Return what a mail reports, or None if it is no report of a failure or delay."""
    beginning = raw[:LARGEST]
    if beginning.lower().count(b"content-type") > MOST_TYPES or beginning.count(b"\n--") > MOST_DASHES:
        return None  # made to keep the parser busy
    mail = message_from_bytes(beginning)
    parts = list(_parts(mail))
    verdicts = [verdict for part in parts for verdict in _verdicts(part)]
    if mail.get_content_type() != "multipart/report" or not verdicts:
        return None
    failed = any(hard for hard, _ in verdicts)
    return Returned(
        failed=failed,
        code=next(code for hard, code in verdicts if hard is failed),
        addressed=tuple(_text(value) for name in ADDRESSED for value in mail.get_all(name, []))[:MOST_IDS],
        message_ids=tuple(_message_ids(parts))[:MOST_IDS],
    )


def _parts(mail: Message) -> Iterator[Message]:
    """Give the parts of the report itself; what they enclose is the returned mail, not a report."""
    inside = mail.get_payload()
    if isinstance(inside, list):
        yield from (part for part in inside[:MOST_PARTS] if isinstance(part, Message))


def _verdicts(part: Message) -> Iterator[tuple[bool, str]]:
    """Give for each recipient whether delivery failed for good, and the status (RFC 3464, section 2.3)."""
    if part.get_content_type() != "message/delivery-status":
        return
    for block in _blocks(part):
        action = _text(block.get("Action", "")).strip().lower()
        if action in {"failed", "delayed"}:
            found = STATUS.match(_text(block.get("Status", "")))
            yield action == "failed", found[1] if found else NO_STATUS[action == "failed"]


def _message_ids(parts: Iterable[Message]) -> Iterator[str]:
    for part in parts:
        if part.get_content_type() in {"message/rfc822", "message/global"}:
            heads: list[Message] = _blocks(part)
        elif part.get_content_type() == "text/rfc822-headers":
            heads = [message_from_bytes(_bytes(part))]
        else:
            continue
        for head in heads:
            found = MESSAGE_ID.fullmatch(_text(head.get("Message-ID", "")))
            if found:
                yield found[1]


def _blocks(part: Message) -> list[Message]:
    inside = part.get_payload()
    blocks = inside[:MOST_PARTS] if isinstance(inside, list) else []
    return [each for each in blocks if isinstance(each, Message)]


def _bytes(part: Message) -> bytes:
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _text(value: object) -> str:
    return str(value)
