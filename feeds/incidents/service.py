"""What happens to an incident: a body reports it, staff note what was done, and close it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories.telling import tell
from feeds.incidents import queries
from feeds.incidents.models import Incident, IncidentNote
from feeds.incidents.states import MOVES, Kind, Move
from hub.accounts.models import Role
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import InputError, NotAllowedError
from hub.core.machine import step
from hub.core.vault import Vault

LONGEST_TEXT = 4000  # characters
TOLD = (Role.COORDINATOR, Role.REVIEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a body reports; `release_id` is one that the body may read now, or None."""

    kind: Kind
    text: str
    release_id: uuid.UUID | None = None


def report(
    session: orm.Session, body_id: uuid.UUID, told: Report, *, vault: Vault, by: Actor, now: datetime
) -> Incident:
    """Keep what a body reports; coordinators and IPA are told that there is something.

    A body that may read nothing any more may still report: its duties outlast its agreement.

    Raises:
        InputError: there is no text, or too much.
        NotAllowedError: it was reported by nobody who signed in.

    """
    row_id = uuid.uuid4()
    incident = Incident(
        id=row_id,
        body_id=body_id,
        release_id=told.release_id,
        kind=told.kind,
        text=vault.seal(_within(told.text).encode(), place=queries.text_place(row_id)),
        reported_at=now,
        reported_by=_person(by),
    )
    session.add(incident)
    session.flush()
    audit.record(session, "incident.reported", by=by, subject=row_id, now=now, kind=told.kind)
    pages = dict.fromkeys(TOLD, f"/incidents/{row_id}")
    tell(session, "incident-reported", pages, occasion=str(row_id), by=by, now=now)
    return incident


def note(
    session: orm.Session,
    incident_id: uuid.UUID,
    text: str,
    *,
    close: bool,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Note what was done about an incident, and close it where nothing is left to do.

    Raises:
        IllegalMoveError: it is closed.
        InputError: there is no text, or too much.
        NotAllowedError: nobody is signed in.
        NotFoundError: there is no such report.

    """
    incident = queries.locked(session, incident_id)
    incident.state = step(MOVES, incident.state, Move.CLOSE if close else Move.NOTE)
    row_id = uuid.uuid4()
    session.add(
        IncidentNote(
            id=row_id,
            incident_id=incident.id,
            text=vault.seal(_within(text).encode(), place=queries.note_place(row_id)),
            noted_at=now,
            noted_by=_person(by),
        )
    )
    if close:
        incident.closed_at = now
    audit.record(
        session, "incident.closed" if close else "incident.noted", by=by, subject=incident.id, now=now
    )


def _within(typed: str) -> str:
    text = typed.replace("\r\n", "\n").strip()
    if not text:
        raise InputError({"text": "Enter the text"})
    if len(text) > LONGEST_TEXT:
        raise InputError({"text": "Use at most 4000 characters"})
    return text


def _person(by: Actor) -> uuid.UUID:
    if by.account_id is None:
        raise NotAllowedError("This is done by a person")
    return by.account_id
