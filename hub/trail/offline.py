"""A body's file of its own log, checked without the hub: with the hub's certificate and nothing else."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from hub.core.audit import Actor, Facts, who_digest
from hub.core.errors import HubError
from hub.trail import links, tree
from hub.trail.exporting import FILE
from hub.trail.findings import Finding, Kind
from hub.trail.statements import Check, StatementError

LONGEST_LINE = 1 << 20  # bytes


class FileRefusedError(HubError):
    """This is not a file of a log that can be checked."""


@dataclass(slots=True, kw_only=True)
class Read:
    """What was read of a file."""

    chain_id: uuid.UUID | None = None
    rows: int = 0
    destroyed: int = 0
    covered: int = 0
    day: date | None = None
    root: str | None = None


def verify(file: Iterable[bytes], read: Read, *, check: Check) -> Iterator[Finding]:
    """Give what is wrong with a file, line by line; note in `read` what was looked at.

    Raises:
        FileRefusedError: it is no such file, is cut short, or nothing in it was signed yet.

    """
    lines = iter(file)
    first = _parsed(next(lines, b""))
    walk = _Walk(first, read)
    yield from walk.begin(first.get("head"), check)
    for line in lines:
        said = _parsed(line)
        if "end" in said:
            yield from walk.end(said["end"])
            return
        yield from walk.step(said)
    raise FileRefusedError("The file is cut short: its last line is missing.")


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(line) if len(line) <= LONGEST_LINE else None
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict):
        raise FileRefusedError("This is not a file of an audit log.")
    return said


class _Walk:
    """Goes along the rows of the file to the one that the signed head names, and on to the last."""

    def __init__(self, first: dict[str, Any], read: Read) -> None:
        if first.get("file") != FILE:
            raise FileRefusedError("This is not a file of an audit log.")
        try:
            self.chain_id = read.chain_id = uuid.UUID(first["chain"])
            self._place = read.destroyed = int(first["cut"])
            self._hash = bytes.fromhex(first["cut_hash"])
        except (KeyError, TypeError, ValueError):
            raise FileRefusedError("The first line of the file cannot be read.") from None
        self._read = read
        self._signed: tree.Leaf | None = None

    def step(self, said: dict[str, Any]) -> Iterator[Finding]:
        """Look at the next row."""
        try:
            place, hashed, digest = int(said["place"]), bytes.fromhex(said["hash"]), _digest(said)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise FileRefusedError(f"The row after place {self._place} cannot be read.") from None
        self._read.rows += 1
        if place != self._place + 1:
            yield self._finding(Kind.REMOVED, self._place + 1, "a row is missing or stands elsewhere")
        if digest is None:
            yield self._finding(Kind.CHANGED, place, "who acted was changed")
        elif hashed != links.link(self.chain_id, place, self._hash, digest):
            yield self._finding(Kind.CHANGED, place, "the row was changed, or another one stood before it")
        self._place, self._hash = place, hashed
        yield from self._compared()

    def _compared(self) -> Iterator[Finding]:
        """Compare the row that the signed head names, once it is reached."""
        leaf = self._signed
        if leaf is not None and leaf.length == self._place and leaf.head != self._hash:
            yield self._finding(Kind.REWRITTEN, leaf.length, "the rows do not lead to what was signed")

    def end(self, length: object) -> Iterator[Finding]:
        """Look whether the rows end where the file says, and not before what was signed."""
        least = self._signed.length if self._signed else 0
        if length != self._place or self._place < least:
            yield self._finding(Kind.REMOVED, self._place + 1, "the rows end too early")

    def begin(self, head: dict[str, Any] | None, check: Check) -> Iterator[Finding]:
        """Follow the way from the chain to the root that the hub has signed."""
        if head is None:
            raise FileRefusedError("Nothing of this log was signed yet; download it again tomorrow.")
        try:
            leaf = tree.Leaf(
                chain_id=self.chain_id, length=int(head["length"]), head=bytes.fromhex(head["hash"])
            )
            hashed = tree.leaf_hash(leaf, bytes.fromhex(head["salt"]))
            path = [bytes.fromhex(each) for each in head["path"]]
            root = tree.climb(hashed, int(head["slot"]), path)
            statement = check(str(head["signed"]))
        except StatementError as error:
            yield self._finding(Kind.SIGNATURE, None, str(error))
            return
        except (KeyError, TypeError, ValueError, OverflowError):
            raise FileRefusedError("The head in the file cannot be read.") from None
        self._read.covered, self._read.day = leaf.length, statement.day
        self._read.root = statement.root.hex()
        if len(path) != tree.DEPTH or root != statement.root:
            yield self._finding(Kind.SIGNATURE, leaf.length, "the log is another one than was signed")
        self._signed = leaf
        yield from self._compared()

    def _finding(self, kind: Kind, place: int | None, says: str) -> Finding:
        return Finding(kind=kind, chain_id=self.chain_id, place=place, says=says)


def _digest(said: dict[str, Any]) -> bytes | None:
    """Return what a row hashes to; None if who acted is not what was hashed."""
    who = bytes.fromhex(said["who_hash"])
    if "who" in said and who_digest(_actor(said["who"]), bytes.fromhex(said["nonce"] or "")) != who:
        return None
    return Facts(
        at=datetime.fromisoformat(said["at"]),
        action=str(said["action"]),
        subject_id=_id(said["subject"]),
        concerns_id=_id(said["concerns"]),
        details=said["details"],
        who=who,
    ).digest()


def _actor(said: dict[str, Any]) -> Actor:
    return Actor(
        account_id=_id(said["account"]), organisation_id=_id(said["organisation"]), address=said["address"]
    )


def _id(said: str | None) -> uuid.UUID | None:
    return None if said is None else uuid.UUID(said)
