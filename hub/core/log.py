"""Logs: one JSON object a line on standard error; a constant message, facts in `extra`, never content."""

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

Facts = Callable[[], Mapping[str, str]]
OURS = frozenset({"hub", "sectors", "nda", "feeds", "keys"})
MOST_PLACES = 8  # of a trace
STANDARD = frozenset(vars(logging.makeLogRecord({})))


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON; an exception as its type and place, not its text.

    The text of an exception may quote what a person typed, or what a database row held. `facts` tells in
    what the line is written: the request, for example.
    """

    def __init__(self, facts: Facts = dict) -> None:
        super().__init__()
        self._facts = facts

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= self._facts()
        line |= {name: str(value) for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return orjson.dumps(line).decode()


def _where(trace: Any) -> list[str]:  # noqa: ANN401 - a traceback or None
    """Return the places in the hub's own code that led there, and the last place of all."""
    places = []
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "?")
        if trace.tb_next is None or name.partition(".")[0] in OURS:
            places.append(f"{name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-MOST_PLACES:]


def start_logging(level: int = logging.INFO, *, facts: Facts = dict) -> None:
    """Send every logger of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(facts))
    logging.basicConfig(level=level, handlers=[handler], force=True)
