"""Shares as the scheme's report writes them: so many of so many, in percent with one decimal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`count` of `of`; without anybody to ask there is no share, which is not nought."""

    count: int
    of: int

    @property
    def tenths(self) -> int | None:
        """Return tenths of a percent, halves rounded up, or None without a base."""
        return (2000 * self.count + self.of) // (2 * self.of) if self.of else None

    @property
    def percent(self) -> str:
        """Return the percentage with one decimal and no sign, "" without a base."""
        return "" if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}"


def shares(counts: Mapping[K, int], order: Iterable[K]) -> dict[K, Share]:
    """Return every category's share of all, in this order; one that nobody chose is there, too."""
    listed = list(order)
    of = sum(counts.get(each, 0) for each in listed)
    return {each: Share(count=counts.get(each, 0), of=of) for each in listed}


def median(values: Sequence[float]) -> float | None:
    """Return the middle value, of two the mean, or None without any."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
