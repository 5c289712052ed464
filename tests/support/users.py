"""Programs run as other users of the system, where the tests may do that (as root, with setpriv)."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

GROUP = 4000
WEB = 4001
WORKER = 4002

# Python may lie below a directory that only root enters, such as /root: a private view of the file system
# shows of that directory nothing but Python. $1 is that directory, $2 Python's prefix, $3 an empty place.
CURTAIN = """
set -e
mount --bind "$2" "$3"
mount -t tmpfs -o mode=755 none "$1"
mkdir -p "$2"
mount --move "$3" "$2"
shift 3
exec "$@"
"""


def as_user(uid: int, place: Path) -> list[str]:
    """Return what to put before a command so that it runs as this user; `place` is an empty directory."""
    change = [_program("setpriv"), f"--reuid={uid}", f"--regid={GROUP}", "--clear-groups", "--"]
    closed = _closed_directory()
    if closed is None:
        return change
    view = [_program("unshare"), "--mount", "--propagation", "private", "sh", "-c", CURTAIN, "sh"]
    return [*view, str(closed), sys.base_prefix, str(place), *change]


@cache
def can_change_users() -> bool:
    """Tell whether this machine lets the tests do it."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return False
    if _closed_directory() is None:
        return True
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


def _closed_directory() -> Path | None:
    """Return the outermost directory above Python that other users may not enter."""
    above = reversed(Path(sys.base_prefix).parents)
    return next((each for each in above if not each.stat().st_mode & 0o001), None)


def _program(name: str) -> str:
    return shutil.which(name) or name
