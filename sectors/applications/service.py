"""What an applicant does: file an application, file it again after its return, withdraw it."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, NotAllowedError
from hub.core.vault import Place, Vault
from sectors.applications import acts, queries
from sectors.applications.attachments import Upload
from sectors.applications.models import Application, Attachment, EarlierFiling
from sectors.applications.states import Move, State
from sectors.applications.submission import Submission, to_json

UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
UNDER_WAY = "Your organisation has an application under way already"


def submit(
    session: orm.Session,
    submission: Submission,
    *,
    uploads: Iterable[Upload],
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Application:
    """File an application and return it with its receipt number.

    Raises:
        ConflictError: the organisation has an application under way.

    """
    applicant = _person(session, by)
    application = Application(
        id=uuid.uuid4(),
        organisation_id=applicant.organisation_id,
        applicant_id=applicant.id,
        receipt_number=_receipt_number(now),
        state=State.DRAFT,
        revision=1,
        version=0,
        submitted_at=now,
    )
    _write(application, submission, vault=vault)
    session.add(application)
    acts.act(session, application, Move.SUBMIT, by=by, now=now)
    try:
        session.flush()  # so that a second open application shows here, not at commit
    except IntegrityError as error:
        if "organisation_id" in constraint_of(error):
            raise ConflictError(UNDER_WAY) from error
        raise
    _attach(session, application, uploads, vault=vault, now=now)
    _tell_received(session, application, now=now)
    return application


def resubmit(
    session: orm.Session,
    application_id: uuid.UUID,
    submission: Submission,
    *,
    uploads: Iterable[Upload],
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Application:
    """File a returned application again; a new document replaces the earlier of its kind.

    Raises:
        NotFoundError: it is not the organisation's.
        IllegalMoveError: it was not returned.

    """
    application = queries.own(session, application_id, organisation_id=by.organisation_id, lock=True)
    acts.act(session, application, Move.RESUBMIT, by=by, now=now)
    _keep_earlier(session, application, vault=vault)
    application.revision += 1
    application.submitted_at = now
    _write(application, submission, vault=vault)
    _attach(session, application, uploads, vault=vault, now=now)
    _tell_received(session, application, now=now)
    return application


def withdraw(session: orm.Session, application_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Withdraw an application of one's own.

    Raises:
        NotFoundError: it is not the organisation's.
        IllegalMoveError: it is decided already.

    """
    application = queries.own(session, application_id, organisation_id=by.organisation_id, lock=True)
    acts.act(session, application, Move.WITHDRAW, by=by, now=now)
    application.decided_at = now


def content_of(
    session: orm.Session, attachment: Attachment, *, vault: Vault, by: Actor, now: datetime
) -> bytes:
    """Return the plain file of an attachment; that somebody fetched it is recorded."""
    audit.record(session, "application.attachment-fetched", by=by, subject=attachment.id, now=now)
    return vault.open(attachment.content, place=_content_place(attachment.id))


def _person(session: orm.Session, by: Actor) -> Account:
    if by.account_id is None:
        raise NotAllowedError("An application is filed by a person")
    return accounts.account(session, by.account_id)


def _receipt_number(now: datetime) -> str:
    return f"R{now.astimezone(JST):%Y}-" + "".join(secrets.choice(UNAMBIGUOUS) for _ in range(6))


def _content_place(attachment_id: uuid.UUID) -> Place:
    return Place(table="application_attachment", row=attachment_id, column="content")


def _write(application: Application, submission: Submission, *, vault: Vault) -> None:
    application.document = vault.seal(to_json(submission), place=acts.document_place(application))


def _keep_earlier(session: orm.Session, application: Application, *, vault: Vault) -> None:
    """Keep what was filed until now as it is: the reviewer is shown what a correction changed."""
    earlier = EarlierFiling(
        id=uuid.uuid4(),
        application_id=application.id,
        revision=application.revision,
        submitted_at=application.submitted_at,
    )
    plain = vault.open(application.document, place=acts.document_place(application))
    earlier.document = vault.seal(plain, place=acts.earlier_place(earlier))
    session.add(earlier)


def _attach(
    session: orm.Session, application: Application, uploads: Iterable[Upload], *, vault: Vault, now: datetime
) -> None:
    fresh = tuple(uploads)
    kinds = {each.kind for each in fresh}
    for earlier in queries.attachments(session, application.id):
        if earlier.kind in kinds:
            earlier.replaced_at = now
    for upload in fresh:
        attachment_id = uuid.uuid4()
        session.add(
            Attachment(
                id=attachment_id,
                application_id=application.id,
                kind=upload.kind,
                file_name=upload.file_name,
                media_type=upload.media_type,
                size=len(upload.content),
                sha256=upload.sha256,
                content=vault.seal(upload.content, place=_content_place(attachment_id)),
                filed_at=now,
            )
        )


def _tell_received(session: orm.Session, application: Application, *, now: datetime) -> None:
    acts.write_to_applicant(session, application, "application-received", now=now)
    for reviewer in accounts.active(session, Role.REVIEWER):
        outbox.promise(
            session,
            "letter",
            now=now,
            key=f"application-submitted/{application.id}/{application.version}/{reviewer.id}",
            letter="application-submitted",
            to=reviewer.email,
            path=f"/review/{application.id}",
        )
