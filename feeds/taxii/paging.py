"""Which page a reader asks for: limit, added_after and next, and the making of the next `next`.

A `next` holds the position of the last object served and a digest over what is walked, the filters and
the position; nothing is kept for it between requests. The position is never below the walk's
`added_after`, so that the bound holds for a client that drops the parameter while it follows `next`. It
needs no key: whoever forges one gets what `added_after` gives anyway, in a collection that is his.
"""

import base64
import hashlib
import re
import struct
from dataclasses import dataclass

from feeds.taxii import instants
from feeds.taxii.filters import Match, Parameters
from feeds.taxii.problems import TaxiiError, malformed

LIMIT = re.compile(r"[1-9][0-9]{0,8}")
DIGEST_BYTES = 16
NEXT = re.compile(r"[A-Za-z0-9_-]{32}")  # 8 + 16 bytes, without spare bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One page: objects that match, added after `after` (microseconds, exclusive), at most `limit`."""

    match: Match
    after: int | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What is paged, by name, and through which filter: a `next` of one walk serves in no other."""

    name: str
    match: Match

    def next_after(self, position: int) -> str:
        """Return the `next` that goes on behind this position."""
        packed = struct.pack(">q", position)
        return base64.urlsafe_b64encode(packed + self._seal(packed)).decode()

    def position(self, next_: str) -> int:
        """Return the position inside a `next`.

        Raises:
            TaxiiError: 400, it is malformed, was changed, or belongs to another walk.

        """
        if not NEXT.fullmatch(next_):
            raise malformed("next")
        token = base64.urlsafe_b64decode(next_)
        packed, seal = token[:-DIGEST_BYTES], token[-DIGEST_BYTES:]
        if seal != self._seal(packed):
            raise TaxiiError(400, "next does not belong to this request")
        (position,) = struct.unpack(">q", packed)
        return int(position)

    def _seal(self, packed: bytes) -> bytes:
        whole = packed + self.match.digest() + self.name.encode()
        return hashlib.sha256(whole).digest()[:DIGEST_BYTES]


def parse_query(parameters: Parameters, *, walk: Walk, default: int, most: int) -> Query:
    """Read the paging parameters.

    Raises:
        TaxiiError: 400, a parameter is malformed or repeated, or `next` belongs to another walk.

    """
    limit, added_after, next_ = (_single(parameters, name) for name in ("limit", "added_after", "next"))
    bounds = []
    if added_after is not None:
        bounds.append(_added_after(added_after))
    if next_ is not None:
        bounds.append(walk.position(next_))
    return Query(
        match=walk.match,
        after=max(bounds, default=None),
        limit=default if limit is None else min(_limit(limit), most),
    )


def _single(parameters: Parameters, name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise malformed(name)
    return values[0] if values else None


def _limit(text: str) -> int:
    if not LIMIT.fullmatch(text):
        raise malformed("limit")
    return int(text)


def _added_after(text: str) -> int:
    try:
        return instants.parse(text)
    except ValueError:
        raise malformed("added_after") from None
