"""gpg that believes the play's clock: keys and signatures bear the days on which the year makes them.

Else every key would be younger than what was sealed to it, and no signed head of the log would hold: it is
judged as of its own day. GnuPG takes the time as an option, here from a file; it stands still (`!`), or
a slow machine's key would be of a later second than what is sealed to it.
"""

from datetime import UTC, datetime
from pathlib import Path

SCRIPT = """#!/bin/sh
read -r then <'{time}'
exec '{gpg}' --faked-system-time "$then!" "$@"
"""


class PlayedGpg:
    """A program for HUB_GPG in a folder of its own; `tell` sets what it takes for the present."""

    def __init__(self, folder: Path, gpg: str) -> None:
        folder.mkdir(mode=0o700)
        self.program, self._time = folder / "gpg", folder / "time"
        self.program.write_text(SCRIPT.format(time=self._time, gpg=gpg), encoding="utf-8")
        self.program.chmod(0o700)
        (folder / "gpgconf").symlink_to(Path(gpg).with_name("gpgconf"))  # it is looked for beside gpg

    def tell(self, now: datetime) -> None:
        """Let it be this instant, in whole seconds."""
        self._time.write_text(f"{now.astimezone(UTC):%Y%m%dT%H%M%S}\n", encoding="ascii")
