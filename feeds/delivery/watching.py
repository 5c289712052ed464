"""The nightly look at what was released: whether every row still says what people have signed."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from feeds.advisories import at_rest
from feeds.advisories import queries as advisories
from feeds.advisories.models import Release
from feeds.advisories.statement import StatementError
from feeds.delivery import alarms
from hub.core import outbox, stamps
from hub.core.instance import Instance
from hub.core.vault import SealBrokenError

log = logging.getLogger(__name__)

NIGHT = "releases.watch"


def watch_all(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Compare each release with its statement, and tell staff of what differs; the job `releases.watch`.

    Whose passkeys signed an old release is not asked again: people leave, and what left has left.
    """
    with hub.db.reading() as session:
        ids = session.scalars(sa.select(Release.id).order_by(Release.released_at)).all()
    wrong = [each for each in ids if not _stands(hub, each)]
    with hub.db.transaction() as session:
        for each in wrong:
            alarms.raise_alarm(session, "release.altered", each, path="/delivery", now=now)
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)
    log.info("releases watched", extra={"count": len(ids), "wrong": len(wrong)})


def _stands(hub: Instance, release_id: uuid.UUID) -> bool:
    with hub.db.reading() as session:
        release = advisories.release(session, release_id)
        try:
            at_rest.statement_of(release, vault=hub.vault)
        except (SealBrokenError, StatementError):
            return False
        return all(stamps.genuine(session, each) for each in release.bodies)
