"""Look-ups of announcements."""

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.paging import Paged, turned
from sectors.announcements.models import Announcement


def announcements(session: orm.Session, *, page: int) -> Paged[Announcement]:
    """Return a page of the announcements, the latest first."""
    found = sa.select(Announcement).order_by(
        Announcement.announced_on.desc(), Announcement.recorded_at.desc(), Announcement.id
    )
    return turned(session, found, page=page, read=lambda rows: (row[0] for row in rows))
