"""May this certificate be used? The gate for uploads, cheap checks first; GnuPG and Sequoia must agree."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from keys import listing, openpgp, packets, sequoia
from keys.homes import GpgError
from keys.listing import Key, Listing
from keys.packets import MalformedError, Tag
from keys.refusals import CertificateRefusedError, Reason

MOST_BYTES = 64 * 1024
MOST_PACKETS = 400
MOST_OWN_SIGNATURES = 40
KEY_VERSION = 4
SHORTEST_RSA = 2048
GOOD_RSA = 3072
SHORT_RSA_WARNING = "RSA keys below 3072 bits will not be accepted for ever. Plan to replace this key."
SECRET = frozenset({Tag.SECRET_KEY, Tag.SECRET_SUBKEY})
KEYS = frozenset({Tag.PUBLIC_KEY, Tag.PUBLIC_SUBKEY})
PARTS = KEYS | {Tag.SIGNATURE, Tag.USER_ID, Tag.USER_ATTRIBUTE}
BRACKETED = re.compile(r"<([^<>]+)>\s*$")


class Dated(Protocol):
    """Anything with the end of its usefulness; None is no end."""

    @property
    def not_after(self) -> datetime | None:
        """The first instant at which it may no longer be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate that passed the gate; `blob` is binary and holds nothing that is not needed."""

    fingerprint: str
    emails: tuple[str, ...]
    not_after: datetime | None
    algorithm: str
    encryption_key_ids: tuple[str, ...]
    blob: bytes = field(repr=False)
    warnings: tuple[str, ...] = ()


def is_usable(certificate: Dated, now: datetime) -> bool:
    """Tell whether stored values still allow sealing at this instant; the end instant itself is out."""
    return certificate.not_after is None or now < certificate.not_after


def inspect(blob: bytes, *, expect_email: str | None, now: datetime, gpg: str) -> Certificate:
    """Return the certificate in an uploaded file, armoured or binary; None expects nobody in particular.

    Raises:
        CertificateRefusedError: it cannot be used; `reason` names the first check that it failed.

    """
    binary = _binary(blob)
    _check_structure(binary)
    _check_cost(binary)
    try:
        opinion = sequoia.judge(binary)
        if opinion.revoked:
            raise CertificateRefusedError(Reason.REVOKED)
        listed = _only(openpgp.list_certificates(binary, gpg=gpg))
        usable = _check_keys(listed, now)
        minimal = openpgp.minimise(binary, gpg=gpg)
        opinion = sequoia.judge(minimal)
    except (MalformedError, GpgError):
        raise CertificateRefusedError(Reason.UNREADABLE) from None
    key_ids = _agreed(minimal, listed, usable, opinion, gpg)
    emails = _addresses(listed.user_ids, opinion)
    if expect_email is not None and expect_email.casefold() not in emails:
        forgeable = opinion.weak_signature and expect_email.casefold() in map(addressed, listed.user_ids)
        raise CertificateRefusedError(Reason.WEAK_SIGNATURE if forgeable else Reason.WRONG_ADDRESS)
    return _passed(minimal, listed, [key for key in usable if key.key_id in key_ids], emails)


def _binary(blob: bytes) -> bytes:
    if len(blob) > MOST_BYTES:
        raise CertificateRefusedError(Reason.TOO_LARGE)
    if packets.is_binary(blob):
        return blob
    try:
        blocks = packets.dearmor(blob)
    except MalformedError:
        raise CertificateRefusedError(Reason.UNREADABLE) from None
    if any(kind == packets.PRIVATE_KEY_BLOCK for kind, _ in blocks):
        raise CertificateRefusedError(Reason.SECRET_KEY)
    return b"".join(content for _, content in blocks)


def _check_structure(binary: bytes) -> None:
    found: list[packets.Packet] = []
    try:
        for packet in packets.walk(binary):
            found.append(packet)
            if packet.tag in SECRET:
                raise CertificateRefusedError(Reason.SECRET_KEY)
            if len(found) > MOST_PACKETS:
                raise CertificateRefusedError(Reason.TOO_MANY_PACKETS)
    except MalformedError:
        raise CertificateRefusedError(Reason.UNREADABLE) from None
    primaries = sum(packet.tag == Tag.PUBLIC_KEY for packet in found)
    if primaries > 1:
        raise CertificateRefusedError(Reason.SEVERAL_CERTIFICATES)
    if primaries == 0 or found[0].tag != Tag.PUBLIC_KEY or any(packet.tag not in PARTS for packet in found):
        raise CertificateRefusedError(Reason.UNREADABLE)
    if any(packet.body[:1] != bytes([KEY_VERSION]) for packet in found if packet.tag in KEYS):
        raise CertificateRefusedError(Reason.UNSUPPORTED_VERSION)


def _check_cost(binary: bytes) -> None:
    """Refuse what keeps GnuPG busy: it verifies each signature that names the key itself, at each look."""
    primary, *others = packets.walk(binary)
    own = packets.fingerprint(primary.body)[-16:]
    signatures = [packet for packet in others if packet.tag == Tag.SIGNATURE]
    if sum(own in packets.issuers(each) for each in signatures) > MOST_OWN_SIGNATURES:
        raise CertificateRefusedError(Reason.TOO_MANY_PACKETS)


def _only(listings: tuple[Listing, ...]) -> Listing:
    if len(listings) != 1:
        raise CertificateRefusedError(Reason.UNREADABLE)
    return listings[0]


def _check_keys(listed: Listing, now: datetime) -> list[Key]:
    """Return the encryption keys in force, or refuse; the reasons in the order of KEYS' table."""
    if listed.primary.revoked:
        raise CertificateRefusedError(Reason.REVOKED)
    if listed.primary.expired(now):
        raise CertificateRefusedError(Reason.EXPIRED)
    in_force = [key for key in listed.keys if key.valid(now)]
    usable = [key for key in in_force if key.encrypts]
    if not usable:
        late = any(key.encrypts and key.expired(now) and not key.revoked for key in listed.keys)
        raise CertificateRefusedError(Reason.ENCRYPTION_KEY_EXPIRED if late else Reason.NO_ENCRYPTION_KEY)
    if any(key.algorithm in {listing.DSA, listing.ELGAMAL} for key in in_force):
        raise CertificateRefusedError(Reason.WEAK_ALGORITHM)
    if any(key.algorithm == listing.RSA and key.bits < SHORTEST_RSA for key in in_force):
        raise CertificateRefusedError(Reason.WEAK_KEY)
    return usable


