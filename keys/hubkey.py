"""The hub's own key: a primary that only certifies and goes into escrow, a subkey that signs.

The primary is made in a throw-away home. Its secret part leaves that home only inside the escrow file,
an ordinary OpenPGP file under a recovery code (`gpg --decrypt` opens it), which is printed once and
kept elsewhere. The signing home gets the secret subkey and nothing more.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hub.core.errors import ConfigurationError
from keys import hub_certificate, openpgp, packets
from keys.challenge import make_challenge
from keys.homes import GpgError, run, stop_agent, throwaway_home
from keys.hub_certificate import BEYOND
from keys.listing import Key
from keys.sealing import Signer

LIFE = timedelta(days=365) + BEYOND  # rotated each year, it serves every publication of that year
SILENT = ("--pinentry-mode", "loopback", "--passphrase", "")  # no key here has a passphrase
SHORT_FORM = "%Y%m%dT%H%M%S"
ENDED = frozenset({"r", "e", "i"})  # GnuPG's letters: revoked, expired, badly bound


@dataclass(frozen=True, slots=True, kw_only=True)
class HubKey:
    """What is told once: the fingerprint that recipients pin, and the code that opens the escrow file."""

    fingerprint: str
    recovery_code: str = field(repr=False)


def create_hub_key(
    *,
    name: str,
    email: str,
    signing_home: Path,
    escrow: Path,
    certificate_file: Path,
    gpg: str,
    now: datetime,
) -> HubKey:
    """Make the hub's key; the signing subkey lasts LIFE, the primary has no end.

    Raises:
        ConfigurationError: one of the files exists already, or GnuPG failed.

    """
    if escrow.exists() or certificate_file.exists():
        raise ConfigurationError("The hub's key exists already.")
    code = make_challenge()
    try:
        with throwaway_home(gpg) as home:
            fingerprint = _generate(home, f"{name} <{email}>", now + LIFE, gpg)
            revocation = (home / "openpgp-revocs.d" / f"{fingerprint}.rev").read_bytes()
            _write(escrow, escrowed(home, fingerprint, revocation, code=code, gpg=gpg), mode=0o400)
            subkeys = run([*SILENT, "--export-secret-subkeys", fingerprint], gpg=gpg, home=home)
            _fill(signing_home, subkeys, gpg)
            public = run(["--armor", "--export", fingerprint], gpg=gpg, home=home)
    except GpgError as error:
        raise ConfigurationError(f"The hub's key could not be made: {error}.") from None
    _write(certificate_file, public, mode=0o644)
    return HubKey(fingerprint=fingerprint, recovery_code=code)


def load_signer(*, signing_home: Path, certificate_file: Path, gpg: str) -> Signer:
    """Return the signer: the newest signing subkey in force whose secret is in this home.

    Raises:
        ConfigurationError: the certificate is missing or unreadable, or no secret belongs to it.

    """
    certificate = hub_certificate.read(certificate_file, gpg=gpg)
    for key in certificate.signing:  # in force by GnuPG's clock, which is the one it signs by
        if key.validity not in ENDED and secret_file(signing_home, key).exists():
            return Signer(
                gpg=gpg, home=signing_home, fingerprint=key.fingerprint, certificate=certificate.blob
            )
    raise ConfigurationError("The signing home has no secret for a signing subkey of the hub's certificate.")


def secret_file(home: Path, key: Key) -> Path:
    """Return where GnuPG's agent keeps the secret of a key, or the note that a smartcard has it."""
    return home / "private-keys-v1.d" / f"{key.grip}.key"


def _generate(home: Path, user_id: str, expires_at: datetime, gpg: str) -> str:
    run([*SILENT, "--quick-gen-key", user_id, "ed25519", "cert", "never"], gpg=gpg, home=home)
    public = run(["--export"], gpg=gpg, home=home)
    fingerprint = packets.fingerprints(public)[0]
    add_subkey(home, fingerprint, expires_at, gpg=gpg)
    return fingerprint


def add_subkey(home: Path, fingerprint: str, expires_at: datetime, *, gpg: str) -> None:
    """Add a signing subkey to the primary key whose secret is in this home.

    Raises:
        GpgError: GnuPG would not.

    """
    end = expires_at.strftime(SHORT_FORM)
    run([*SILENT, "--quick-add-key", fingerprint, "ed25519", "sign", end], gpg=gpg, home=home)


def escrowed(home: Path, fingerprint: str, revocation: bytes, *, code: str, gpg: str) -> bytes:
    """Return what goes into escrow: all secrets of this home and the revocation, under the code.

    Raises:
        GpgError: any part of it failed.

    """
    secret = run([*SILENT, "--armor", "--export-secret-keys", fingerprint], gpg=gpg, home=home)
    return openpgp.encrypt_under_code(secret + b"\n" + revocation, code=code, home=home, gpg=gpg)


def _fill(signing_home: Path, subkeys: bytes, gpg: str) -> None:
    signing_home.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing_home.chmod(0o700)
    try:
        run([*SILENT, "--import"], gpg=gpg, home=signing_home, given=subkeys)
    finally:
        stop_agent(signing_home, gpg=gpg)


def _write(file: Path, content: bytes, *, mode: int) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(content)
    file.chmod(mode)
