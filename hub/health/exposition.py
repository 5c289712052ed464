"""The page for Prometheus, on a port of its own: what was counted, and the figures of the database.

gunicorn listens on both ports; which one a request came in by is the word of the socket (SERVER_PORT), not
of a header. On this port there is nothing else, and on the others there is not this.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

from hub.core import metrics
from hub.core.errors import ConfigurationError
from hub.core.instance import Instance
from hub.health.figures import Figures, figures
from keys import hub_certificate

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]
PATH = "/metrics"
PREFIX = "priority_hub_"

GAUGES: tuple[tuple[str, str, Callable[[Figures], float | None]], ...] = (
    ("outbox_due_jobs", "Promises that are due.", lambda told: told.due),
    (
        "outbox_oldest_due_seconds",
        "How long the oldest due promise has waited.",
        lambda told: told.oldest_due.total_seconds(),
    ),
    (
        "outbox_failing_jobs",
        "Promises that were tried in vain and will be tried again.",
        lambda told: told.failing,
    ),
    ("outbox_dead_letters", "Promises that were given up and wait for a person.", lambda told: told.dead),
    ("held_deliveries", "Copies and mails that are held.", lambda told: told.held),
    ("receiving_bodies", "Bodies in trial or full operation.", lambda told: told.receiving),
    (
        "agreements_ending",
        "Receiving bodies whose agreement ends within 30 days, or has ended.",
        lambda told: told.agreements_ending,
    ),
    (
        "certificates_ending",
        "Contacts of receiving bodies whose certificate ends within 30 days, or has ended.",
        lambda told: told.certificates_ending,
    ),
    (
        "last_heartbeat_timestamp_seconds",
        "When the newest heartbeat was sealed.",
        lambda told: _stamp(told.heartbeat_at),
    ),
    (
        "heartbeats_overdue",
        "Receiving bodies whose heartbeat is late by more than one interval.",
        lambda told: told.heartbeats_overdue,
    ),
    ("last_backup_timestamp_seconds", "When the last backup was made.", lambda told: _stamp(told.backup_at)),
    (
        "clock_behind_seconds",
        "How far the clock stands before the last entry of the audit log.",
        lambda told: told.behind.total_seconds(),
    ),
)
DATABASE_UP = "database_up"
KEY_ENDS = "signing_key_ends_timestamp_seconds"


@dataclass(frozen=True, slots=True)
class _Figures(Collector):
    """Asks the database anew each time; without it only that it does not answer is told."""

    hub: Instance

    def collect(self) -> Iterator[GaugeMetricFamily]:
        told = self._told()
        yield _gauge(DATABASE_UP, "1 while the database answers.", float(told is not None))
        yield from self._key()
        if told is not None:
            for name, meaning, read in GAUGES:
                value = read(told)
                if value is not None:
                    yield _gauge(name, meaning, value)

    def _told(self) -> Figures | None:
        every = timedelta(hours=self.hub.config.heartbeat_hours)
        try:
            with self.hub.db.reading() as session:
                return figures(session, heartbeat_every=every, now=self.hub.clock())
        except SQLAlchemyError:
            return None

    def _key(self) -> Iterator[GaugeMetricFamily]:
        config = self.hub.config
        try:
            certificate = hub_certificate.read(config.certificate_file, gpg=config.gpg)
        except (ConfigurationError, OSError):
            return
        end = certificate.signs_until(self.hub.clock())
        yield _gauge(KEY_ENDS, "When the hub's signing subkey ends; 0 if it has.", _stamp(end) or 0.0)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, meaning, value=value)


def _stamp(instant: datetime | None) -> float | None:
    return instant.timestamp() if instant else None


def page(hub: Instance) -> bytes:
    """Return everything in Prometheus's text format."""
    asked = CollectorRegistry()
    asked.register(_Figures(hub))
    return generate_latest(metrics.counted()) + generate_latest(asked)


def beside(app: Wsgi, hub: Instance, *, port: int) -> Wsgi:
    """Return an application that answers with the page on this port, and is `app` on every other."""
    own = str(port)

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["SERVER_PORT"] != own:
            return app(environ, start)
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("GET", PATH):
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Only /metrics is here.\n"]
        start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST), ("Cache-Control", "no-store")])
        return [page(hub)]

    return answer
