"""A GnuPG home in which tests make keys, good and bad ones, with gpg itself."""

import base64
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from keys.gate import Certificate, inspect
from keys.homes import stop_agent

GPG = shutil.which("gpg") or "/usr/bin/gpg"
LONG_AGO = "20240101T000000!"  # !: frozen, or a slow first command leaves the second in its past
SILENT = ("--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "")


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A home with secret keys without passphrases."""

    home: Path

    def gpg(self, *arguments: str, given: bytes = b"") -> bytes:
        command = [GPG, "--homedir", str(self.home), *SILENT, *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=True).stdout

    def make(
        self,
        email: str,
        *,
        primary: tuple[str, str, str] = ("ed25519", "sign", "2y"),
        subkey: tuple[str, str, str] | None = ("cv25519", "encr", "1y"),
        options: tuple[str, ...] = (),
        subkey_options: tuple[str, ...] = (),
    ) -> str:
        """Make a key pair of (algorithm, usage, expiry) each and return its fingerprint."""
        making = ("--yes", "--status-fd", "1", "--quick-gen-key")  # --yes: the same user id again
        status = self.gpg(*options, *making, f"Somebody <{email}>", *primary)
        fingerprint = next(line for line in status.splitlines() if b"KEY_CREATED" in line).split()[3].decode()
        if subkey:
            self.gpg(*options, *subkey_options, "--quick-add-key", fingerprint, *subkey)
        return fingerprint

    def export(self, fingerprint: str) -> bytes:
        return self.gpg("--export", fingerprint)

    def made(self, email: str, **how: object) -> bytes:
        """Make a key pair and return its certificate."""
        return self.export(self.make(email, **how))  # type: ignore[arg-type]  # handed through


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Give a home under a short path; its agent ends with it."""
    home = Path(tempfile.mkdtemp(prefix="hub-test-", dir="/tmp"))  # short, for the agent's socket
    try:
        yield Workshop(home=home)
    finally:
        stop_agent(home, gpg=GPG)
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A contact with a key pair in a home of his own."""

    email: str
    shop: Workshop
    blob: bytes

    @property
    def certificate(self) -> Certificate:
        return inspect(self.blob, expect_email=self.email, now=datetime.now(UTC), gpg=GPG)


@contextmanager
def holder(email: str) -> Iterator[Holder]:
    with workshop() as shop:
        yield Holder(email=email, shop=shop, blob=shop.made(email))


def armoured(data: bytes, kind: str = "MESSAGE") -> bytes:
    """Wrap binary data in ASCII lines without a checksum, as newer programs do (RFC 9580, 6.1)."""
    lines = base64.encodebytes(data).decode().splitlines()
    return "\n".join([f"-----BEGIN PGP {kind}-----", "", *lines, f"-----END PGP {kind}-----", ""]).encode()
