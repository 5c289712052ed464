"""The inside of a backup: a compressed tar of small members, written and read as a stream.

    manifest.json                  what made it, of which revision, the tables with their columns
    token-key.sealed               the key of tokens and stamps, sealed by the vault
    files/...                      what lies beside the database
    tables/NAME/000001.jsonl ...   rows, about a megabyte at a time
    end.sealed                     counts and the digest of all before, sealed by the vault

Whoever knows the backup certificate can make a sealed file; only who has the key-encryption key can make
its end. So what has no good end is none of ours, or not whole, and nothing of it is kept.
"""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

import orjson

from hub.core.errors import HubError
from hub.core.portable import Shape
from hub.core.vault import Place, SealBrokenError, Vault

FORM = "priority-hub/backup/1"
MANIFEST = "manifest.json"
END = "end.sealed"
TOKEN_KEY = "token-key.sealed"  # noqa: S105 - the name of a member
FILES = "files/"
TABLES = "tables/"
LARGEST_MEMBER = 256 << 20  # bytes
FASTEST = 1  # of gzip: most of it is encrypted and gets no smaller
BROKEN = (EOFError, OSError, tarfile.TarError, zlib.error)
DAMAGED = "The backup is damaged, or it is not one of this program."


class BackupDamagedError(HubError):
    """What was read is no whole backup of a hub with this key-encryption key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself before anything else; times as RFC 3339."""

    id: str
    made_at: str
    program: str
    revision: str
    database: str
    tables: tuple[Shape, ...]
    form: str = FORM

    def written(self) -> bytes:
        """Return it as JSON."""
        return orjson.dumps(self)

    def place(self, name: str) -> Place:
        """Return where in the backup a sealed member belongs: it opens in no other backup."""
        return Place(table="backup", row=self.id, column=name)


def manifest_of(content: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        BackupDamagedError: it is none, or of another form.

    """
    try:
        found = orjson.loads(content)
        if found["form"] != FORM:
            raise BackupDamagedError("The backup was made by another version of the program.")
        tables = tuple(
            Shape(name=each["name"], columns=tuple((name, kind) for name, kind in each["columns"]))
            for each in found.pop("tables")
        )
        return Manifest(**found, tables=tables)
    except (ValueError, TypeError, KeyError):
        raise BackupDamagedError(DAMAGED) from None


@dataclass(slots=True)
class Tally:
    """What has gone through: rows of each table, and the digest of every member."""

    rows: dict[str, int] = field(default_factory=dict)
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def count(self, name: str, content: bytes) -> None:
        """Count one member."""
        self._digest.update(f"{name}\n{len(content)}\n".encode() + content)
        if name.startswith(TABLES):
            table = name.split("/")[1]
            self.rows[table] = self.rows.get(table, 0) + content.count(b"\n")

    def end(self) -> bytes:
        """Return what the end says."""
        told = {"rows": self.rows, "sha256": self._digest.hexdigest()}
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


class Writer:
    """Adds members, one after another."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tally = Tally()
        self._tar = tar

    def add(self, name: str, content: bytes) -> None:
        """Add one member."""
        self.tally.count(name, content)
        self._put(name, content)

    def close(self, manifest: Manifest, vault: Vault) -> None:
        """Add the end."""
        self._put(END, vault.seal(self.tally.end(), place=manifest.place(END)))

    def _put(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))


Writing = AbstractContextManager[Writer]


@contextmanager
def writing(stream: BinaryIO) -> Iterator[Writer]:
    """Give what adds members to a stream."""
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=FASTEST, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        yield Writer(tar)


class Reader:
    """Gives members in order; `finish` tells whether they were all, and ours."""

    def __init__(self, stream: BinaryIO) -> None:
        self.tally = Tally()
        self._members = self._read(stream)
        self.manifest = manifest_of(self.next(MANIFEST))

    def next(self, name: str) -> bytes:
        """Return the next member, which must have this name.

        Raises:
            BackupDamagedError: it is another, or there is none.

        """
        found, content = next(self._members, ("", b""))
        if found != name:
            raise BackupDamagedError(DAMAGED)
        return content

    def until_end(self, vault: Vault) -> Iterator[tuple[str, bytes]]:
        """Give the members that follow, up to the end, and check the end.

        Raises:
            BackupDamagedError: it is not there, or does not fit what was read.

        """
        for name, content in self._members:
            if name == END:
                self._check(content, vault)
                return
            yield name, content
        raise BackupDamagedError(DAMAGED)

    def opened(self, name: str, content: bytes, vault: Vault) -> bytes:
        """Return what a sealed member holds.

        Raises:
            BackupDamagedError: it is of another hub, or another key-encryption key.

        """
        try:
            return vault.open(content, place=self.manifest.place(name))
        except SealBrokenError:
            raise BackupDamagedError(
                "The backup does not open with the key-encryption key that lies here: it is of another time, "
                "or the backup is of another hub."
            ) from None

    def _check(self, content: bytes, vault: Vault) -> None:
        if self.opened(END, content, vault) != self.tally.end():
            raise BackupDamagedError(DAMAGED)

    def _read(self, stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
        try:
            with (
                gzip.GzipFile(fileobj=stream, mode="rb") as packed,
                tarfile.open(fileobj=packed, mode="r|") as tar,
            ):
                for member in tar:
                    content = _content(tar, member)
                    if member.name != END:
                        self.tally.count(member.name, content)
                    yield member.name, content
        except BROKEN:
            raise BackupDamagedError(DAMAGED) from None


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    if file is None or member.size > LARGEST_MEMBER:
        raise BackupDamagedError(DAMAGED)
    return file.read()
