"""What the machine must have: GnuPG, secret files as they should be, space, a mail server, counters."""

import os
import shutil
import smtplib
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from limits.storage import storage_from_string

from hub.core import smtp
from hub.core.config import Config
from hub.core.errors import ConfigurationError
from hub.core.instance import KEK, OLDER_KEK, read_secret
from hub.doctor.finding import Finding, State, bad, good, warning
from keys.homes import MEMORY, TIME_LIMIT

LEAST_GPG = (2, 2)
SECRETS = ("token-key", KEK)
WEB_SECRET = "session-key"  # noqa: S105 - the name of a file; the worker has none
LITTLE = 1 << 30  # bytes free on a disk
TOO_LITTLE = 200 << 20
PATIENCE = 10.0  # seconds for the mail server


def gpg(config: Config) -> Finding:
    """Look for GnuPG."""
    try:
        said = subprocess.run(
            [config.gpg, "--version"], capture_output=True, text=True, timeout=TIME_LIMIT, check=True
        ).stdout
        name, _, version = said.splitlines()[0].rpartition(" ")
        found = tuple(map(int, version.split(".")[:2]))
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return bad("gpg", f"{config.gpg} does not run: install GnuPG, or set HUB_GPG")
    if not name.startswith("gpg"):
        return bad("gpg", f"{config.gpg} is another program")
    if found < LEAST_GPG:
        return bad("gpg", f"GnuPG {version} is too old: 2.2 or newer is needed")
    return good("gpg", f"GnuPG {version}")


def secrets(config: Config) -> Finding:
    """Look at the secret files: there, long enough, and nobody else's to read or to change."""
    names = [*SECRETS, *(name for name in (WEB_SECRET, OLDER_KEK) if (config.secrets / name).exists())]
    for name in names:
        try:
            read_secret(config, name)
        except ConfigurationError as refused:
            return bad("secrets", str(refused))
        if (config.secrets / name).stat().st_mode & 0o222:
            return warning("secrets", f"{name} can be written to: make it mode 0400")
    if OLDER_KEK in names:
        return warning(
            "secrets", "an older key-encryption key is there: `vault rewrap`, then `vault drop-key`"
        )
    return good("secrets", ", ".join(names))


def signing_home(config: Config) -> Finding:
    """Look at the GnuPG home with the signing subkey: the worker's user alone may enter it."""
    try:
        found = config.signing_home.stat()
        held = [*(config.signing_home / "private-keys-v1.d").glob("*.key")]
    except PermissionError:
        return good("signing home", "closed to this user; ask as the worker's")
    except OSError:
        return bad("signing home", f"{config.signing_home} is missing: run `keys rotate`, or put it in place")
    if stat.S_IMODE(found.st_mode) & 0o077:
        return bad("signing home", f"others can enter {config.signing_home}: make it mode 0700")
    if not held and os.access(config.signing_home, os.R_OK | os.X_OK):
        return bad("signing home", "no secret key is in it: run `keys rotate`")
    return good("signing home", "the worker's alone")


def disks(config: Config) -> Iterator[Finding]:
    """Look at the space where something is written; one finding for each file system."""
    looked = set()
    for place in (config.instance, _database_folder(config), MEMORY):
        if place is not None and place.exists() and place.stat().st_dev not in looked:
            looked.add(place.stat().st_dev)
            free = shutil.disk_usage(place).free
            short = (
                State.BAD if free < TOO_LITTLE else State.WARNING if _is_little(place, free) else State.GOOD
            )
            yield Finding(name="disk", state=short, text=f"{free >> 20} MiB free at {place}")


def _is_little(place: Path, free: int) -> bool:
    return place != MEMORY and free < LITTLE


def _database_folder(config: Config) -> Path | None:
    url = sa.make_url(config.database_url)
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None


def mail(config: Config, *, patience: float = PATIENCE) -> Finding:
    """Greet the mail server, with TLS and sign-in as for a mail, and send none."""
    where = f"{config.mail.host}:{config.mail.port}"
    try:
        smtp.greet(replace(config.mail, timeout=patience))
    except (OSError, smtplib.SMTPException) as failed:
        return bad("smtp", f"{where} does not take mail from here ({type(failed).__name__})")
    return good("smtp", f"{where}, TLS: {config.mail.tls}")


def counters(config: Config) -> Finding:
    """Look for the store of the rate counters."""
    if not config.rate_storage.startswith("redis"):
        return good("rate counters", "in the memory of each web process")
    try:
        answers = storage_from_string(config.rate_storage).check()
    except Exception as failed:  # noqa: BLE001 - whatever the store's client raises
        return bad("rate counters", f"the store does not answer ({type(failed).__name__})")
    return good("rate counters", "redis") if answers else bad("rate counters", "the store does not answer")
