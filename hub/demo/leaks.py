"""Searching what the hub keeps, logs and sends for words that may stand in the sealed store alone."""

import base64
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

from hub.demo.errors import ProofError

PROOF = "planted words stand nowhere outside the sealed store"


def must_not_leak(word: str, *, hub: Path, mail: Path) -> int:
    """Look through every file for a word, plain and encoded; return how many files were read.

    Where several words begin alike, their common beginning finds each of them.

    Raises:
        ProofError: it was found; the error names the file and not the word.

    """
    needles = list(_forms(word.encode()))
    count = 0
    for file in _files(hub, mail):
        count += 1
        content = file.read_bytes()
        if any(needle in part for part in (content, *_parts(file, content, mail)) for needle in needles):
            raise ProofError(PROOF, f"one is in {file}")
    return count


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (each for each in sorted(folder.rglob("*")) if each.is_file() and not each.is_symlink())


def _forms(word: bytes) -> Iterator[bytes]:
    """Yield the word as it is, in UTF-16, and the inner part of its base64 at each of three offsets."""
    yield word
    yield word.decode().encode("utf-16-le")
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + word + bytes(2))
        yield encoded[4 if offset else 0 : len(encoded) - 8]


def _parts(file: Path, content: bytes, mail: Path) -> Iterator[bytes]:
    if not file.is_relative_to(mail):
        return
    for part in message_from_bytes(content).walk():
        decoded = part.get_payload(decode=True)
        if isinstance(decoded, bytes):
            yield decoded
