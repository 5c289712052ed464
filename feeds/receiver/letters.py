"""What a person reads of something opened by hand: subject, text, files by names that are safe to write."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from feeds.receiver.outlets import PRIVATE, write_through
from hub.core.errors import HubError

TEXT = "notice.txt"
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a person reads: subject, text, and files by names that are safe to write."""

    subject: str
    text: str
    files: tuple[tuple[str, bytes], ...] = field(repr=False)

    def save(self, folder: Path) -> list[Path]:
        """Write the text and the files into a folder, for this user alone, over nothing.

        Raises:
            HubError: a file of that name is there, or the folder cannot be written.

        """
        written = []
        try:
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for name, content in ((TEXT, self.text.encode()), *self.files):
                write_through(folder / name, content)
                written.append(folder / name)
        except OSError as error:
            raise HubError(f"{error.filename} cannot be written: {error.strerror}") from None
        return written


def shown(text: str) -> str:
    """Return a text without characters that steer a terminal."""
    return "".join(each for each in text if each in "\n\t" or not unicodedata.category(each).startswith("C"))


def safe(files: Iterable[tuple[str, bytes]]) -> tuple[tuple[str, bytes], ...]:
    """Name each file so that it stays in its folder, and no two alike."""
    named: dict[str, bytes] = {}
    for number, (name, content) in enumerate(files, start=1):
        plain = UNSAFE.sub("_", name).lstrip(".")[:LONGEST_NAME] or "file"
        taken = plain in named or plain == TEXT
        named[f"{number}-{plain}" if taken else plain] = content
    return tuple(named.items())
