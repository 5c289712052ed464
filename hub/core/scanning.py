"""Asking a scanner about a file: any program that reads it from standard input, such as `clamdscan -`.

Exit code 0 means clean, 1 means harmful (as ClamAV has it); anything else, and silence, mean that nobody
knows, and then the file is not handed out.
"""

import shlex
import subprocess
from enum import StrEnum
from pathlib import Path

from hub.core.errors import ConfigurationError

PATIENCE = 60.0  # seconds


class Verdict(StrEnum):
    """What a scanner says of a file."""

    CLEAN = "clean"
    HARMFUL = "harmful"
    UNKNOWN = "unknown"


def command_of(text: str) -> tuple[str, ...]:
    """Return the program and its arguments, as HUB_SCANNER names them; none if it is empty.

    Raises:
        ConfigurationError: the program is not named by its whole path.

    """
    command = tuple(shlex.split(text))
    if command and not Path(command[0]).is_absolute():
        raise ConfigurationError("HUB_SCANNER must begin with an absolute path")
    return command


def verdict(content: bytes, *, command: tuple[str, ...]) -> Verdict:
    """Return what the scanner says; without its output, which may quote the file."""
    try:
        done = subprocess.run(
            command,
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return Verdict.UNKNOWN
    return {0: Verdict.CLEAN, 1: Verdict.HARMFUL}.get(done.returncode, Verdict.UNKNOWN)
