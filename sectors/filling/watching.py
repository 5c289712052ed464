"""The nightly look at applications: whoever is waited for is reminded; forms that are left lying end.

Every letter is promised once for each stretch of waiting, however often the look is taken.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import audit, outbox
from hub.core.audit import THE_HUB
from hub.core.clock import JST
from hub.core.instance import Instance
from sectors.applications import deadlines
from sectors.applications import queries as applications
from sectors.applications.models import Application
from sectors.applications.states import State
from sectors.filling.models import Draft
from sectors.filling.service import end

log = logging.getLogger(__name__)

NIGHT = "applications.watch"
TO_TAKE = timedelta(days=5)  # from filing until the reviewers are reminded, and from then on again
TO_DECIDE = timedelta(days=7)  # from the last day of the review on
TO_CORRECT = timedelta(days=14)
TO_FILL_IN = timedelta(days=14)
DRAFT_KEPT = timedelta(days=180)  # since its last save
WARNED = timedelta(days=14)  # before a draft ends


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Remind of applications and forms that wait; the job `applications.watch`."""
    with hub.db.transaction() as session:
        for application, since in applications.waiting_since(session):
            _remind_of(session, application, since=since, days=hub.config.review_days, now=now)
    with hub.db.transaction() as session:
        ended = [_look_at_draft(session, draft, now=now) for draft in _drafts(session)]
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)
    log.info("applications watched", extra={"drafts_ended": sum(ended)})


def _remind_of(
    session: orm.Session, application: Application, *, since: datetime, days: int, now: datetime
) -> None:
    path = f"/review/{application.id}"
    reviewers = [each.email for each in accounts.active(session, Role.REVIEWER)]
    about = f"{application.id}/{application.version}"
    if application.state is State.RETURNED:
        applicant = accounts.account(session, application.applicant_id).email
        _promise(
            session,
            "application-still-returned",
            [applicant],
            f"/applications/{application.id}",
            about=about,
            stretch=_stretch(now - since, TO_CORRECT),
            now=now,
        )
    if application.state is State.SUBMITTED:
        stretch = _stretch(now - since, TO_TAKE)
        _promise(session, "application-not-taken", reviewers, path, about=about, stretch=stretch, now=now)
    due = deadlines.review_due(application.submitted_at, days=days)
    late = now.astimezone(JST).date() - due
    if application.state is not State.RETURNED and late.days > 0:
        stretch = late // TO_DECIDE + 1
        _promise(session, "application-overdue", reviewers, path, about=about, stretch=stretch, now=now)


def _look_at_draft(session: orm.Session, draft: Draft, *, now: datetime) -> bool:
    """Remind of a form that lies, or end it; tell whether it was ended."""
    idle = now - draft.saved_at
    if idle >= DRAFT_KEPT:
        audit.record(session, "application.draft-ended", by=THE_HUB, subject=draft.id, now=now)
        end(session, draft)
        return True
    letter = "application-draft-ending" if idle >= DRAFT_KEPT - WARNED else "application-not-filed"
    writer = accounts.account(session, draft.saved_by).email
    about = f"{draft.id}/{draft.saved_at:%Y%m%d}"
    stretch = _stretch(idle, TO_FILL_IN)
    _promise(session, letter, [writer], "/applications/form", about=about, stretch=stretch, now=now)
    return False


def _drafts(session: orm.Session) -> Iterable[Draft]:
    return session.scalars(sa.select(Draft).order_by(Draft.saved_at).with_for_update()).all()


def _stretch(waited: timedelta, every: timedelta) -> int:
    """Return how many whole stretches somebody was waited for; with none nobody is reminded."""
    return max(waited // every, 0)


def _promise(
    session: orm.Session,
    letter: str,
    to: Iterable[str],
    path: str,
    *,
    about: str,
    stretch: int,
    now: datetime,
) -> None:
    if not stretch:
        return
    for address in to:
        key = f"{letter}/{about}/{stretch}/{address}"[:200]
        occasion = f"{about}/{stretch}"
        outbox.promise(
            session, "letter", now=now, key=key, letter=letter, to=address, path=path, occasion=occasion
        )
