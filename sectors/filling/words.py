"""What the steps and their standing are called, as people read them."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from sectors.filling.progress import Standing
from sectors.filling.steps import Step

STEPS: dict[Step, LazyString] = {
    Step.ORGANISATION: _l("Organisation"),
    Step.SECTORS: _l("Sectors"),
    Step.CONTACTS: _l("Points of contact"),
    Step.MEMBERS: _l("Member operators"),
    Step.REQUIREMENTS: _l("The three requirements"),
    Step.ATTACHMENTS: _l("Attachments"),
}

STANDINGS: dict[Standing, tuple[str, LazyString]] = {
    Standing.NOT_BEGUN: ("grey", _l("Not begun")),
    Standing.MISSING: ("yellow", _l("Something is missing")),
    Standing.RETURNED: ("red", _l("To be corrected")),
    Standing.COMPLETE: ("green", _l("Complete")),
    Standing.CLOSED: ("grey", _l("Not to be corrected")),
}
