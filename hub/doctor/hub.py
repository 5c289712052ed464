"""What the hub itself must have: its database, its keys, agreements and certificates, work that gets done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from feeds.signers import console
from hub.core.clock import both_zones
from hub.core.config import Config
from hub.core.db import Database, connect
from hub.core.errors import ConfigurationError
from hub.doctor.finding import Finding, bad, good, warning
from hub.health.figures import Figures, figures
from hub.migrations.newest import NEWEST, is_newest
from keys import backups, hub_certificate

SOON = timedelta(days=30)
SKEW = timedelta(minutes=1)
LATE = timedelta(minutes=2)  # a promise that is due so long: workers are busy
TOO_LATE = timedelta(minutes=15)  # nobody does it
BACKUP_EVERY = timedelta(days=2)
FEWEST_SIGNERS = 2
PUT_BACK = "put it back from a backup, or from any recipient, and compare its fingerprint"


def database(config: Config, *, now: datetime) -> Iterator[Finding]:
    """Look into the database, and judge what it tells."""
    url = sa.make_url(config.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield bad("database", f"{url.database} is not there: run `priority-hub init`, or `restore` a backup")
        return
    engine = connect(config.database_url)
    try:
        with engine.connect() as connection:
            if not is_newest(connection):
                yield bad(
                    "migrations", f"the database is not at revision {NEWEST}: run `priority-hub upgrade`"
                )
                return
            yield good("database", engine.dialect.name)
            yield good("migrations", f"at revision {NEWEST}")
            yield _clock(connection, now)
        with Database(engine).reading() as session:
            told = figures(session, heartbeat_every=timedelta(hours=config.heartbeat_hours), now=now)
        yield from judged(told, config, now=now)
    except SQLAlchemyError as failed:
        yield bad("database", f"it does not answer, or is empty ({type(failed).__name__})")
    finally:
        engine.dispose()


def _clock(connection: sa.Connection, now: datetime) -> Finding:
    if connection.dialect.name == "postgresql":
        theirs: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        if abs(theirs - now) > SKEW:
            return bad("clock", f"{abs(theirs - now).total_seconds():.0f} s apart from the database's")
    return good("clock", both_zones(now))


def judged(told: Figures, config: Config, *, now: datetime) -> Iterator[Finding]:
    """Judge the figures of the database."""
    if told.behind > SKEW:
        yield bad("clock", f"it stands {told.behind} before what was recorded already: set it right")
    yield _outbox(told)
    yield (
        bad("dead letters", f"{told.dead}: see the page for work that was given up")
        if told.dead
        else good("dead letters", "none")
    )
    yield (
        warning("held", f"{told.held} deliveries wait for a person: see the page of deliveries")
        if told.held
        else good("held", "none")
    )
    yield _ending("agreements", told.agreements_ending)
    yield _ending("certificates", told.certificates_ending)
    yield _heartbeats(told)
    yield _backup(told, config, now=now)


def _outbox(told: Figures) -> Finding:
    waited = f"{told.due} due, the oldest for {told.oldest_due.total_seconds():.0f} s"
    if told.oldest_due > TOO_LATE:
        return bad("outbox", f"{waited}: is a worker running?")
    if told.failing:
        return warning("outbox", f"{told.failing} were tried in vain and will be tried again; {waited}")
    return warning("outbox", waited) if told.oldest_due > LATE else good("outbox", waited)


def _ending(name: str, count: int) -> Finding:
    if count:
        return warning(name, f"{count} of receiving bodies end within {SOON.days} days, or have ended")
    return good(name, f"none ends within {SOON.days} days")


def _heartbeats(told: Figures) -> Finding:
    if told.heartbeats_overdue:
        return bad("heartbeats", f"late at {told.heartbeats_overdue} bodies: their tools will alarm")
    return good("heartbeats", f"last {both_zones(told.heartbeat_at)}" if told.heartbeat_at else "none yet")


def _backup(told: Figures, config: Config, *, now: datetime) -> Finding:
    if config.backup_certificate is None:
        return warning("backup", "HUB_BACKUP_CERTIFICATE is not set: no backup can be made")
    try:
        found = backups.recipient(config.backup_certificate, gpg=config.gpg, now=now)
    except (ConfigurationError, OSError) as refused:
        return bad("backup", str(refused))
    if told.backup_at is None or now - told.backup_at > BACKUP_EVERY:
        return warning("backup", f"the last was made {_when(told.backup_at)}")
    if found.not_after and found.not_after - now < SOON:
        return warning("backup", f"its certificate ends {both_zones(found.not_after)}")
    return good("backup", f"the last was made {_when(told.backup_at)}")


def _when(instant: datetime | None) -> str:
    return both_zones(instant) if instant else "never"


def signing_key(config: Config, *, now: datetime) -> Finding:
    """Look at the certificate that recipients pin, and how long it signs."""
    try:
        end = hub_certificate.read(config.certificate_file, gpg=config.gpg).signs_until(now)
    except (ConfigurationError, OSError):
        return bad("signing key", f"{config.certificate_file} is missing or cannot be read: {PUT_BACK}")
    if end is None:
        return bad("signing key", "the signing subkey has ended: run `keys rotate`")
    told = f"signs until {both_zones(end)}"
    return (
        warning("signing key", f"{told}: run `keys rotate`")
        if end - now < SOON
        else good("signing key", told)
    )


def signers(config: Config) -> Finding:
    """Count the people whose passkeys the worker believes."""
    try:
        count = len(console.listed(config).pins)
    except (ConfigurationError, OSError):
        return good("signers", "closed to this user; ask as the worker's")
    if count < FEWEST_SIGNERS:
        return warning("signers", f"{count} pinned: nothing can be released before two are (`passkeys pin`)")
    return good("signers", f"{count} pinned")
