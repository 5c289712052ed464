"""What ends a mail before it went: its contact has left. Whoever is there now is promised one instead.

That mail is looked at like every other before it leaves: it goes only if the audience of the release allows
it then, to a confirmed contact with a usable certificate.
"""

from datetime import datetime

from sqlalchemy import orm

from feeds.delivery.models import Mailing
from feeds.delivery.promising import promise_mail
from feeds.delivery.states import MOVES, Move
from hub.core import audit
from hub.core.audit import THE_HUB
from hub.core.machine import step
from sectors.bodies import queries as bodies

LEFT = "The contact has left"


def ends(session: orm.Session, mailing: Mailing, *, now: datetime) -> bool:
    """End a waiting mail if its contact has left; tell whether it did."""
    if bodies.present_contact(session, mailing.contact_id) is not None:
        return False
    mailing.state, mailing.reason = step(MOVES, mailing.state, Move.END), LEFT
    audit.record(session, "mail.ended", by=THE_HUB, subject=mailing.id, now=now)
    for contact in bodies.contacts(session, mailing.body_id):
        promise_mail(session, mailing.release_id, mailing.body_id, contact.id, now=now)
    return True
