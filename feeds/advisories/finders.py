"""After a release IPA tells the finder, where the matter came from a report; the hub stores no name."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.advisories import queries
from feeds.advisories.models import Advisory, FinderNotice, Release, Revision
from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import audit
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError, NotAllowedError, NotFoundError


def waiting(session: orm.Session) -> Sequence[Advisory]:
    """Return the released advisories of which IPA has not said that the finder knows, the oldest first.

    One of which the draft did not say whether it came from a report waits as well: IPA knows.
    """
    newest = (
        sa.select(Release.advisory_id, sa.func.max(Release.revision).label("number"))
        .group_by(Release.advisory_id)
        .subquery()
    )
    reported = (
        sa.select(Revision.advisory_id)
        .join(Release, Release.revision_id == Revision.id)
        .join(
            newest,
            sa.and_(newest.c.advisory_id == Release.advisory_id, newest.c.number == Release.revision),
        )
        .where(sa.or_(Revision.reported.is_(None), Revision.reported.is_(True)))
    )
    told = sa.select(FinderNotice.advisory_id)
    return session.scalars(
        sa.select(Advisory)
        .where(Advisory.id.in_(reported), Advisory.id.not_in(told))
        .order_by(Advisory.created_at)
    ).all()


def waiting_one(session: orm.Session, advisory_id: uuid.UUID) -> Advisory:
    """Return the advisory, if it waits.

    Raises:
        NotFoundError: it does not, or there is none.

    """
    for each in waiting(session):
        if each.id == advisory_id:
            return each
    raise NotFoundError("no such advisory")


def record(
    session: orm.Session, advisory_id: uuid.UUID, told_on: date | None, *, by: Actor, now: datetime
) -> None:
    """Record, for IPA, on which day (in Japan) the finder was told; None: there was no report to IPA.

    Raises:
        ConflictError: it is recorded already.
        InputError: the day is still to come, or before the release.
        NotAllowedError: the person is not of IPA.
        NotFoundError: the advisory does not wait for it.

    """
    account = accounts.account(session, by.account_id) if by.account_id else None
    if account is None or account.role is not Role.REVIEWER:
        raise NotAllowedError("This record is another body's to make")
    if session.get(FinderNotice, advisory_id) is not None:
        raise ConflictError("It is recorded already that the finder was told")
    waiting_one(session, advisory_id)
    released = queries.releases(session, advisory_id)[0].released_at.astimezone(JST).date()
    if told_on is not None and not released <= told_on <= now.astimezone(JST).date():
        raise InputError(
            {"told_on": "Enter the day on which the finder was told, from the day of the release to today"}
        )
    row = FinderNotice(advisory_id=advisory_id, told_on=told_on, recorded_at=now, recorded_by=account.id)
    _insert(session, row)
    audit.record(
        session,
        "finder.told" if told_on else "finder.none",
        by=by,
        now=now,
        subject=advisory_id,
        concerns=None,
        **({"day": told_on.isoformat()} if told_on else {}),
    )


def _insert(session: orm.Session, row: FinderNotice) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if "finder_notice" in constraint_of(error) or "advisory_id" in constraint_of(error):
            raise ConflictError("It is recorded already that the finder was told") from error
        raise