def _agreed(
    minimal: bytes, listed: Listing, usable: list[Key], opinion: sequoia.Opinion, gpg: str
) -> frozenset[str]:
    """Return the key ids that both engines encrypt to; the one that GnuPG chooses must be among them."""
    agreed = opinion.encrypts_to & {key.key_id for key in usable}
    try:
        chosen = openpgp.trial(minimal, fingerprint=listed.primary.fingerprint, gpg=gpg)
    except GpgError:
        raise CertificateRefusedError(Reason.TRIAL_FAILED) from None
    if chosen not in agreed or opinion.fingerprint != listed.primary.fingerprint:
        raise CertificateRefusedError(
            Reason.WEAK_SIGNATURE if opinion.weak_signature else Reason.TRIAL_FAILED
        )
    return agreed


def _addresses(user_ids: tuple[str, ...], opinion: sequoia.Opinion) -> tuple[str, ...]:
    bound = [user_id for user_id in user_ids if user_id in opinion.user_ids]
    return tuple(dict.fromkeys(addressed(user_id) for user_id in bound))


def addressed(user_id: str) -> str:
    """Return the address of `Name <address>` or of a bare address, for comparison as a whole."""
    bracketed = BRACKETED.search(user_id)
    return (bracketed[1] if bracketed else user_id).strip().casefold()


def _passed(minimal: bytes, listed: Listing, usable: list[Key], emails: tuple[str, ...]) -> Certificate:
    ends = [key.expires_at for key in (listed.primary, *usable) if key.expires_at is not None]
    short = any(key.algorithm == listing.RSA and key.bits < GOOD_RSA for key in usable)
    return Certificate(
        fingerprint=listed.primary.fingerprint,
        emails=emails,
        not_after=min(ends, default=None),
        algorithm="/".join(dict.fromkeys(key.label for key in (listed.primary, *usable))),
        encryption_key_ids=tuple(key.key_id for key in usable),
        blob=minimal,
        warnings=(SHORT_RSA_WARNING,) if short else (),
    )
