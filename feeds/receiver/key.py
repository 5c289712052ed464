"""Our receiving key and the hub's pinned one: a sealed message becomes plaintext, or a reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from feeds.receiver.settings import KeySettings, plain_fingerprint
from hub.core.errors import ConfigurationError
from keys import openpgp, packets
from keys.homes import GpgError, run, throwaway_home
from keys.packets import MalformedError
from keys.sealing import open_sealed

PROBE = b"trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A GnuPG home with our secret key; `pin` and `hub` are the hub's fingerprint and certificate."""

    home: Path
    gpg: str
    pin: str
    own: frozenset[str] = frozenset()
    hub: bytes = field(default=b"", repr=False)

    def open(self, message: bytes) -> bytes:
        """Return what the hub has sealed to us.

        Raises:
            OpeningError: its subclasses name what is wrong with the message.

        """
        return open_sealed(message, home=self.home, gpg=self.gpg, pinned_fingerprint=self.pin, hub=self.hub)

    def renewed(self, certificate: bytes) -> "Key | None":
        """Return the key with a newer certificate of the hub; None if it is none of the pinned key."""
        try:
            found, minimal = _minimal(certificate, self.gpg)
        except (MalformedError, GpgError):
            return None
        return replace(self, hub=minimal) if found == self.pin and minimal != self.hub else None

    def check(self) -> None:
        """Seal a probe to each of our certificates and open it, so that no message is blamed for our fault.

        Raises:
            ConfigurationError: the secret key does not open anything now.

        """
        for fingerprint in sorted(self.own):
            trust = ("--no-auto-key-locate", "--disable-dirmngr", "--trust-model", "always")
            encrypt = [*trust, "--recipient", fingerprint, "--encrypt"]
            try:
                sealed = run(encrypt, gpg=self.gpg, home=self.home, given=PROBE)
                opened = run(["--decrypt"], gpg=self.gpg, home=self.home, given=sealed)
            except GpgError:
                opened = b""
            if opened != PROBE:
                raise ConfigurationError(
                    f"the secret key of {fingerprint} opens nothing now: is it in the GnuPG home, has it"
                    " expired, and has gpg-agent its passphrase?"
                )


@contextmanager
def opened_key(settings: KeySettings, *, fingerprint: str, certificate: Path | None) -> Iterator[Key]:
    """Give our key; one from a file lies in memory only, and is gone afterwards.

    Raises:
        ConfigurationError: a file cannot be read, or is not what it should be.

    """
    gpg, pin = str(settings.gpg), plain_fingerprint(fingerprint)
    hub = read_certificate(certificate, gpg=gpg, pin=pin) if certificate else b""
    own = frozenset(map(plain_fingerprint, settings.fingerprints))
    if settings.gnupg_home is not None:
        if not settings.gnupg_home.is_dir():
            raise ConfigurationError(f"{settings.gnupg_home} is no folder")
        yield Key(home=settings.gnupg_home, gpg=gpg, pin=pin, own=own, hub=hub)
        return
    with throwaway_home(gpg) as home:
        _import(settings.secret_key, home, gpg)
        yield Key(home=home, gpg=gpg, pin=pin, own=own, hub=hub)


def read_certificate(file: Path, *, gpg: str, pin: str = "") -> bytes:
    """Return a certificate from a file, binary and minimised.

    Raises:
        ConfigurationError: it cannot be read, or is not the pinned one.

    """
    try:
        found, minimal = _minimal(file.read_bytes(), gpg)
    except (OSError, MalformedError, GpgError):
        raise ConfigurationError(f"{file} is no OpenPGP certificate that can be read") from None
    if found != (pin or found):
        raise ConfigurationError(f"{file} is the certificate of {found}, not of the pinned {pin}")
    return minimal


def _minimal(data: bytes, gpg: str) -> tuple[str, bytes]:
    binary = data if packets.is_binary(data) else b"".join(part for _, part in packets.dearmor(data))
    return packets.fingerprints(binary)[0], openpgp.minimise(binary, gpg=gpg)


def _import(file: Path | None, home: Path, gpg: str) -> None:
    try:
        if file is None or file.stat().st_mode & 0o077:
            raise ConfigurationError(f"{file} can be read by others; make it mode 0600")
        run(["--import"], gpg=gpg, home=home, given=file.read_bytes())
    except (OSError, GpgError):
        raise ConfigurationError(f"{file} is no secret key that can be read") from None
