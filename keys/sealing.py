"""One recipient, one message: seal (sign, then encrypt), check the form, open.

`seal` asks `is_usable` first and `check_sealed` last, so that a hole of the engine stays closed. The
hub's signature is judged by the fingerprint of its primary key, which recipients have pinned.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from hub.core.errors import HubError
from keys import openpgp, packets, sequoia
from keys.gate import PARTS, is_usable
from keys.homes import GpgError
from keys.packets import MalformedError


class CertificateUnusableError(HubError):
    """The certificate cannot be sealed to now: its time is over, or it is not what it says it is."""


class SealingFailedError(HubError):
    """Sealing failed or made a message of another form; nothing may be sent."""


class OpeningError(HubError):
    """The message does not open as one that the hub has sent."""


class NotForMeError(OpeningError):
    """The message is sealed to another key than those of this GnuPG home."""


class DamagedError(OpeningError):
    """The message was changed or cut short, or is no sealed message at all."""


class UnsignedError(OpeningError):
    """The message opens, but nobody has signed it."""


class WrongSignerError(OpeningError):
    """The message opens, but its signature is not one of the pinned key in force."""


class Sealable(Protocol):
    """What is stored of a certificate that passed the gate."""

    @property
    def fingerprint(self) -> str:
        """The primary key's fingerprint, 40 upper-case hex digits."""

    @property
    def not_after(self) -> datetime | None:
        """The first instant at which it may no longer be used."""

    @property
    def blob(self) -> bytes:
        """The certificate, binary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs: the subkey `fingerprint` in the GnuPG home `home`, under the hub's `certificate`."""

    gpg: str
    home: Path
    fingerprint: str
    certificate: bytes = field(repr=False)

    @property
    def pin(self) -> str:
        """The fingerprint of the hub's primary key, which recipients pin."""
        return packets.fingerprints(self.certificate)[0]


def seal(plaintext: bytes, *, certificate: Sealable, signer: Signer, now: datetime) -> bytes:
    """Return a binary OpenPGP message that only this certificate's holder can open.

    Raises:
        CertificateUnusableError: the certificate's time is over, or its bytes are another's.
        SealingFailedError: GnuPG refused, or made a message that not every recipient could read.

    """
    if not is_usable(certificate, now):
        raise CertificateUnusableError("The certificate has expired.")
    if _fingerprints(certificate)[0] != certificate.fingerprint:
        raise CertificateUnusableError("The stored certificate does not have the stored fingerprint.")
    try:
        sealed = openpgp.encrypt(
            plaintext,
            to=_parts_alone(certificate),
            recipient=certificate.fingerprint,
            own=signer.certificate,
            signer=signer.fingerprint,
            home=signer.home,
            gpg=signer.gpg,
        )
    except GpgError as error:
        raise SealingFailedError(f"Sealing failed: {error}") from None
    check_sealed(sealed, certificate=certificate)
    return sealed


def check_sealed(message: bytes, *, certificate: Sealable) -> None:
    """Check that a binary message is for this certificate alone, in the form that everyone can read.

    Raises:
        SealingFailedError: not one PKESK of version 3 for a key of this certificate, then one SEIPD of
            version 1, and nothing else.

    """
    try:
        key_id = packets.container(message)
    except MalformedError as error:
        raise SealingFailedError(f"The sealed message has the wrong form: {error}.") from None
    if key_id not in {fingerprint[-16:] for fingerprint in _fingerprints(certificate)}:
        raise SealingFailedError("The sealed message is for another key.")


def armor(message: bytes) -> bytes:
    """Return a sealed message as ASCII, for mail."""
    return sequoia.armor(message)


def open_sealed(message: bytes, *, home: Path, gpg: str, pinned_fingerprint: str, hub: bytes = b"") -> bytes:
    """Return what the hub has sealed, armoured or binary, with the secret key in the recipient's home.

    `pinned_fingerprint` is the hub's primary key's. Its certificate lies in the home, or is handed in as
    `hub`, binary and minimised.

    Raises:
        NotForMeError, DamagedError, UnsignedError, WrongSignerError: nothing is returned.

    """
    try:
        opened = openpgp.decrypt(_container(message), home=home, gpg=gpg, signers=hub)
    except GpgError as error:
        if str(error) == openpgp.NOT_OURS:
            raise NotForMeError("The message is sealed to a key that is not here.") from None
        raise DamagedError("The message is damaged.") from None
    if not opened.signers and not opened.bad:
        raise UnsignedError("The message is not signed.")
    if opened.bad or opened.signers != (pinned_fingerprint.upper(),):
        raise WrongSignerError("The message is not signed by the hub's pinned key.")
    return opened.plaintext


def _container(message: bytes) -> bytes:
    try:
        if not packets.is_binary(message):
            [(_, message)] = packets.dearmor(message)
        packets.container(message)
    except (MalformedError, ValueError):
        raise DamagedError("This is not one sealed message.") from None
    return message


def _parts_alone(certificate: Sealable) -> bytes:
    """Return the certificate framed anew, so that GnuPG sees the packets that we see.

    A stored row may be forged. One trust packet in it would tell GnuPG that the signature before it was
    found good already, and so bind a stranger's encryption subkey.
    """
    parts = list(packets.walk(certificate.blob))
    if any(part.tag not in PARTS for part in parts):
        raise CertificateUnusableError("The stored certificate holds what belongs to none.")
    return b"".join(map(packets.framed, parts))


def _fingerprints(certificate: Sealable) -> tuple[str, ...]:
    try:
        return packets.fingerprints(certificate.blob)
    except MalformedError:
        raise CertificateUnusableError("The stored certificate cannot be read.") from None
