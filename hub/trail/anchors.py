"""The global chain looked at again, and the signed heads: each against the chains as they stood."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.audit import Entry
from hub.core.clock import rfc3339
from hub.trail import links, statements, tree
from hub.trail.findings import Finding, Kind, Seen
from hub.trail.links import COMMON
from hub.trail.models import Anchor, AnchoredHead, Chain, SignedHead
from hub.trail.statements import Check, Statement

AT_ONCE = 500  # rows in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grown:
    """A head in an anchor."""

    chain_id: uuid.UUID
    length: int
    head: bytes
    stands: bytes | None  # the hash of the row that stands there now


class Anchors:
    """Goes along the global chain with what every chain stood at: grows with chains, not with rows."""

    def __init__(
        self,
        heads: Mapping[uuid.UUID, Chain],
        seen: Seen,
        check: Check,
        witnessed: Mapping[date, Statement],
    ) -> None:
        self._heads = heads
        self._seen = seen
        self._check = check
        self._witnessed = witnessed
        self._standing: dict[int, tree.Leaf] = {}
        self._last = tree.Leaf(chain_id=COMMON, length=0, head=links.GLOBAL_START)

    def verify(self, session: orm.Session) -> Iterator[Finding]:
        """Give what is wrong with anchors and signed heads."""
        asked = sa.select(SignedHead).order_by(SignedHead.anchor_place, SignedHead.day)
        coming = list(session.scalars(asked))[::-1]  # one a day
        for anchor, grown in _anchored(session):
            while coming and coming[-1].anchor_place < anchor.place:
                yield from self._signed(coming.pop())
            yield from self._step(anchor, grown)
        while coming:
            yield from self._signed(coming.pop())
        yield from self._end()

    def _step(self, anchor: Anchor, grown: list[_Grown]) -> Iterator[Finding]:
        self._seen.anchors += 1
        expected = self._last.length + 1
        if anchor.place > expected:
            says = "the anchor is missing"
            yield Finding(kind=Kind.ANCHOR, place=expected, until=anchor.place - 1, says=says)
        told = [(each.chain_id, each.length, each.head) for each in grown]
        made = links.anchor(anchor.place, rfc3339(anchor.at), anchor.previous, told)
        follows = anchor.place > expected or anchor.previous == self._last.head
        if anchor.hash != made or not follows:
            yield Finding(kind=Kind.ANCHOR, place=anchor.place, says="the anchor was changed")
        for each in grown:
            yield from self._compared(each)
        self._last = tree.Leaf(chain_id=COMMON, length=anchor.place, head=anchor.hash)

    def _compared(self, each: _Grown) -> Iterator[Finding]:
        """Compare an anchored head with the row that stands there, unless its period is over."""
        chain = self._heads.get(each.chain_id)
        stands = each.stands
        if chain is not None:
            leaf = tree.Leaf(chain_id=each.chain_id, length=each.length, head=each.head)
            self._standing[chain.slot] = leaf
            if each.length < chain.cut:
                return
            stands = chain.cut_hash if each.length == chain.cut else stands
        if stands != each.head:
            kind = Kind.REWRITTEN if stands else Kind.REMOVED
            says = "the row is another one than was anchored" if stands else "the anchored row is missing"
            yield Finding(kind=kind, chain_id=each.chain_id, place=each.length, says=says)

    def _signed(self, head: SignedHead) -> Iterator[Finding]:
        self._seen.signed += 1
        self._seen.latest = head.day
        says = self._problem(head)
        if says is not None:
            yield Finding(kind=Kind.SIGNATURE, day=head.day, says=says)

    def _problem(self, head: SignedHead) -> str | None:
        kept = self._witnessed.get(head.day)
        if kept is not None:
            self._seen.witnessed += 1
            if kept.root != head.root:
                return "the log is another one than the witness has"
        root = tree.root(self._standing | {tree.GLOBAL_SLOT: self._last}, head.seed)
        if root != head.root or self._last.length != head.anchor_place:
            return "the log is another one than was signed"
        return statements.problem(head, check=self._check)

    def _end(self) -> Iterator[Finding]:
        """Compare where the anchors end with where the chains do."""
        anchored = {each.chain_id: each.length for each in self._standing.values()}
        for chain_id, head in self._heads.items():
            if anchored.get(chain_id, 0) != head.length:
                says = "the anchors end at another row than the chain"
                yield Finding(kind=Kind.ANCHOR, chain_id=chain_id, place=head.length, says=says)


def _anchored(session: orm.Session) -> Iterator[tuple[Anchor, list[_Grown]]]:
    """Give each anchor with the heads in it, and the hashes of the rows which stand there now."""
    at = sa.and_(Entry.chain_id == AnchoredHead.chain_id, Entry.place == AnchoredHead.length)
    asked = (
        sa.select(Anchor, AnchoredHead.chain_id, AnchoredHead.length, AnchoredHead.head, Entry.hash)
        .outerjoin(AnchoredHead, AnchoredHead.anchor_place == Anchor.place)
        .outerjoin(Entry, at)
        .order_by(Anchor.place)
    )
    anchor: Anchor | None = None
    grown: list[_Grown] = []
    for row in session.execute(asked, execution_options={"yield_per": AT_ONCE}):
        if anchor is not None and row.Anchor.place != anchor.place:
            yield anchor, grown
            grown = []
        anchor = row.Anchor
        if row.chain_id is not None:
            grown.append(_Grown(chain_id=row.chain_id, length=row.length, head=row.head, stands=row.hash))
    if anchor is not None:
        yield anchor, grown
