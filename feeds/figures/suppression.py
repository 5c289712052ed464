"""What others may not learn: a group of fewer than three, nor one by taking shown groups from their total.

The total is shown beside rows that part what it counts, each row with the bodies that stand behind it. A row
of fewer than `FEWEST` bodies is hidden. What is hidden together can be had by subtraction, so it must stand
for as many bodies; where it does not, the next smallest row is hidden with it.
"""

from collections.abc import Hashable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

FEWEST = 3  # bodies behind anything that others see

K = TypeVar("K", bound=Hashable)
B = TypeVar("B", bound=Hashable)


def hidden(rows: Mapping[K, AbstractSet[B]], *, unlisted: AbstractSet[B] = frozenset()) -> frozenset[K]:
    """Return the rows that must not be shown beside their total; the reader is in none of the sets.

    `unlisted` stand behind what the total counts and no row tells. A row with nobody behind it tells
    nothing and is never hidden.
    """
    filled = sorted((key for key in rows if rows[key]), key=lambda key: len(rows[key]))
    kept_back = [key for key in filled if len(rows[key]) < FEWEST]
    left = filled[len(kept_back) :]
    behind = frozenset(unlisted).union(*(rows[key] for key in kept_back))
    while behind and left and len(behind) < FEWEST:
        kept_back.append(left.pop(0))
        behind |= rows[kept_back[-1]]
    return frozenset(kept_back)
