"""Backups sealed to a certificate whose secret key lies elsewhere, as streams: they may exceed memory.

What is sealed here is for the holder of that key alone; that it is ours shows inside of it (`hub/backup`).
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from hub.core.errors import ConfigurationError, HubError
from keys import gate
from keys.gate import Certificate
from keys.homes import ENVIRONMENT, private_directory
from keys.refusals import CertificateRefusedError

SEALING = (
    *("--no-options", "--batch", "--no-tty", "--quiet", "--no-autostart", "--no-auto-check-trustdb"),
    *("--no-auto-key-locate", "--disable-dirmngr", "--trust-model", "always", "-z", "0"),
    *("--personal-cipher-preferences", "AES256", "--no-default-keyring"),
)
OPENING = ("--quiet", "--no-auto-check-trustdb", "--disable-dirmngr", "--status-fd", "2")
WHOLE = b"[GNUPG:] DECRYPTION_OKAY"  # said only after the check of what was changed or cut (MDC)
FAILED = b"[GNUPG:] DECRYPTION_FAILED"
BEGUN = b"[GNUPG:] DECRYPTION_INFO"  # a key was found and opens it


class BackupSealError(HubError):
    """The backup could not be sealed or opened; the text says why."""


def recipient(file: Path, *, gpg: str, now: datetime) -> Certificate:
    """Return the certificate that backups are sealed to, judged by the gate like any other.

    Raises:
        ConfigurationError: the file is missing, or the gate refuses what is in it.

    """
    try:
        return gate.inspect(file.read_bytes(), expect_email=None, now=now, gpg=gpg)
    except OSError:
        raise ConfigurationError(f"The backup certificate {file} cannot be read.") from None
    except CertificateRefusedError as refused:
        raise ConfigurationError(f"The backup certificate {file} cannot be used: {refused}") from None


@contextmanager
def sealing(file: Path, *, to: Certificate, gpg: str) -> Iterator[BinaryIO]:
    """Give a stream; what is written to it lies sealed in the new `file`, on the disk for good, at the end.

    The file is not there at all if anything failed.

    Raises:
        FileExistsError: there is such a file already.
        BackupSealError: gpg failed, or the file could not be written (no space, for example).

    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with private_directory() as home:
            keyring = home / "keyring"
            keyring.write_bytes(to.blob)
            where = ["--homedir", str(home), "--keyring", str(keyring), "--recipient", to.fingerprint]
            with _fed([gpg, *SEALING, *where, "--encrypt"], descriptor) as stream:
                yield stream
        os.fsync(descriptor)
    except BaseException:
        file.unlink()
        raise
    finally:
        os.close(descriptor)


@contextmanager
def _fed(command: list[str], out: int) -> Iterator[BinaryIO]:
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL, env=ENVIRONMENT
    )
    try:
        with process:
            yield cast("BinaryIO", process.stdin)
    except BrokenPipeError:
        raise BackupSealError("The backup could not be written: is the disk full?") from None
    except BaseException:
        process.kill()
        raise
    if process.returncode != 0:
        raise BackupSealError("The backup could not be written: is the disk full?")


@contextmanager
def opening(file: Path, *, home: Path | None, gpg: str) -> Iterator[BinaryIO]:
    """Give what a sealed file holds, as a stream, opened with a secret key of this GnuPG home.

    Without a home it is the caller's own; gpg may ask for a passphrase. Whether the file is whole shows only
    at its end: nothing that was read counts before this block has ended without an error.

    Raises:
        BackupSealError: the key is not here, or the file is no sealed backup, damaged or cut short.

    """
    where = ["--homedir", str(home)] if home else []
    own = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [gpg, *where, *OPENING, "--decrypt", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=told,
            env=own | ENVIRONMENT,
        )
        stream = cast("BinaryIO", process.stdout)
        try:
            with process:
                yield stream
                while stream.read(1 << 16):
                    pass
        except Exception:
            process.wait()
            _judge(process.returncode, told, cut=True)
            raise
        _judge(process.returncode, told)


def _judge(code: int, told: BinaryIO, *, cut: bool = False) -> None:
    """Raise what gpg said about the file; with `cut` its reader went away before the end."""
    told.seek(0)
    said = told.read().splitlines()
    if FAILED in said and not any(line.startswith(BEGUN) for line in said):
        raise BackupSealError(
            "The secret key of the backup certificate is not in this GnuPG home, or was not unlocked."
        )
    if not cut and (code != 0 or WHOLE not in said):
        raise BackupSealError("The file is no sealed backup, or it is damaged or cut short.")
