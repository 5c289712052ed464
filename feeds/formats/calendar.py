"""The publication date as a calendar entry (RFC 5545): an instant and a tracking ID, never what it is about.

A pure function of the notice. A later entry of the same matter takes the place of an earlier one: they
have one UID, and SEQUENCE counts how often what recipients were told has changed.
"""

from icalendar import Calendar, Event

from feeds.formats.content import ClockStatus, Kind, Notice
from hub.core.clock import both_zones

MEDIA_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
STATUS = "X-PRIORITY-PUBLICATION-STATUS"  # in the words of the STIX extension
_PRODUCT = "-//JPCERT Coordination Center//priority-hub//JA"


def entry(notice: Notice) -> bytes:
    """Return the notice's publication date as an iCalendar file."""
    event = Event()
    event.add("uid", f"{notice.tracking_id}@priority-information")
    event.add("dtstamp", notice.released_at.replace(microsecond=0))
    event.add("dtstart", notice.publication_at)
    event.add("summary", f"{notice.tracking_id} 公表日")
    event.add("description", clock_line(notice))
    event.add("sequence", notice.moves)
    event.add("status", _status(notice))
    event.add(STATUS, notice.clock_status.value)
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def clock_line(notice: Notice) -> str:
    """Return the publication clock in one line, as notes and entries show it."""
    return f"{both_zones(notice.publication_at)} [{notice.clock_status.value}]"


def tells_a_date(notice: Notice) -> bool:
    """Tell whether the date of this notice is new to its reader, or another than before."""
    return notice.revision == 1 or notice.moved or notice.kind is Kind.WITHDRAWN


def _status(notice: Notice) -> str:
    if notice.kind is Kind.WITHDRAWN:
        return "CANCELLED"
    return "TENTATIVE" if notice.clock_status is ClockStatus.PLANNED else "CONFIRMED"
