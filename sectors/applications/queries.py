"""Look-ups of applications, their attachments and their history."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core.errors import NotFoundError
from sectors.applications.items import SECTION, Item, Section
from sectors.applications.models import Application, Attachment, AttachmentKind, EarlierFiling, Event, Tick
from sectors.applications.states import OPEN, State


def application(session: orm.Session, application_id: uuid.UUID, *, lock: bool = False) -> Application:
    """Return the application; a locked one is read afresh, so that its state is the present one.

    Raises:
        NotFoundError: there is none of this id.

    """
    wanted = sa.select(Application).where(Application.id == application_id)
    if lock:
        wanted = wanted.with_for_update(of=Application).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFoundError("no such application")
    return found


def own(
    session: orm.Session, application_id: uuid.UUID, *, organisation_id: uuid.UUID | None, lock: bool = False
) -> Application:
    """Return an application of this organisation.

    Raises:
        NotFoundError: there is none, or it is another organisation's.

    """
    found = application(session, application_id, lock=lock)
    if found.organisation_id != organisation_id:
        raise NotFoundError("no such application")
    return found


def applications_of(session: orm.Session, organisation_id: uuid.UUID) -> Sequence[Application]:
    """Return an organisation's applications, the newest first."""
    return session.scalars(
        sa.select(Application)
        .where(Application.organisation_id == organisation_id)
        .order_by(Application.submitted_at.desc())
    ).all()


def open_application(session: orm.Session, organisation_id: uuid.UUID) -> Application | None:
    """Return the application that an organisation has under way, if any."""
    return session.scalar(
        sa.select(Application).where(
            Application.organisation_id == organisation_id, Application.state.in_(OPEN)
        )
    )


def queue(session: orm.Session) -> Sequence[Application]:
    """Return the applications under way, the oldest first."""
    return session.scalars(
        sa.select(Application).where(Application.state.in_(OPEN)).order_by(Application.submitted_at)
    ).all()


def waiting_since(session: orm.Session) -> Sequence[tuple[Application, datetime]]:
    """Return the applications under way, the oldest first, each with when it came into its present state."""
    last = (
        sa.select(Event.application_id, sa.func.max(Event.at).label("at"))
        .group_by(Event.application_id)
        .subquery()
    )
    found = session.execute(
        sa.select(Application, last.c.at)
        .join(last, last.c.application_id == Application.id)
        .where(Application.state.in_(OPEN))
        .order_by(Application.submitted_at)
    )
    return [(application, since) for application, since in found]


def waiting_for_review(session: orm.Session) -> Sequence[Application]:
    """Return the applications that a reviewer has to act on, the oldest first."""
    return [each for each in queue(session) if each.state is not State.RETURNED]


def decided(session: orm.Session, *, limit: int = 50) -> Sequence[Application]:
    """Return the applications that are over, the latest first."""
    return session.scalars(
        sa.select(Application)
        .where(Application.state.not_in(OPEN))
        .order_by(Application.decided_at.desc(), Application.submitted_at.desc())
        .limit(limit)
    ).all()


def attachments(session: orm.Session, application_id: uuid.UUID) -> Sequence[Attachment]:
    """Return the attachments that hold now, in the order of the form."""
    order = sa.case({kind.value: place for place, kind in enumerate(AttachmentKind)}, value=Attachment.kind)
    return session.scalars(
        sa.select(Attachment)
        .where(Attachment.application_id == application_id, Attachment.replaced_at.is_(None))
        .order_by(order, Attachment.file_name)
    ).all()


def attachment(session: orm.Session, application_id: uuid.UUID, attachment_id: uuid.UUID) -> Attachment:
    """Return one attachment of an application, replaced or not.

    Raises:
        NotFoundError: this application has none of this id.

    """
    found = session.get(Attachment, attachment_id)
    if found is None or found.application_id != application_id:
        raise NotFoundError("no such attachment")
    return found


def history(session: orm.Session, application_id: uuid.UUID) -> Sequence[Event]:
    """Return what happened to an application, the first act first."""
    return session.scalars(
        sa.select(Event).where(Event.application_id == application_id).order_by(Event.version)
    ).all()


def earlier_filing(session: orm.Session, application: Application) -> EarlierFiling | None:
    """Return what was filed before the last correction, if there was one."""
    return session.scalar(
        sa.select(EarlierFiling).where(
            EarlierFiling.application_id == application.id,
            EarlierFiling.revision == application.revision - 1,
        )
    )


def ticks(session: orm.Session, application_id: uuid.UUID) -> Sequence[Tick]:
    """Return every verdict on an item, of each filing, the earliest filing first."""
    return session.scalars(
        sa.select(Tick).where(Tick.application_id == application_id).order_by(Tick.revision)
    ).all()


def standing_ticks(session: orm.Session, application: Application) -> dict[Item, Tick]:
    """Return the verdicts that hold now: a section that was returned is looked at anew as a whole."""
    every = ticks(session, application.id)
    reopened = {SECTION[each.item]: each.revision for each in every if not each.in_order}
    return {
        each.item: each
        for each in every
        if each.revision == application.revision or each.revision > reopened.get(SECTION[each.item], 0)
    }


def last_remarks(session: orm.Session, application: Application) -> dict[Item, Tick]:
    """Return what was asked to be corrected in the filing before this one, by item."""
    before = [each for each in ticks(session, application.id) if each.revision < application.revision]
    return {each.item: each for each in before if not each.in_order}


def returned_items(session: orm.Session, application: Application) -> dict[Item, Tick]:
    """Return what the applicant has to correct, by item, in the order of the form; nothing else is open."""
    now = [each for each in ticks(session, application.id) if each.revision == application.revision]
    asked = {each.item: each for each in now if not each.in_order}
    return {item: asked[item] for item in Item if item in asked}


def returned_sections(session: orm.Session, application: Application) -> frozenset[Section]:
    """Return the sections of the form that a returned application opens for correction."""
    return frozenset(SECTION[item] for item in returned_items(session, application))
