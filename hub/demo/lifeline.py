"""Becomes another program that ends when the process that asked for it ends; run as a script.

`lifeline.py PARENT PROGRAM ARGUMENT...`; outside Linux the program is not tied to its parent.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Tie this process to its parent, then replace it."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit(1)  # the parent ended before the tie was made
    os.execv(command[0], command)  # noqa: S606 - an absolute program and a list of arguments


if __name__ == "__main__":
    main()
