"""GnuPG's machine-readable list of a certificate's keys, as values (GnuPG doc/DETAILS, colon format)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

RSA, ELGAMAL, DSA, ECDH, ECDSA, EDDSA = 1, 16, 17, 18, 19, 22
ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a certificate; `validity` and `uses` are GnuPG's letters, `uses` this key's own."""

    primary: bool
    fingerprint: str
    validity: str
    algorithm: int
    bits: int
    curve: str
    uses: str
    created_at: datetime
    expires_at: datetime | None
    grip: str = ""

    @property
    def key_id(self) -> str:
        """The 16 hex digits by which a message names this key."""
        return self.fingerprint[-16:]

    @property
    def encrypts(self) -> bool:
        """Tell whether it is meant for encryption."""
        return "e" in self.uses

    @property
    def revoked(self) -> bool:
        """Tell whether it was revoked."""
        return self.validity == "r"

    def expired(self, now: datetime) -> bool:
        """Tell whether its time is over at this instant."""
        return self.validity == "e" or (self.expires_at is not None and self.expires_at <= now)

    def valid(self, now: datetime) -> bool:
        """Tell whether it is in force: not revoked, expired, disabled or badly bound."""
        return self.validity not in {"r", "d", "i", "n"} and not self.expired(now)

    @property
    def label(self) -> str:
        """The algorithm as people write it."""
        if self.algorithm == RSA:
            return f"RSA-{self.bits}"
        return self.curve or f"algorithm {self.algorithm}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The certificate: its keys, the primary first, and the user ids that are in force."""

    keys: tuple[Key, ...]
    user_ids: tuple[str, ...]

    @property
    def primary(self) -> Key:
        """The primary key."""
        return self.keys[0]


def parse(colons: bytes) -> tuple[Listing, ...]:
    """Return the certificates of a listing, in order."""
    records = [line.split(b":") for line in colons.splitlines()]
    starts = [number for number, record in enumerate(records) if record[0] == b"pub"]
    return tuple(_certificate(records[start:end]) for start, end in pairwise([*starts, len(records)]))


def _certificate(records: list[list[bytes]]) -> Listing:
    keys = tuple(
        _key(record, records[number + 1 : number + 3])
        for number, record in enumerate(records)
        if record[0] in {b"pub", b"sub"}
    )
    bound = [
        record for record in records if record[0] == b"uid" and record[1] not in {b"r", b"e", b"i", b"n"}
    ]
    return Listing(keys=keys, user_ids=tuple(_text(record[9]) for record in bound))


def _key(record: list[bytes], following: list[list[bytes]]) -> Key:
    named = {after[0]: after[9].decode() for after in following if after[0] in {b"fpr", b"grp"}}
    return Key(
        primary=record[0] == b"pub",
        validity=record[1].decode(),
        bits=int(record[2] or 0),
        algorithm=int(record[3] or 0),
        created_at=datetime.fromtimestamp(int(record[5]), UTC),
        expires_at=datetime.fromtimestamp(int(record[6]), UTC) if record[6] else None,
        uses="".join(letter for letter in record[11].decode() if letter.islower()),
        curve=record[16].decode() if len(record) > 16 else "",  # noqa: PLR2004 - the 17th field
        fingerprint=named.get(b"fpr", ""),
        grip=named.get(b"grp", ""),
    )


def _text(field: bytes) -> str:
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), field).decode("utf-8", "replace")
