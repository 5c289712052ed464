"""The whole log looked at again: every row, every anchor, every signed head; memory does not grow with them.

What a row says is judged by its stamp, its place by the hashes of its chain, the chains by their heads (which
carry stamps), by the anchors and by what was signed and mailed to witnesses.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.audit import Entry
from hub.core.stamps import genuine, key_of
from hub.trail import links
from hub.trail.anchors import Anchors
from hub.trail.findings import Finding, Kind, Seen
from hub.trail.links import COMMON
from hub.trail.models import Chain, SignedHead
from hub.trail.rows import digest_of, is_genuine
from hub.trail.statements import Check, Statement

AT_ONCE = 500  # rows in memory
SIGNED = "audit.signed"


def verify(
    session: orm.Session, seen: Seen, *, check: Check, witnessed: Mapping[date, Statement]
) -> Iterator[Finding]:
    """Give what is wrong, as it is found; count in `seen` what was looked at.

    `check` judges a signed head; `witnessed` are the statements that witnesses have kept, signatures checked.
    """
    heads = {each.id: each for each in session.scalars(sa.select(Chain))}
    seen.chains = len(heads)
    for head in heads.values():
        if not genuine(session, head):
            yield Finding(
                kind=Kind.REWRITTEN, chain_id=head.id, says="the head of a chain was not written by the hub"
            )
    yield from _chains(session, heads, seen)
    yield from _pending(session, heads, seen)
    yield from Anchors(heads, seen, check, witnessed).verify(session)
    yield from _recorded(session)
    for day in sorted(witnessed):
        if session.get(SignedHead, day) is None:
            yield Finding(
                kind=Kind.SIGNATURE, day=day, says="the head that a witness has is not there any more"
            )


def _recorded(session: orm.Session) -> Iterator[Finding]:
    """Compare what the log says of the signing with the signed heads that are there."""
    kept = {str(day): root.hex() for day, root in session.execute(sa.select(SignedHead.day, SignedHead.root))}
    for details in session.scalars(sa.select(Entry.details).where(Entry.action == SIGNED)):
        if kept.get(details.get("day", "")) != details.get("root"):
            says = f"the signed head of {details.get('day')} is not the one that was recorded"
            yield Finding(kind=Kind.SIGNATURE, says=says)


def _chains(session: orm.Session, heads: Mapping[uuid.UUID, Chain], seen: Seen) -> Iterator[Finding]:
    """Walk along every chain."""
    key, before = key_of(session), heads[COMMON].before if COMMON in heads else 0
    asked = sa.select(*sa.inspect(Entry).local_table.c).where(Entry.place.is_not(None))
    rows = session.execute(
        asked.order_by(Entry.chain_id, Entry.place), execution_options={"yield_per": AT_ONCE}
    )
    walk: _Walk | None = None
    unseen = set(heads)
    for row in rows:
        seen.rows += 1
        if walk is None or walk.chain_id != row.chain_id:
            yield from walk.end() if walk else ()
            walk = _Walk(row.chain_id, heads.get(row.chain_id))
            unseen.discard(row.chain_id)
        digest = digest_of(row)
        yield from walk.step(row, digest, written=is_genuine(row, digest, key=key, before=before))
    yield from walk.end() if walk else ()
    for chain_id in unseen:
        yield from _Walk(chain_id, heads[chain_id]).end()


class _Walk:
    """Goes along one chain and compares each row with the one before it."""

    def __init__(self, chain_id: uuid.UUID, head: Chain | None) -> None:
        self.chain_id = chain_id
        self._head = head
        self._place = head.cut if head else 0
        self._hash = head.cut_hash if head else links.start(chain_id)
        self._bad = False

    def step(self, row: "sa.Row[*tuple[Any, ...]]", digest: bytes, *, written: bool) -> Iterator[Finding]:
        """Look at the next row."""
        yield from self._gap(row.place)
        in_place = row.hash == links.link(self.chain_id, row.place, row.previous or b"", digest)
        follows = row.previous == self._hash
        kind = _judged(written=written, in_place=in_place, follows=follows or self._bad)
        if kind is not None:
            yield self._finding(kind, row.place, row.number)
        self._place, self._hash, self._bad = row.place, row.hash, kind is not None

    def _gap(self, place: int) -> Iterator[Finding]:
        if place > self._place + 1:
            self._bad = True
            yield replace(self._finding(Kind.REMOVED, self._place + 1), until=place - 1)

    def end(self) -> Iterator[Finding]:
        """Compare the last row with the head."""
        if self._head is None:
            yield Finding(kind=Kind.REMOVED, chain_id=self.chain_id, says="the head of a chain is missing")
            return
        yield from self._gap(self._head.length + 1)
        if not self._bad and self._head.length >= self._place and self._head.head != self._hash:
            yield self._finding(Kind.REWRITTEN, self._head.length)
        if self._place > self._head.length:
            yield self._finding(Kind.REWRITTEN, self._place)

    def _finding(self, kind: Kind, place: int, number: int | None = None) -> Finding:
        return Finding(kind=kind, chain_id=self.chain_id, place=place, number=number, says=SAID[kind])


SAID = {
    Kind.CHANGED: "the row was changed",
    Kind.REMOVED: "the row is missing",
    Kind.INSERTED: "the row was not written by the hub",
    Kind.REORDERED: "the row stands at another place than it was given",
    Kind.REWRITTEN: "the chain was rewritten up to here",
}


def _judged(*, written: bool, in_place: bool, follows: bool) -> Kind | None:
    if written and in_place:
        return None if follows else Kind.REWRITTEN
    if written:
        return Kind.REORDERED
    return Kind.INSERTED if in_place else Kind.CHANGED


def _pending(session: orm.Session, heads: Mapping[uuid.UUID, Chain], seen: Seen) -> Iterator[Finding]:
    """Look at the rows that wait for their place."""
    key, before = key_of(session), heads[COMMON].before if COMMON in heads else 2**63
    asked = sa.select(*sa.inspect(Entry).local_table.c).where(Entry.place.is_(None))
    rows = session.execute(asked.order_by(Entry.number), execution_options={"yield_per": AT_ONCE})
    for row in rows:
        seen.pending += 1
        if not is_genuine(row, digest_of(row), key=key, before=before):
            yield Finding(kind=Kind.INSERTED, number=row.number, says=SAID[Kind.INSERTED])
