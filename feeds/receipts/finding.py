"""Finding notices of a body: only among those that it may read at this instant, and only in what it is told.

What lies sealed is opened and looked through, as in `feeds.advisories.finding`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.finding import MOST, Wanted, numbers_of
from feeds.advisories.models import Release
from feeds.delivery import queries as deliveries
from feeds.delivery.queries import Received
from feeds.delivery.telling import told
from feeds.receipts import queries
from hub.core.errors import NotFoundError
from hub.core.paging import Paged, cut
from hub.core.vault import Vault
from sectors.bodies.models import Body


class Standing(StrEnum):
    """Where a notice stands at the body."""

    NOT_OPENED = "not-opened"
    NOT_ANSWERED = "not-answered"
    RESPONDED = "responded"


def find(
    session: orm.Session, body: Body, wanted: Wanted, *, page: int, vault: Vault, now: datetime
) -> Paged[Received]:
    """Return a page of the body's notices that fit, the newest first."""
    arrived = deliveries.received(session, body, now=now)
    answered = queries.answered(session, body.id)
    fitting = [
        each
        for each in arrived
        if _in_time(each, wanted)
        and (wanted.kind is None or each.release.kind is wanted.kind)
        and _stands(each, wanted.state, is_answered=each.release.id in answered)
    ]
    if not wanted.needs_opening:
        return cut(fitting, page=page)
    _with_statements(session, fitting[:MOST])
    hits = [each for each in fitting[:MOST] if _fits(each, body, wanted, vault=vault)]
    return cut(hits, page=page, more=len(fitting) > MOST)


def _in_time(each: Received, wanted: Wanted) -> bool:
    at = each.release.released_at
    return (wanted.begin is None or wanted.begin <= at) and (wanted.end is None or at < wanted.end)


def _stands(each: Received, state: str, *, is_answered: bool) -> bool:
    stands: Mapping[str, bool] = {
        Standing.NOT_OPENED: each.opened_at is None,
        Standing.NOT_ANSWERED: not is_answered,
        Standing.RESPONDED: is_answered,
    }
    return stands.get(state, True)


def _fits(each: Received, body: Body, wanted: Wanted, *, vault: Vault) -> bool:
    try:
        notice = told(each.release, body, vault=vault).notice
    except NotFoundError:  # not as it was released: it has no page either
        return False
    known = (each.tracking_id, *(alias.number for alias in notice.aliases), *numbers_of(notice.content))
    return wanted.fits_numbers(known) and wanted.fits_words(notice.content)


def _with_statements(session: orm.Session, fitting: Sequence[Received]) -> None:
    """Fetch the sealed statements in one query; by itself each would be fetched when it is opened."""
    ids = [each.release.id for each in fitting]
    session.scalars(
        sa.select(Release).where(Release.id.in_(ids)).options(orm.undefer(Release.statement))
    ).all()
