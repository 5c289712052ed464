"""Look-ups of reported incidents."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories.models import Advisory, Release
from feeds.incidents.models import Incident, IncidentNote
from feeds.incidents.states import State
from feeds.matters.models import Matter
from hub.accounts.models import Account, Organisation
from hub.core.errors import NotFoundError
from hub.core.paging import Paged, turned
from hub.core.vault import Place, Vault
from sectors.bodies.models import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """An incident as staff find it in the list; `notice` is "PI-... r1", or empty."""

    incident: Incident
    body: Body
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What was done, by whom (name and organisation), and when."""

    text: str
    at: datetime
    who: str
    organisation: str


def listed(session: orm.Session, *, page: int) -> Paged[Reported]:
    """Return a page of all reports: the open ones first, then the newest."""
    order = (sa.case((Incident.state == State.OPEN, 0), else_=1), Incident.reported_at.desc(), Incident.id)
    return turned(session, _rows().order_by(*order), page=page, read=lambda rows: map(_reported, rows))


def reported(session: orm.Session, incident_id: uuid.UUID) -> Reported:
    """Return a report.

    Raises:
        NotFoundError: there is none of this id.

    """
    row = session.execute(_rows().where(Incident.id == incident_id)).one_or_none()
    if row is None:
        raise NotFoundError("no such report")
    return _reported(row)


def of_body(session: orm.Session, body_id: uuid.UUID) -> Sequence[Incident]:
    """Return what a body has reported, the newest first."""
    return session.scalars(
        sa.select(Incident).where(Incident.body_id == body_id).order_by(Incident.reported_at.desc())
    ).all()


def locked(session: orm.Session, incident_id: uuid.UUID) -> Incident:
    """Return a report that is about to be worked on.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Incident, incident_id, with_for_update=True)
    if found is None:
        raise NotFoundError("no such report")
    return found


def notes(session: orm.Session, incident_id: uuid.UUID, *, vault: Vault) -> tuple[Noted, ...]:
    """Return what was done about an incident, the first first."""
    rows = session.execute(
        sa.select(IncidentNote, Account.name, Organisation.name)
        .join(Account, Account.id == IncidentNote.noted_by)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .where(IncidentNote.incident_id == incident_id)
        .order_by(IncidentNote.noted_at, IncidentNote.id)
    )
    return tuple(
        Noted(
            text=vault.open(note.text, place=note_place(note.id)).decode(),
            at=note.noted_at,
            who=who,
            organisation=organisation,
        )
        for note, who, organisation in rows
    )


def count_open(session: orm.Session) -> int:
    """Count the reports that are not closed."""
    return session.scalar(sa.select(sa.func.count(Incident.id)).where(Incident.state == State.OPEN)) or 0


def text_place(incident_id: uuid.UUID) -> Place:
    """Return where the text of a report lives."""
    return Place(table="incident", row=incident_id, column="text")


def note_place(note_id: uuid.UUID) -> Place:
    """Return where the text of a note lives."""
    return Place(table="incident_note", row=note_id, column="text")


def text_of(incident: Incident, *, vault: Vault) -> str:
    """Return what the body reported."""
    return vault.open(incident.text, place=text_place(incident.id)).decode()


def _rows() -> sa.Select[Incident, Body, str, int]:
    return (
        sa.select(Incident, Body, Matter.tracking_id, Release.revision)
        .join(Body, Body.id == Incident.body_id)
        .outerjoin(Release, Release.id == Incident.release_id)
        .outerjoin(Advisory, Advisory.id == Release.advisory_id)
        .outerjoin(Matter, Matter.id == Advisory.matter_id)
    )


def _reported(row: sa.Row[Incident, Body, str, int]) -> Reported:
    incident, body, tracking_id, revision = row
    notice = f"{tracking_id} r{revision}" if tracking_id else ""
    return Reported(incident=incident, body=body, notice=notice)
