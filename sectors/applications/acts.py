"""One act on an application, whoever does it: the move, its line of history, the audit, the mail."""

from datetime import datetime

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.machine import step
from hub.core.vault import Place, Vault
from sectors.applications.models import Application, EarlierFiling, Event
from sectors.applications.states import MOVES, Move
from sectors.applications.submission import Submission, from_json


def act(
    session: orm.Session,
    application: Application,
    move: Move,
    *,
    by: Actor,
    now: datetime,
    remarks: str = "",
    **details: str,
) -> None:
    """Make the move, and write it into the history and the audit log.

    Raises:
        IllegalMoveError: the present state has no such move.

    """
    application.state = step(MOVES, application.state, move)
    application.version += 1
    session.add(
        Event(
            application_id=application.id,
            version=application.version,
            at=now,
            move=move,
            state=application.state,
            account_id=by.account_id,
            remarks=remarks,
        )
    )
    audit.record(
        session,
        f"application.{application.state}",
        by=by,
        subject=application.id,
        concerns=application.organisation_id,
        now=now,
        **details,
    )


def write_to_applicant(session: orm.Session, application: Application, letter: str, *, now: datetime) -> None:
    """Promise a letter to the person who applied."""
    applicant = accounts.account(session, application.applicant_id)
    outbox.promise(
        session,
        "letter",
        now=now,
        key=f"{letter}/{application.id}/{application.version}",
        letter=letter,
        to=applicant.email,
        path=f"/applications/{application.id}",
    )


def document_place(application: Application) -> Place:
    """Return where the sealed document lives."""
    return Place(table="application", row=application.id, column="document", revision=application.revision)


def submission_of(application: Application, *, vault: Vault) -> Submission:
    """Return what was filed last."""
    return from_json(vault.open(application.document, place=document_place(application)))


def earlier_place(earlier: EarlierFiling) -> Place:
    """Return where the sealed document of an earlier filing lives."""
    return Place(table="application_earlier_filing", row=earlier.id, column="document")


def earlier_submission(earlier: EarlierFiling, *, vault: Vault) -> Submission:
    """Return what was filed before a correction."""
    return from_json(vault.open(earlier.document, place=earlier_place(earlier)))
