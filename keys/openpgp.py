"""The door to GnuPG: inspect, encrypt, decrypt. The only importer of python-gnupg.

It returns bytes or raises; there is no answer between. Plaintext goes through pipes only, and the
keyring of one message is a file of its own, so that nothing shared is ever written (KEYS: decisions 4).
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from subprocess import Popen
from threading import Lock, Timer
from typing import Any

import gnupg

from keys import listing
from keys.homes import ENVIRONMENT, GpgError, private_directory, run, short_name, throwaway_home
from keys.packets import MalformedError, container

logging.getLogger("gnupg").setLevel(logging.WARNING)  # below that it logs pieces of what it reads

CALM = ("--no-auto-check-trustdb", "--no-auto-key-locate", "--disable-dirmngr", "--trust-model", "always")
SEALING = (
    *("--no-options", "--lock-never", "-z", "0", "--digest-algo", "SHA512"),
    *("--personal-cipher-preferences", "AES256"),
    # GnuPG keeps its random pool in a file of the home, and two calls at once wait up to a second for each
    # other's lock on it. The kernel's generator, which fills the pool, needs no such file.
    *("--no-random-seed-file", "--no-default-keyring", "--keyring"),
)
LISTING = ("--no-autostart", "--with-colons", "--with-keygrip", "--show-keys")
MINIMISING = ("--no-autostart", "--import-options", "import-minimal,import-export", "--import")
NOTING = ("--no-autostart", "--no-default-keyring", "--keyring")
STARTING = Lock()
MOST_NOTED = 4096  # certificates, of 1 to 3 kB each
LONGEST_CALL = 60.0  # seconds; shorter than the lease of a job
PROBE = b"trial"
NOT_OURS = "no secret key"  # the status of a message for somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a message held, and who signed it: primary fingerprints of the good signatures."""

    plaintext: bytes
    signers: tuple[str, ...]
    bad: tuple[str, ...]


