"""The hub's own key: a primary that only certifies and goes into escrow, a subkey that signs.

The primary is made in a throw-away home. Its secret part leaves that home only inside the escrow file,
an ordinary OpenPGP file under a recovery code (`gpg --decrypt` opens it), which is printed once and
kept elsewhere. The signing home gets the secret subkey and nothing more.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from hub.core.errors import ConfigurationError
from keys import openpgp, packets
from keys.challenge import make_challenge
from keys.homes import GpgError, run, stop_agent, throwaway_home
from keys.listing import Listing
from keys.packets import MalformedError
from keys.sealing import Signer

YEAR = timedelta(days=365)
SILENT = ("--pinentry-mode", "loopback", "--passphrase", "")  # no key here has a passphrase
SHORT_FORM = "%Y%m%dT%H%M%S"


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
    years: int = 2,
) -> HubKey:
    """Make the hub's key; the signing subkey lasts `years`, the primary has no end.

    Raises:
        ConfigurationError: one of the files exists already, or GnuPG failed.

    """
    if escrow.exists() or certificate_file.exists():
        raise ConfigurationError("The hub's key exists already.")
    code = make_challenge()
    try:
        with throwaway_home(gpg) as home:
            fingerprint = _generate(home, f"{name} <{email}>", now + years * YEAR, gpg)
            _write(escrow, _escrowed(home, fingerprint, code, gpg), mode=0o400)
            subkeys = run([*SILENT, "--export-secret-subkeys", fingerprint], gpg=gpg, home=home)
            _fill(signing_home, subkeys, gpg)
            public = run(["--armor", "--export", fingerprint], gpg=gpg, home=home)
    except GpgError as error:
        raise ConfigurationError(f"The hub's key could not be made: {error}.") from None
    _write(certificate_file, public, mode=0o644)
    return HubKey(fingerprint=fingerprint, recovery_code=code)


def load_signer(*, signing_home: Path, certificate_file: Path, gpg: str) -> Signer:
    """Return the signer: the newest signing subkey of the certificate whose secret is in this home.

    Raises:
        ConfigurationError: the certificate is missing or unreadable, or no secret belongs to it.

    """
    try:
        [(_, certificate)] = packets.dearmor(certificate_file.read_bytes())
        [listed] = _listed(certificate, gpg)
    except (OSError, ValueError, MalformedError, GpgError):
        raise ConfigurationError("The hub's certificate is missing or cannot be read.") from None
    fingerprint = _signing_subkey(listed, signing_home / "private-keys-v1.d")
    return Signer(gpg=gpg, home=signing_home, fingerprint=fingerprint, certificate=certificate)


@lru_cache(maxsize=4)
def _listed(certificate: bytes, gpg: str) -> tuple[Listing, ...]:
    return openpgp.list_certificates(certificate, gpg=gpg)  # a process; the worker asks for every copy


def _signing_subkey(listed: Listing, secrets: Path) -> str:
    subkeys = [key for key in listed.keys[1:] if "s" in key.uses and key.validity not in {"r", "e", "i"}]
    for key in sorted(subkeys, key=lambda key: key.created_at, reverse=True):
        if (secrets / f"{key.grip}.key").exists():
            return key.fingerprint
    raise ConfigurationError("The signing home has no secret for a signing subkey of the hub's certificate.")


def _generate(home: Path, user_id: str, expires_at: datetime, gpg: str) -> str:
    run([*SILENT, "--quick-gen-key", user_id, "ed25519", "cert", "never"], gpg=gpg, home=home)
    public = run(["--export"], gpg=gpg, home=home)
    fingerprint = packets.fingerprints(public)[0]
    end = expires_at.strftime(SHORT_FORM)
    run([*SILENT, "--quick-add-key", fingerprint, "ed25519", "sign", end], gpg=gpg, home=home)
    return fingerprint


def _escrowed(home: Path, fingerprint: str, code: str, gpg: str) -> bytes:
    secret = run([*SILENT, "--armor", "--export-secret-keys", fingerprint], gpg=gpg, home=home)
    revocation = (home / "openpgp-revocs.d" / f"{fingerprint}.rev").read_bytes()
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
