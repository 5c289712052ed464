"""The states of every life cycle, and the kinds of notice, as people read them, each with a tag's colour."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

# Blue: somebody works on it. Yellow: it waits. Green: good. Red: stopped. Grey: over, or not begun.
STATES: dict[str, tuple[str, LazyString]] = {
    "acknowledged": ("green", _l("Acknowledged")),
    "accepted": ("green", _l("Accepted")),
    "active": ("green", _l("Active")),
    "agreed": ("green", _l("Agreed")),
    "approved": ("yellow", _l("Approved")),
    "answered": ("yellow", _l("Answered")),
    "answered-all": ("green", _l("Answered to all")),
    "answered-for": ("green", _l("Answered by the body")),
    "answered-itself": ("green", _l("Answered by the organisation")),
    "answered-one": ("green", _l("Answered to the asker")),
    "bounced": ("red", _l("Came back")),
    "broken-off": ("grey", _l("Broken off")),
    "brought-forward": ("orange", _l("Publication brought forward")),
    "call": ("red", _l("Call list")),
    "called-off": ("grey", _l("Called off")),
    "closed": ("grey", _l("Closed")),
    "coming": ("yellow", _l("Coming")),
    "concluded": ("green", _l("Concluded")),
    "confirmed": ("green", _l("Confirmed")),
    "counting": ("green", _l("In force")),
    "correction": ("orange", _l("Correction")),
    "date": ("orange", _l("Change of date")),
    "declined": ("red", _l("Declined")),
    "delivered": ("green", _l("Delivered")),
    "deputy": ("yellow", _l("Deputies reminded")),
    "destroyed": ("grey", _l("Destroyed")),
    "destruction-held": ("red", _l("Held")),
    "disabled": ("grey", _l("Disabled")),
    "disseminated": ("green", _l("Passed on to operators")),
    "done": ("green", _l("In force")),
    "draft": ("grey", _l("Draft")),
    "dropped": ("grey", _l("Dropped")),
    "ended": ("grey", _l("Ended")),
    "expired": ("red", _l("Expired")),
    "extended": ("blue", _l("Extended")),
    "fetched": ("green", _l("Fetched")),
    "first": ("blue", _l("First reminder")),
    "fixed": ("green", _l("Fixed")),
    "full": ("green", _l("Full operation")),
    "handed-on": ("green", _l("Handed on")),
    "handed-over": ("blue", _l("Handed over")),
    "held": ("red", _l("Held")),
    "in-approval": ("yellow", _l("Waiting for approval")),
    "in-review": ("blue", _l("Under review")),
    "in-use": ("green", _l("In use")),
    "invited": ("yellow", _l("Invited")),
    "leak": ("red", _l("Leak")),
    "left": ("grey", _l("Left")),
    "lifted": ("blue", _l("Lifted")),
    "misdelivery": ("red", _l("Misdelivery")),
    "moved": ("orange", _l("Moved")),
    "new": ("blue", _l("First notice")),
    "not-brought-forward": ("grey", _l("Publication not brought forward")),
    "not-reached": ("red", _l("Not reached")),
    "objected": ("red", _l("Objected")),
    "open": ("yellow", _l("Open")),
    "opened": ("green", _l("Opened")),
    "other": ("yellow", _l("Other")),
    "passed-on": ("yellow", _l("Passed on to JPCERT/CC")),
    "planned": ("grey", _l("Planned")),
    "possessed": ("yellow", _l("Possession shown")),
    "preparation": ("blue", _l("In preparation")),
    "promised": ("yellow", _l("Waiting to be sent")),
    "proposed": ("yellow", _l("Proposed")),
    "put-aside": ("red", _l("Put aside")),
    "reached": ("green", _l("Reached")),
    "refused": ("red", _l("Refused")),
    "ran-out": ("red", _l("Term is over")),
    "received": ("yellow", _l("Received")),
    "remarked": ("yellow", _l("Answered with remarks")),
    "requested": ("yellow", _l("Requested")),
    "running": ("blue", _l("Running")),
    "released": ("green", _l("Released")),
    "replaced": ("grey", _l("Replaced")),
    "responded": ("green", _l("Answer received")),
    "returned": ("yellow", _l("Returned for correction")),
    "revoked": ("red", _l("Revoked")),
    "sample-sent": ("blue", _l("Sample sent")),
    "second": ("yellow", _l("Second reminder")),
    "silent": ("grey", _l("No answer")),
    "solved": ("green", _l("Solved")),
    "submitted": ("yellow", _l("Submitted")),
    "spared": ("grey", _l("Not due any more")),
    "superseded": ("grey", _l("Superseded")),
    "suspended": ("red", _l("Suspended")),
    "terminated": ("grey", _l("Terminated")),
    "trial": ("blue", _l("Trial operation")),
    "update": ("blue", _l("Follow-up")),
    "undecided": ("red", _l("Not decided")),
    "uploaded": ("yellow", _l("Uploaded")),
    "vouched": ("yellow", _l("Signed by two people")),
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
