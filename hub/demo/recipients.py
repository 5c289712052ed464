"""What a point of contact does with the gpg program: make a key, open what was sealed to it.

Nothing of the hub is used here but a short name for a long path: gpg alone judges, and what it says on
its status channel (doc/DETAILS of GnuPG) is compared with the fingerprint that was pinned.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hub.demo.errors import DemoError, ProofError
from keys.homes import short_name

GPG_LIMIT = 30.0  # seconds
SILENT = ("--pinentry-mode", "loopback", "--passphrase", "")
LIFE = "2y"
OPENING = ("--no-auto-key-locate", "--trust-model", "always", "--decrypt")


@dataclass(frozen=True, slots=True)
class GnupgHome:
    """A GnuPG home, and the program that works in it."""

    folder: Path
    gpg: str

    def make_key(self, *, name: str, email: str) -> None:
        """Make an Ed25519/Cv25519 pair without a passphrase."""
        self.folder.mkdir(mode=0o700, parents=True)
        uid = f"{name} <{email}>"
        made = self._run([*SILENT, "--quick-gen-key", uid, "ed25519", "cert,sign", LIFE])
        added = self._run([*SILENT, "--quick-add-key", self.fingerprint(), "cv25519", "encr", LIFE])
        if made.returncode or added.returncode:
            raise DemoError(f"gpg made no key for {email}")

    def add_key(self, *, name: str, email: str) -> bytes:
        """Make a further pair in the same home, and return its certificate."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        uid = f"{name} <{email}>"
        self._run([*SILENT, "--quick-gen-key", uid, "ed25519", "cert,sign", LIFE])
        listed = self._run(["--with-colons", "--list-secret-keys", f"={uid}"]).stdout.decode().splitlines()
        own = next((line.split(":")[9] for line in listed if line.startswith("fpr:")), "none")
        self._run([*SILENT, "--quick-add-key", own, "cv25519", "encr", LIFE])
        if not (certificate := self._run(["--export", own]).stdout):
            raise DemoError(f"gpg made no key for {email}")
        return certificate

    def public_key(self) -> bytes:
        """Return the armoured certificate of the home's own key."""
        return self._run(["--armor", "--export", self.fingerprint()]).stdout

    def fingerprint(self) -> str:
        """Return the primary fingerprint of the home's own key."""
        listing = self._run(["--with-colons", "--list-secret-keys"]).stdout.decode().splitlines()
        return next((line.split(":")[9] for line in listing if line.startswith("fpr:")), "none")

    def trust_hub(self, certificate: Path, *, pin: str) -> None:
        """Import the hub's certificate once its fingerprint is the one that was handed over.

        Raises:
            ProofError: it is another key's.

        """
        shown = self._run(["--with-colons", "--show-keys", str(certificate)]).stdout.decode().splitlines()
        found = next((line.split(":")[9] for line in shown if line.startswith("fpr:")), "none")
        if found != pin:
            raise ProofError("gpg: the hub's certificate", f"its fingerprint is {found}, not {pin}")
        self._run(["--import", str(certificate)])

    def open(self, message: bytes, *, pin: str, what: str) -> bytes:
        """Return what was sealed; `what` names the message in a refusal.

        Raises:
            ProofError: gpg does not open it, or it is not signed by the pinned key.

        """
        status, plaintext = self._decrypt(message)
        if "DECRYPTION_OKAY" not in status or not plaintext:
            raise ProofError(f"gpg opens {what}", "it does not open with the contact's key")
        signatures = status.get("VALIDSIG", [])
        if len(signatures) != 1 or "GOODSIG" not in status:
            raise ProofError(f"gpg verifies the signature of {what}", "it has no good signature")
        primary = signatures[0].split()[9]
        if primary != pin:
            raise ProofError(f"gpg verifies the signature of {what}", f"signed by {primary}, not by {pin}")
        return plaintext

    def seal_unsigned(self, plaintext: bytes, *, to: str) -> bytes:
        """Seal something to a key of this home without signing it, as somebody else could.

        Raises:
            DemoError: gpg refused.

        """
        given = ["--trust-model", "always", "--recipient", to, "--encrypt"]
        sealed = self._run(given, given=plaintext).stdout
        if not sealed:
            raise DemoError("gpg sealed nothing")
        return sealed

    def _decrypt(self, message: bytes) -> tuple[dict[str, list[str]], bytes]:
        reader, writer = os.pipe()
        try:
            done = self._run(["--status-fd", str(writer), *OPENING], given=message, keep=writer)
        finally:
            os.close(writer)
        with os.fdopen(reader, encoding="utf-8", errors="replace") as channel:
            status: dict[str, list[str]] = {}
            for line in channel:
                word, _, rest = line.removeprefix("[GNUPG:] ").strip().partition(" ")
                status.setdefault(word, []).append(rest)
        return status, done.stdout

    def _run(
        self, arguments: list[str], *, given: bytes = b"", keep: int | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        home = str(short_name(self.folder, gpg=self.gpg))
        command = [self.gpg, "--homedir", home, "--no-options", "--batch", "--no-tty", "--quiet"]
        return subprocess.run(
            [*command, *arguments],
            input=given,
            capture_output=True,
            check=False,
            timeout=GPG_LIMIT,
            pass_fds=() if keep is None else (keep,),
        )
