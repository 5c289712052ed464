"""The publication of a matter as a calendar entry (RFC 5545, RFC 5546 3.2.1); the only importer of icalendar.

Calendars are seldom protected, so the entry tells the instant and the tracking ID, and nothing else.
"""

from datetime import UTC

from feeds.formats.clock import ClockStatus
from feeds.formats.content import OUR_SYSTEM, Kind, Notice

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//JPCERT/CC//priority-hub//EN"


def publication(notice: Notice) -> bytes:
    """Return the instant of publication as a calendar to import; a newer one takes the place of an older.

    Its UID is the matter's for ever; SEQUENCE counts the moves of the date, and its end as one more.
    """
    import icalendar  # noqa: PLC0415 - it takes 6 MB, and most processes write no calendar

    event = icalendar.Event()
    event.add("uid", f"{notice.tracking_id}@{OUR_SYSTEM}")
    event.add("sequence", len(notice.moves) + _is_over(notice))
    event.add("dtstamp", notice.released_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", notice.publication_at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", notice.tracking_id)
    event.add("status", _status(notice))
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _is_over(notice: Notice) -> bool:
    return notice.clock_status is ClockStatus.ENDED or notice.kind is Kind.WITHDRAWN


def _status(notice: Notice) -> str:
    if notice.kind is Kind.WITHDRAWN:
        return "CANCELLED"
    return "TENTATIVE" if notice.clock_status is ClockStatus.PLANNED else "CONFIRMED"
