"""Recording that an industry body was told of the scheme."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import orm

from hub.core import audit
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.errors import InputError, NotAllowedError
from sectors.announcements.models import Announcement, Means

FUTURE = "Record an announcement after it was made; this day is still to come"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnnouncement:
    """To whom, when, by what means; `sector_code` is None where several sectors were told."""

    industry_body: str
    sector_code: str | None
    addressee: str
    means: Means
    announced_on: date
    note: str


def record(session: orm.Session, made: NewAnnouncement, *, by: Actor, now: datetime) -> Announcement:
    """Keep an announcement.

    Raises:
        InputError: its day is still to come.

    """
    if by.account_id is None:
        raise NotAllowedError("An announcement is recorded by a person")
    if made.announced_on > now.astimezone(JST).date():
        raise InputError({"announced_on": FUTURE})
    kept = Announcement(
        industry_body=made.industry_body,
        sector_code=made.sector_code,
        addressee=made.addressee,
        means=made.means,
        announced_on=made.announced_on,
        note=made.note,
        recorded_by=by.account_id,
        recorded_at=now,
    )
    session.add(kept)
    session.flush()
    audit.record(session, "announcement.recorded", by=by, subject=kept.id, now=now)
    return kept
