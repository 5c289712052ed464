"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is: `bad` means that something does not work, or soon will not."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: what was looked at, how it is, and in words what to do."""

    name: str
    state: State
    text: str


def good(name: str, text: str) -> Finding:
    """Return that all is well."""
    return Finding(name=name, state=State.GOOD, text=text)


def warning(name: str, text: str) -> Finding:
    """Return that somebody should see to it, not at once."""
    return Finding(name=name, state=State.WARNING, text=text)


def bad(name: str, text: str) -> Finding:
    """Return that somebody must see to it."""
    return Finding(name=name, state=State.BAD, text=text)
