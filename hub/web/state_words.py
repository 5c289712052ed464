"""The words of every life cycle as people read them, each with the colour of its tag."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# Blue: somebody works on it. Yellow: it waits. Green: good. Red: stopped. Grey: over, or not begun.
STATES: dict[str, tuple[str, LazyString]] = {
    "accepted": ("green", _l("Accepted")),
    "acknowledged": ("green", _l("Acknowledged")),
    "active": ("green", _l("Active")),
    "answered": ("green", _l("Answered")),
    "approved": ("green", _l("Approved")),
    "closed": ("grey", _l("Closed")),
    "confirmed": ("green", _l("Confirmed")),
    "consulting": ("blue", _l("In consultation")),
    "dead": ("red", _l("Could not be done")),
    "declined": ("red", _l("Declined")),
    "delivered": ("green", _l("Delivered")),
    "done": ("green", _l("Done")),
    "draft": ("grey", _l("Draft")),
    "ended": ("grey", _l("Ended")),
    "expired": ("red", _l("Expired")),
    "failed": ("red", _l("Failed")),
    "full": ("green", _l("Full operation")),
    "in-approval": ("yellow", _l("Waiting for approval")),
    "in-force": ("green", _l("In force")),
    "left": ("grey", _l("Left")),
    "lifted": ("blue", _l("Lifted")),
    "open": ("blue", _l("Open")),
    "pending": ("yellow", _l("Waiting")),
    "planned": ("grey", _l("Planned")),
    "published": ("green", _l("Published")),
    "refused": ("red", _l("Refused")),
    "released": ("green", _l("Released")),
    "returned": ("yellow", _l("Returned for correction")),
    "review": ("blue", _l("Under review")),
    "revoked": ("red", _l("Revoked")),
    "sample": ("blue", _l("Sample sent")),
    "sent": ("green", _l("Sent")),
    "signed": ("green", _l("Signed")),
    "submitted": ("yellow", _l("Submitted")),
    "suspended": ("red", _l("Suspended")),
    "terminated": ("red", _l("Terminated")),
    "trial": ("blue", _l("Trial operation")),
    "under-review": ("blue", _l("Under review")),
    "usable": ("green", _l("Usable")),
    "withdrawn": ("grey", _l("Withdrawn")),
}


def text_of(value: str) -> str:
    """Return a state in the reader's language; a word not listed here is looked up as it is written."""
    word = _key(value)
    return str(STATES[word][1]) if word in STATES else _(word.replace("-", " ").capitalize())


def colour_of(value: str) -> str:
    """Return the colour of a state's tag."""
    return STATES.get(_key(value), ("grey", ""))[0]


def _key(value: str) -> str:
    return str(value).replace("_", "-")
