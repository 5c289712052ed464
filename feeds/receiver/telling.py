"""What the receiver tells: lines on standard output, alarms on standard error and to a program."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

import orjson

from feeds.receiver.states import Alarm

SECONDS = 30.0  # for the alarm program


class Teller:
    """Tells people and machines what happens; `alarms` counts what must not be overlooked."""

    def __init__(self, *, as_json: bool = False, command: Sequence[str] = ()) -> None:
        self.as_json = as_json
        self.command = list(command)
        self.alarms = 0

    def say(self, event: str, **facts: object) -> None:
        """Tell what went well; `facts` are names and numbers, never content."""
        print(self._line({"event": event} | facts), flush=True)  # noqa: T201 - the output of a command

    def alarm(self, what: Alarm, said: str, *, news: bool = True, **facts: object) -> None:
        """Tell what a person must see to; what is no news goes to standard error alone.

        A program that fails to pass it on stops nothing.
        """
        self.alarms += 1
        told = {"alarm": what.value, "said": said} | facts
        print(self._line(told), file=sys.stderr, flush=True)  # noqa: T201 - the output of a command
        if self.command and news:
            self._pass_on(orjson.dumps(told) + b"\n")

    def _pass_on(self, line: bytes) -> None:
        try:
            subprocess.run(self.command, input=line, stdout=subprocess.DEVNULL, timeout=SECONDS, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            failed = {
                "alarm": Alarm.HAND_OVER.value,
                "said": f"the alarm command failed: {type(error).__name__}",
            }
            print(self._line(failed), file=sys.stderr, flush=True)  # noqa: T201 - the output of a command

    def _line(self, told: Mapping[str, object]) -> str:
        if self.as_json:
            return orjson.dumps(told).decode()
        first, *rest = told.items()
        word = f"ALARM {first[1]}" if first[0] == "alarm" else str(first[1])
        return " ".join([word + ":", *(str(v) if k == "said" else f"{k}={v}" for k, v in rest)])
