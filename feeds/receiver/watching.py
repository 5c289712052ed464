"""Pass after pass: at a steady pace while all is well, slower and slower while the hub is away."""

import secrets
import signal
import threading
from types import FrameType

from feeds.receiver.pulling import Pass, Receiver

LONGEST_PAUSE = 3600.0  # seconds
JITTER = 0.2  # of a pause, so that all the bodies' tools do not come at once

_random = secrets.SystemRandom()


def watch(receiver: Receiver, seconds: float) -> None:
    """Make passes until SIGTERM or SIGINT; the present one is finished first."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what `signal` hands in
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    failures = 0
    while not stopping.is_set():
        made = receiver.once()
        failures = failures + 1 if made.failed else 0
        stopping.wait(pause(seconds, failures, made))


def pause(seconds: float, failures: int, made: Pass) -> float:
    """Return how long to wait: doubled with each failure in a row, and never less than the hub asks for."""
    grown = min(seconds * float(1 << min(failures, 16)), max(LONGEST_PAUSE, seconds))
    return max(grown * _random.uniform(1 - JITTER, 1 + JITTER), made.retry_after)