class _Engine(gnupg.GPG):  # type: ignore[misc]  # python-gnupg has no types
    """GnuPG with a time limit, which python-gnupg lacks; a call that reaches it fails like any other."""

    def _collect_output(self, process: Popen[bytes], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - handed on
        limit = Timer(LONGEST_CALL, process.kill)
        limit.daemon = True
        limit.start()
        try:
            return super()._collect_output(process, *arguments, **named)
        finally:
            limit.cancel()


def list_certificates(certificate: bytes, *, gpg: str) -> tuple[listing.Listing, ...]:
    """Return what GnuPG sees in binary certificates, looked at in a throw-away home.

    Raises:
        GpgError: it cannot read them, or took too long.

    """
    with private_directory() as home:
        return listing.parse(run([*LISTING], gpg=gpg, home=home, given=certificate))


def minimise(certificate: bytes, *, gpg: str) -> bytes:
    """Return the certificate with only its newest own signatures.

    Raises:
        GpgError: GnuPG would not import it.

    """
    with private_directory() as home:
        return run([*MINIMISING], gpg=gpg, home=home, given=certificate)


def trial(certificate: bytes, *, fingerprint: str, gpg: str) -> str:
    """Encrypt a probe to the certificate and return the key id that GnuPG chose.

    Raises:
        GpgError: GnuPG would not encrypt to it, or not in the form that every recipient can read.

    """
    with throwaway_home(gpg) as home:
        sealed = _encrypted(_made(gpg, home), PROBE, keyring=certificate, recipient=fingerprint)
    try:
        return container(sealed)
    except MalformedError as error:
        raise GpgError(str(error)) from None


def encrypt(
    plaintext: bytes, *, to: bytes, recipient: str, own: bytes, signer: str, home: Path, gpg: str
) -> bytes:
    """Sign with exactly the key `signer` of this home, then encrypt to one recipient.

    `to` and `own` are the binary certificates of both; fingerprints are whole, 40 hex digits. May be called
    in several threads at once.

    Raises:
        GpgError: any part of it failed, or took too long.

    """
    keyring = _noted(own, gpg) + _noted(to, gpg)
    sign = ("--local-user", f"{signer}!")
    return _encrypted(_engine(gpg, home), plaintext, keyring=keyring, recipient=recipient, sign=sign)


@lru_cache(maxsize=MOST_NOTED)
def _noted(certificate: bytes, gpg: str) -> bytes:
    """Return a certificate as a keyring in which GnuPG has noted that it found the signatures good.

    To check them anew is a quarter of a sealing. Such notes (packets of type 12) are believed without a look
    at the signature: so they are made here, by this process, for exactly these bytes, and kept in its memory
    alone. They say nothing of time: whether a key has expired is judged at each use.
    """
    with private_directory() as home:
        file = home / "keyring"
        file.touch()
        run([*NOTING, str(file), "--import"], gpg=gpg, home=home, given=certificate)
        return file.read_bytes()


def encrypt_under_code(plaintext: bytes, *, code: str, home: Path, gpg: str) -> bytes:
    """Encrypt under a code instead of a key, armoured; GnuPG alone opens it again.

    Raises:
        GpgError: any part of it failed.

    """
    engine = _made(gpg, home)
    options = ["--s2k-digest-algo", "SHA512", "--s2k-count", "65011712"]
    sealed = engine.encrypt(plaintext, [], symmetric="AES256", passphrase=code, extra_args=options)
    if not sealed.ok or sealed.returncode != 0 or not sealed.data:
        raise GpgError(sealed.status or "encryption failed")
    return bytes(sealed.data)


def decrypt_under_code(message: bytes, *, code: str, home: Path, gpg: str) -> bytes:
    """Open what was encrypted under a code.

    Raises:
        GpgError: this is not the code, or the message is damaged.

    """
    opened = gnupg.GPG(gpg, str(home)).decrypt(message, passphrase=code, extra_args=[*CALM])
    if not opened.ok or opened.returncode != 0:
        raise GpgError(opened.status or "decryption failed")
    return bytes(opened.data)


def decrypt(message: bytes, *, home: Path, gpg: str, signers: bytes = b"") -> Opened:
    """Open a message with the secret keys of this home.

    `signers` holds binary certificates, minimised, for signatures whose keys the home does not know.

    Raises:
        GpgError: NOT_OURS, or another reason why nothing was opened.

    """
    with private_directory() as place:
        file = place / "signers"
        file.write_bytes(signers)
        beside = ("--keyring", str(file)) if signers else ()
        result = _engine(gpg, home).decrypt(message, extra_args=[*CALM, *beside])
    if not result.ok or (result.returncode != 0 and not result.problems):
        raise GpgError(result.status or "decryption failed")
    good = [found["pubkey_fingerprint"] for found in result.sig_info.values() if _is_good(found)]
    return Opened(
        plaintext=bytes(result.data),
        signers=tuple(str(fingerprint).upper() for fingerprint in good),
        bad=tuple(str(problem["status"]) for problem in result.problems),
    )


def sign_clear(text: bytes, *, own: bytes, signer: str, home: Path, gpg: str) -> bytes:
    """Sign a text in clear with exactly the key `signer` of this home; `own` is its binary certificate.

    Raises:
        GpgError: any part of it failed, or took too long.

    """
    with private_directory() as place:
        file = place / "keyring"
        file.write_bytes(_noted(own, gpg))
        options = [*CALM, *SEALING, str(file), "--local-user", f"{signer}!"]
        signed = _engine(gpg, home).sign(text, clearsign=True, extra_args=options)
    if signed.returncode != 0 or not signed.data:
        raise GpgError(signed.status or "signing failed")
    return bytes(signed.data)


def read_clear(signed: bytes, *, certificate: bytes, at: datetime, gpg: str) -> Opened:
    """Return what a text signed in clear says, judged as of the instant `at`: its key may have ended since.

    Raises:
        GpgError: it cannot be read.

    """
    with throwaway_home(gpg) as home:
        file = home / "keyring"
        file.write_bytes(certificate)
        then = ("--faked-system-time", at.strftime("%Y%m%dT%H%M%S"))
        options = [*CALM, *then, "--no-default-keyring", "--keyring", str(file)]
        result = _made(gpg, home).decrypt(signed, extra_args=options)
    good = [found["pubkey_fingerprint"] for found in result.sig_info.values() if _is_good(found)]
    if not good and not result.problems:
        raise GpgError(result.status or "not signed")
    return Opened(
        plaintext=bytes(result.data),
        signers=tuple(str(fingerprint).upper() for fingerprint in good),
        bad=tuple(str(problem["status"]) for problem in result.problems),
    )


def _is_good(signature: dict[str, object]) -> bool:
    return signature.get("status") == "signature valid" and bool(signature.get("pubkey_fingerprint"))


def _engine(gpg: str, home: Path) -> _Engine:
    with STARTING:
        return _started(gpg, home)


@lru_cache(maxsize=8)
def _started(gpg: str, home: Path) -> _Engine:
    """Return the engine of a home with its agent: made once, as both are processes.

    Several calls at once that found no agent would each start one, and some of them fail.
    """
    run(["--list-secret-keys"], gpg=gpg, home=home)
    return _made(gpg, short_name(home, gpg=gpg))


def _made(gpg: str, home: Path) -> _Engine:
    return _Engine(gpg, str(home), env=ENVIRONMENT)


def _encrypted(
    engine: _Engine, plaintext: bytes, *, keyring: bytes, recipient: str, sign: tuple[str, ...] = ()
) -> bytes:
    with private_directory() as place:
        file = place / "keyring"
        file.write_bytes(keyring)
        options = [*CALM, *SEALING, str(file), *sign]
        sealed = engine.encrypt(plaintext, [recipient], sign=bool(sign), armor=False, extra_args=options)
    if not sealed.ok or sealed.returncode != 0 or not sealed.data:
        raise GpgError(sealed.status or "encryption failed")
    return bytes(sealed.data)
