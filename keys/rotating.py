"""A new signing subkey each year, under the same primary key: what recipients have pinned stays.

All is made in a throw-away home and written beside its place first; then each file takes its place by a
rename, in this order: the secret subkey, the public certificate, the escrow file. Stopped before the
certificate, the hub signs as it did; stopped after it, with the new subkey. A further rotation begins
from the published certificate, so it leaves nothing of an unfinished one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.core.errors import ConfigurationError
from keys import hub_certificate, hubkey, openpgp, packets
from keys.challenge import as_made
from keys.homes import GpgError, run, throwaway_home
from keys.hub_certificate import BEYOND, HubCertificate
from keys.hubkey import LIFE, SILENT, secret_file
from keys.listing import Key

END_OF_SECRET = b"-----END PGP PRIVATE KEY BLOCK-----\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the hub's key lies: the offline escrow file, the worker's home, the public certificate."""

    escrow: Path
    signing_home: Path
    certificate_file: Path
    gpg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What became of it: the pin, which did not change, and the new subkey with its end."""

    pin: str
    subkey: str
    expires_at: datetime


def end_of_new_subkey(now: datetime, *, publication_at: datetime | None) -> datetime:
    """Return how long a subkey made now must last: LIFE, or BEYOND the latest publication it serves."""
    least = now + LIFE
    return least if publication_at is None else max(least, publication_at + BEYOND)


def rotate(place: Place, *, code: str, publication_at: datetime | None, now: datetime) -> Rotated:
    """Add a signing subkey with the primary key in escrow; it signs as soon as this returns.

    Raises:
        ConfigurationError: the code does not open the escrow file, it holds another hub's key, the caller
            is not the worker's user, or a file cannot be written; the hub signs as before.

    """
    published = hub_certificate.read(place.certificate_file, gpg=place.gpg)
    if os.geteuid() != place.signing_home.stat().st_uid:
        raise ConfigurationError(f"Run this as the user of the worker, who owns {place.signing_home}.")
    try:
        with throwaway_home(place.gpg) as home:
            end = end_of_new_subkey(now, publication_at=publication_at)
            return _rotated(home, place, published, code=as_made(code), end=end, now=now)
    except (GpgError, OSError) as error:
        raise ConfigurationError(f"The subkey could not be put in place: {error}.") from None


def _rotated(
    home: Path, place: Place, published: HubCertificate, *, code: str, end: datetime, now: datetime
) -> Rotated:
    revocation = _opened(home, place, published, code)
    before = {key.fingerprint for key in _signing_keys(home, place.gpg)}
    hubkey.add_subkey(home, published.fingerprint, end, gpg=place.gpg)
    keys = _signing_keys(home, place.gpg)
    [made] = [key for key in keys if key.fingerprint not in before]
    armoured = run(["--armor", "--export", published.fingerprint], gpg=place.gpg, home=home)
    for key in keys:
        if key.expired(now):
            secret_file(home, key).unlink(missing_ok=True)
    kept = hubkey.escrowed(home, published.fingerprint, revocation, code=code, gpg=place.gpg)
    contents = {
        secret_file(place.signing_home, made): (secret_file(home, made).read_bytes(), 0o600),
        place.certificate_file: (armoured, 0o644),
        place.escrow: (kept, 0o400),
    }
    with _staged(contents) as files:
        for target, file in files.items():
            _put(file, target)
    _forget_others(place.signing_home, {key for key in keys if not key.expired(now)})
    return Rotated(pin=published.fingerprint, subkey=made.fingerprint, expires_at=made.expires_at or end)


def _opened(home: Path, place: Place, published: HubCertificate, code: str) -> bytes:
    """Bring the published certificate and the primary's secret into this home; return the revocation."""
    try:
        text = openpgp.decrypt_under_code(place.escrow.read_bytes(), code=code, home=home, gpg=place.gpg)
    except GpgError:
        raise ConfigurationError("The recovery code does not open the escrow file.") from None
    secret, end, revocation = text.partition(END_OF_SECRET)
    run([*SILENT, "--import"], gpg=place.gpg, home=home, given=published.blob)
    run([*SILENT, "--import"], gpg=place.gpg, home=home, given=secret + end)
    primaries = run(["--export"], gpg=place.gpg, home=home)
    found = [packet for packet in packets.walk(primaries) if packet.tag == packets.Tag.PUBLIC_KEY]
    if [packets.fingerprint(packet.body) for packet in found] != [published.fingerprint]:
        raise ConfigurationError("The escrow file holds another key than this hub's.")
    return revocation.removeprefix(b"\n")


def _signing_keys(home: Path, gpg: str) -> tuple[Key, ...]:
    public = run(["--export"], gpg=gpg, home=home)
    [listed] = openpgp.list_certificates(public, gpg=gpg)
    return hub_certificate.signing_keys(listed)


@contextmanager
def _staged(contents: dict[Path, tuple[bytes, int]]) -> Iterator[dict[Path, Path]]:
    """Give each target's content in a file beside it, on the disk for good; none is left behind."""
    files = {target: target.with_name(f"{target.name}.new") for target in contents}
    try:
        for target, (content, mode) in contents.items():
            _write(files[target], content, mode)
        yield files
    finally:
        for file in files.values():
            file.unlink(missing_ok=True)


def _write(file: Path, content: bytes, mode: int) -> None:
    file.unlink(missing_ok=True)  # of a rotation that was killed
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fchmod(opened.fileno(), mode)
        os.fsync(opened.fileno())


def _put(file: Path, target: Path) -> None:
    """Rename, and let the directory remember it through a loss of power."""
    file.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget_others(signing_home: Path, in_force: set[Key]) -> None:
    """Remove the secrets of expired subkeys, and what an unfinished rotation left."""
    kept = {secret_file(signing_home, key) for key in in_force}
    for file in secret_file(signing_home, next(iter(in_force))).parent.iterdir():
        if file not in kept:
            file.unlink()
