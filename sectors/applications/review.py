"""The formal review (形式審査): an application taken, returned, refused or accepted by IPA.

Whether the applicant is good at sharing is not judged; a refusal names a condition that is not met.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import orm

from hub.core import outbox
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError, NotAllowedError
from hub.core.vault import Vault
from sectors.applications import acts, completeness, queries
from sectors.applications.models import Application, AttachmentKind, RefusalCondition
from sectors.applications.states import Move
from sectors.applications.submission import BodyKind, Submission
from sectors.catalogue.queries import sectors_on

MEANWHILE = "Somebody else changed this application meanwhile. Nothing of yours was kept; look at it again"
REVIEW_MISSING = "A body that is no ISAC needs the result of its further review"
INCOMPLETE = "An item of the formal review is missing; return the application instead"
REMARKS_MISSING = "Write what has to be corrected"
OWN_APPLICATION = "You cannot decide on an application of your own organisation"


def take(session: orm.Session, application_id: uuid.UUID, *, version: int, by: Actor, now: datetime) -> None:
    """Take an application for review.

    Raises:
        ConflictError: somebody else acted on it since the page was opened.
        NotAllowedError: it is of the reviewer's own organisation.

    """
    application = _seen(session, application_id, version=version, by=by)
    acts.act(session, application, Move.TAKE, by=by, now=now)
    application.reviewer_id, application.taken_at = by.account_id, now


def send_back(
    session: orm.Session, application_id: uuid.UUID, *, remarks: str, version: int, by: Actor, now: datetime
) -> None:
    """Return an application for correction, with remarks.

    Raises:
        ConflictError: somebody else acted on it since the page was opened.
        InputError: there are no remarks.

    """
    if not remarks.strip():
        raise InputError({"remarks": REMARKS_MISSING})
    application = _seen(session, application_id, version=version, by=by)
    acts.act(session, application, Move.RETURN, by=by, now=now, remarks=remarks)
    application.remarks = remarks
    acts.write_to_applicant(session, application, "application-returned", now=now)


def refuse(
    session: orm.Session,
    application_id: uuid.UUID,
    *,
    condition: RefusalCondition,
    version: int,
    by: Actor,
    now: datetime,
) -> None:
    """Refuse an application for a named condition that is not met.

    Raises:
        ConflictError: somebody else acted on it since the page was opened.

    """
    application = _seen(session, application_id, version=version, by=by)
    acts.act(session, application, Move.REFUSE, by=by, now=now, condition=condition)
    application.refusal_condition, application.decided_at = condition, now
    acts.write_to_applicant(session, application, "application-refused", now=now)


def accept(
    session: orm.Session,
    application_id: uuid.UUID,
    *,
    other_body_review: str,
    version: int,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Accept an application as complete and in form; its sample agreement is promised.

    Raises:
        ConflictError: somebody else acted on it since the page was opened.
        NotAllowedError: an item of the formal review is missing.
        InputError: the body is no ISAC, and its further review was not written down.

    """
    application = _seen(session, application_id, version=version, by=by)
    submission = acts.submission_of(application, vault=vault)
    if submission.body_kind is not BodyKind.ISAC and not other_body_review.strip():
        raise InputError({"other_body_review": REVIEW_MISSING})
    attached = {each.kind for each in queries.attachments(session, application.id)}
    if any(check.blocks for check in checks(session, submission, attached=attached, now=now)):
        raise NotAllowedError(INCOMPLETE)
    acts.act(session, application, Move.ACCEPT, by=by, now=now)
    application.other_body_review, application.decided_at = other_body_review, now
    acts.write_to_applicant(session, application, "application-accepted", now=now)
    outbox.promise(
        session,
        "agreement.sample",
        now=now,
        key=f"agreement.sample/{application.id}",
        application_id=application.id,
    )


def checks(
    session: orm.Session, submission: Submission, *, attached: Collection[AttachmentKind], now: datetime
) -> Sequence[completeness.Check]:
    """Return the formal review's checks, against the sectors that hold today."""
    today = now.astimezone(JST).date()
    codes = [sector.code for sector in sectors_on(session, today)]
    return completeness.checks(submission, attached=attached, sectors=codes)


def _seen(session: orm.Session, application_id: uuid.UUID, *, version: int, by: Actor) -> Application:
    """Return the application, locked, if it is still as the reviewer saw it."""
    application = queries.application(session, application_id, lock=True)
    if application.organisation_id == by.organisation_id:
        raise NotAllowedError(OWN_APPLICATION)
    if application.version != version:
        raise ConflictError(MEANWHILE)
    return application
