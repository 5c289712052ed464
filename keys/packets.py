"""OpenPGP's outer form: packet headers, key ids and armour, read without trusting any of it.

Only what structural checks need (RFC 9580, sections 4.2, 5.1, 5.5.4 and 6); nothing is decrypted or
verified here. Every walk is linear in the length of its input.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

PUBLIC_KEY_BLOCK = "PUBLIC KEY BLOCK"
PRIVATE_KEY_BLOCK = "PRIVATE KEY BLOCK"
MESSAGE_BLOCK = "MESSAGE"


class Tag(IntEnum):
    """Packet types that a check asks for by name (RFC 9580, section 5)."""

    PKESK = 1
    SIGNATURE = 2
    SECRET_KEY = 5
    PUBLIC_KEY = 6
    SECRET_SUBKEY = 7
    COMPRESSED = 8
    SED = 9
    LITERAL = 11
    TRUST = 12
    USER_ID = 13
    PUBLIC_SUBKEY = 14
    USER_ATTRIBUTE = 17
    SEIPD = 18
    AEAD = 20


ISSUER = frozenset({16, 33})  # subpackets: a key id, a fingerprint
MAY_BE_PARTIAL = frozenset({Tag.COMPRESSED, Tag.SED, Tag.LITERAL, Tag.SEIPD, Tag.AEAD})


class MalformedError(Exception):
    """The bytes are not a sequence of OpenPGP packets, or not in the form that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet: its type and its body without header."""

    tag: int
    body: bytes


def walk(data: bytes) -> Iterator[Packet]:
    """Yield the packets of `data`, in order.

    Raises:
        MalformedError: a header is none, or the data ends too early; the packets before it were yielded.

    """
    at = 0
    while at < len(data):
        packet, at = _one(data, at)
        yield packet


def _one(data: bytes, at: int) -> tuple[Packet, int]:
    header = data[at]
    if not header & 0x80:
        raise MalformedError("no packet header")
    if header & 0x40:
        body, at = _new_form(data, at + 1, header & 0x3F)
        return Packet(tag=header & 0x3F, body=body), at
    body, at = _old_form(data, at + 1, header & 0x03)
    return Packet(tag=header >> 2 & 0x0F, body=body), at


def _old_form(data: bytes, at: int, length_type: int) -> tuple[bytes, int]:
    if length_type == 3:  # noqa: PLR2004 - indeterminate: up to the end (RFC 9580, 4.2.2)
        return data[at:], len(data)
    octets = 1 << length_type
    length = int.from_bytes(_take(data, at, octets))
    return _take(data, at + octets, length), at + octets + length


def _new_form(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    chunks = []
    while True:
        length, at, partial = _new_length(data, at)
        if partial and tag not in MAY_BE_PARTIAL:
            raise MalformedError("a partial length where none may be")
        chunks.append(_take(data, at, length))
        at += length
        if not partial:
            return b"".join(chunks), at


def _new_length(data: bytes, at: int) -> tuple[int, int, bool]:
    first = _take(data, at, 1)[0]
    if first < 192:  # noqa: PLR2004 - the borders of RFC 9580, 4.2.1
        return first, at + 1, False
    if first < 224:  # noqa: PLR2004 - two octets
        return ((first - 192) << 8) + _take(data, at + 1, 1)[0] + 192, at + 2, False
    if first < 255:  # noqa: PLR2004 - partial
        return 1 << (first & 0x1F), at + 1, True
    return int.from_bytes(_take(data, at + 1, 4)), at + 5, False


def _take(data: bytes, at: int, length: int) -> bytes:
    if at + length > len(data):
        raise MalformedError("the data ends too early")
    return data[at : at + length]


def framed(packet: Packet) -> bytes:
    """Return the packet with a header of one plain form: new, with a length of five octets."""
    return bytes([0xC0 | packet.tag, 0xFF]) + len(packet.body).to_bytes(4) + packet.body


def fingerprint(key_packet: bytes) -> str:
    """Return the fingerprint of a version 4 key packet, 40 upper-case hex digits (RFC 9580, 5.5.4.2)."""
    framed = b"\x99" + len(key_packet).to_bytes(2) + key_packet
    return hashlib.sha1(framed, usedforsecurity=False).hexdigest().upper()


def fingerprints(certificate: bytes) -> tuple[str, ...]:
    """Return the fingerprints of a binary certificate's keys, the primary first.

    Raises:
        MalformedError: it does not begin with its one primary key.

    """
    found = list(walk(certificate))
    primaries = [packet for packet in found if packet.tag == Tag.PUBLIC_KEY]
    if len(primaries) != 1 or found[0] is not primaries[0]:
        raise MalformedError("not one certificate")
    keys = [packet for packet in found if packet.tag in {Tag.PUBLIC_KEY, Tag.PUBLIC_SUBKEY}]
    return tuple(fingerprint(packet.body) for packet in keys)


def issuers(signature: Packet) -> frozenset[str]:
    """Return the key ids, 16 upper-case hex digits, that a signature names as its maker's.

    Empty where none can be read (RFC 9580, 5.2.2, 5.2.3.12 and 5.2.3.35).
    """
    body = signature.body
    if body[:1] == b"\x03":
        return frozenset({body[7:15].hex().upper()})
    try:
        hashed = _take(body, 6, int.from_bytes(_take(body, 4, 2)))
        at = 6 + len(hashed)
        unhashed = _take(body, at + 2, int.from_bytes(_take(body, at, 2)))
        named = [*_subpackets(hashed), *_subpackets(unhashed)]
    except MalformedError:
        return frozenset()
    return frozenset(content[-8:].hex().upper() for kind, content in named if kind in ISSUER)


def _subpackets(area: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(area):
        length, at = _subpacket_length(area, at)
        content = _take(area, at, length)
        at += length
        if content:
            yield content[0] & 0x7F, content[1:]


def _subpacket_length(area: bytes, at: int) -> tuple[int, int]:
    first = area[at]
    if first < 192:  # noqa: PLR2004 - the borders of RFC 9580, 5.2.3.7
        return first, at + 1
    if first < 255:  # noqa: PLR2004 - two octets
        return ((first - 192) << 8) + _take(area, at + 1, 1)[0] + 192, at + 2
    return int.from_bytes(_take(area, at + 1, 4)), at + 5


def addressed_to(packet: Packet) -> str:
    """Return the key id that a session key is for, 16 upper-case hex digits (RFC 9580, 5.1).

    Raises:
        MalformedError: this is no version 3 packet.

    """
    if packet.tag != Tag.PKESK or len(packet.body) < 10 or packet.body[0] != 3:  # noqa: PLR2004 - version and key id
        raise MalformedError("no session key of version 3")
    return packet.body[1:9].hex().upper()


def container(message: bytes) -> str:
    """Return whom the message is for: one PKESK of version 3, then SEIPD of version 1, nothing else.

    Raises:
        MalformedError: it is anything else.

    """
    found = list(walk(message))
    if len(found) != 2 or found[1].tag != Tag.SEIPD or found[1].body[:1] != b"\x01":  # noqa: PLR2004 - a pair
        raise MalformedError("not one session key and one protected packet of version 1")
    return addressed_to(found[0])


def is_binary(data: bytes) -> bool:
    """Tell whether the data begins with a packet header; armour never does."""
    return bool(data) and bool(data[0] & 0x80)


def dearmor(data: bytes) -> list[tuple[str, bytes]]:
    """Return kind and content of each armoured block in a text; other text around them is ignored.

    Raises:
        MalformedError: there is no block, or one is damaged.

    """
    blocks, at = [], 0
    while (start := data.find(b"-----BEGIN PGP ", at)) >= 0:
        head = data.find(b"-----", start + 15)
        kind = data[start + 15 : head]
        end = data.find(b"-----END PGP " + kind + b"-----", head)
        if min(head, end) < 0:
            raise MalformedError("armour without an end")
        blocks.append((kind.decode("ascii", "replace"), _unwrapped(data[head + 5 : end])))
        at = end + 1
    if not blocks:
        raise MalformedError("no armour")
    return blocks


def _unwrapped(text: bytes) -> bytes:
    lines = [line.strip() for line in text.splitlines()][1:]  # what follows BEGIN on its own line
    try:
        body = lines[lines.index(b"") + 1 :]  # after the armour headers
        return base64.b64decode(b"".join(line for line in body if line[:1] != b"="), validate=True)
    except (ValueError, binascii.Error):
        raise MalformedError("damaged armour") from None
