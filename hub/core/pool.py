"""What one process may take of PostgreSQL: connections, and the seconds after which the server stops waiting.

SQLite has no server to protect: of all this it knows only how long a writer waits (`hub/core/db.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hub.core.errors import ConfigurationError

CONNECT = 10  # seconds until a server that does not answer is given up
# SQLSTATE: resources (53), an operator's or a time limit's intervention (57), connections (08), and of
# transactions a deadlock, one that must be repeated, a lock that was not given, one that idled too long.
PASSING_CLASSES = ("08", "53", "57")
PASSING = frozenset({"40001", "40P01", "55P03", "25P03"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The limits of one process; all times in seconds."""

    size: int = 10
    overflow: int = 10
    wait: int = 10
    lock: int = 10
    idle: int = 120
    page: int = 15
    work: int = 120

    def __post_init__(self) -> None:
        if not all(getattr(self, name) > 0 for name in ("size", "wait", "lock", "idle", "page", "work")):
            raise ConfigurationError("connections and seconds of the database must be more than 0")

    def engine(self, url: str, *, statement: int) -> sa.Engine:
        """Return an engine of PostgreSQL, each statement of which is stopped after so many seconds."""
        limits = {
            "statement_timeout": statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        options = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=self.size,
            max_overflow=self.overflow,
            pool_timeout=self.wait,
            connect_args={
                "options": options,
                "connect_timeout": CONNECT,
                "application_name": "priority-hub",
            },
        )


def pool_from(env: Mapping[str, str]) -> Pool:
    """Read the limits from HUB_DATABASE_* variables.

    Raises:
        ConfigurationError: one of them is no whole number, or too small.

    """
    return Pool(**{name: _whole(env, variable, default) for name, (variable, default) in VARIABLES.items()})


VARIABLES: dict[str, tuple[str, int]] = {
    "size": ("HUB_DATABASE_CONNECTIONS", 10),
    "overflow": ("HUB_DATABASE_MORE_CONNECTIONS", 10),
    "wait": ("HUB_DATABASE_WAIT_SECONDS", 10),
    "lock": ("HUB_DATABASE_LOCK_SECONDS", 10),
    "idle": ("HUB_DATABASE_IDLE_SECONDS", 120),
    "page": ("HUB_DATABASE_PAGE_SECONDS", 15),
    "work": ("HUB_DATABASE_WORK_SECONDS", 120),
}


def _whole(env: Mapping[str, str], variable: str, default: int) -> int:
    given = env.get(variable, str(default))
    if not (given.isascii() and given.isdigit()):
        raise ConfigurationError(f"{variable} must be a whole number")
    return int(given)


def passes(error: BaseException) -> bool:
    """Tell whether what the database refused may succeed a while later: it is busy, or away."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in PASSING or state.startswith(PASSING_CLASSES)
    return _never_answered(error) or "database is locked" in str(error.orig)


def _never_answered(error: sa.exc.DBAPIError) -> bool:
    """Tell whether psycopg could not even connect: its error then has no state."""
    made_by = type(error.orig).__module__.partition(".")[0]
    return made_by == "psycopg" and isinstance(error, sa.exc.OperationalError)
