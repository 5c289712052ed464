"""The tree of a signed head: each chain is a leaf at its own slot, all other leaves are random.

A body that is given its leaf, its salt and the path to the root learns nothing of other chains: the path is
always as long, and a neighbour looks the same whether it is a chain or nothing.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DEPTH = 12
SLOTS = 1 << DEPTH  # one for the global chain, one for what is of no body, the others for bodies
GLOBAL_SLOT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A chain at its slot, as it stands."""

    chain_id: uuid.UUID
    length: int
    head: bytes


def salt(seed: bytes, slot: int) -> bytes:
    """Return the salt of a slot, which is told to its owner alone."""
    return hashlib.sha256(b"audit salt" + seed + slot.to_bytes(2, "big")).digest()


def leaf_hash(leaf: Leaf, salted: bytes) -> bytes:
    """Return the hash of a leaf."""
    said = salted + leaf.chain_id.bytes + leaf.length.to_bytes(8, "big") + leaf.head
    return hashlib.sha256(b"audit leaf" + said).digest()


def levels(leaves: Mapping[int, Leaf], seed: bytes) -> list[list[bytes]]:
    """Return the tree, from its leaves up to the root alone."""
    row = []
    for slot in range(SLOTS):
        salted, leaf = salt(seed, slot), leaves.get(slot)
        row.append(leaf_hash(leaf, salted) if leaf else hashlib.sha256(b"audit empty" + salted).digest())
    found = [row]
    while len(row) > 1:
        row = [_node(row[at], row[at + 1]) for at in range(0, len(row), 2)]
        found.append(row)
    return found


def root(leaves: Mapping[int, Leaf], seed: bytes) -> bytes:
    """Return the root."""
    return levels(leaves, seed)[-1][0]


def path(tree: Sequence[Sequence[bytes]], slot: int) -> list[bytes]:
    """Return the neighbours from a leaf up to the root."""
    return [row[(slot >> height) ^ 1] for height, row in enumerate(tree[:-1])]


def climb(hashed: bytes, slot: int, neighbours: Sequence[bytes]) -> bytes:
    """Return the root to which a leaf leads along its path."""
    for height, other in enumerate(neighbours):
        left = (slot >> height) & 1 == 0
        hashed = _node(hashed, other) if left else _node(other, hashed)
    return hashed


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"audit node" + left + right).digest()
