"""What a person who fills in an application does: keep a step, choose documents, begin anew, file it."""

import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.core import audit
from hub.core.audit import Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError, NotAllowedError
from hub.core.vault import Vault
from sectors.applications import queries as applications
from sectors.applications import service as filing
from sectors.applications.attachments import MOST_EVIDENCE, Upload
from sectors.applications.models import Application, AttachmentKind
from sectors.applications.states import State
from sectors.applications.submission import FORM_VERSION, Submission
from sectors.filling import queries
from sectors.filling.models import Draft, DraftFile
from sectors.filling.steps import Content, Fields, Step, to_json

COLLEAGUE = (
    "A colleague saved this step meanwhile. What you typed is still here; saving it again replaces theirs"
)
TOO_MANY = "Choose at most ten files"
NOT_NOW = "Your organisation has an application under way; it can be corrected only after it was returned"


def corrected(session: orm.Session, organisation_id: uuid.UUID) -> Application | None:
    """Return the returned application that the form corrects, or None where the form is a new one's.

    Raises:
        ConflictError: an application is under way and was not returned.

    """
    under_way = applications.open_application(session, organisation_id)
    if under_way is not None and under_way.state is not State.RETURNED:
        raise ConflictError(NOT_NOW)
    return under_way


def keep(
    session: orm.Session,
    step: Step,
    fields: Fields,
    *,
    seen: int,
    start: Content,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Draft:
    """Keep what was typed in one step, right or not; `start` is what the form begins with.

    Raises:
        ConflictError: a colleague saved this step since the page was opened.

    """
    draft = begun(session, start=start, vault=vault, by=by, now=now)
    content = queries.content_of(draft, vault=vault)
    if content.saves(step) != seen:
        raise ConflictError(COLLEAGUE)
    _write(draft, content.with_step(step, fields), vault=vault, by=by, now=now)
    return draft


def begun(session: orm.Session, *, start: Content, vault: Vault, by: Actor, now: datetime) -> Draft:
    """Return the form that the person's organisation fills in, begun now if it was not.

    Raises:
        ConflictError: an application is under way, or a colleague begins at this moment.

    """
    organisation_id = _organisation(by)
    application = corrected(session, organisation_id)
    application_id = application.id if application is not None else None
    draft = queries.draft_of(session, organisation_id, lock=True)
    if draft is not None and draft.application_id == application_id:
        return draft
    if draft is not None:  # of an application that is over
        session.delete(draft)
        session.flush()
    draft = Draft(
        id=uuid.uuid4(), organisation_id=organisation_id, application_id=application_id, begun_at=now
    )
    draft.form_version = FORM_VERSION
    _write(draft, start, vault=vault, by=by, now=now)
    session.add(draft)
    try:
        session.flush()
    except IntegrityError as error:
        if "organisation_id" in constraint_of(error):
            raise ConflictError(COLLEAGUE) from error
        raise
    return draft


def choose(
    session: orm.Session, draft: Draft, uploads: Iterable[Upload], *, vault: Vault, now: datetime
) -> None:
    """Keep documents; one of another kind than evidence replaces the earlier one of its kind.

    Raises:
        InputError: there would be too many files of evidence.

    """
    fresh = tuple(uploads)
    single = {each.kind for each in fresh} - {AttachmentKind.EVIDENCE}
    for earlier in queries.files(session, draft):
        if earlier.kind in single:
            session.delete(earlier)
    for upload in fresh:
        file_id = uuid.uuid4()
        session.add(
            DraftFile(
                id=file_id,
                draft_id=draft.id,
                kind=upload.kind,
                file_name=upload.file_name,
                media_type=upload.media_type,
                size=len(upload.content),
                content=vault.seal(upload.content, place=queries.file_place(file_id)),
                chosen_at=now,
            )
        )
    session.flush()
    evidence = [each for each in queries.files(session, draft) if each.kind is AttachmentKind.EVIDENCE]
    if len(evidence) > MOST_EVIDENCE:
        raise InputError({AttachmentKind.EVIDENCE: TOO_MANY})


def remove(session: orm.Session, file_id: uuid.UUID, *, by: Actor) -> None:
    """Take a chosen document back.

    Raises:
        NotFoundError: it is another organisation's, or gone.

    """
    session.delete(queries.file(session, file_id, organisation_id=_organisation(by)))


def discard(session: orm.Session, *, by: Actor, now: datetime) -> None:
    """Throw away what was typed and chosen."""
    draft = queries.draft_of(session, _organisation(by), lock=True)
    if draft is not None:
        audit.record(session, "application.draft-discarded", by=by, subject=draft.id, now=now)
        end(session, draft)


def plain_file(found: DraftFile, *, vault: Vault) -> bytes:
    """Return a chosen document as it was uploaded."""
    return vault.open(found.content, place=queries.file_place(found.id))


def file(
    session: orm.Session, submission: Submission, *, vault: Vault, by: Actor, now: datetime
) -> Application:
    """File what was filled in, with its documents, and end the draft; return the application.

    Raises:
        ConflictError: an application is under way.

    """
    organisation_id = _organisation(by)
    application = corrected(session, organisation_id)
    draft = queries.draft_of(session, organisation_id, lock=True)
    uploads = [
        Upload(
            kind=each.kind,
            file_name=each.file_name,
            media_type=each.media_type,
            content=plain_file(each, vault=vault),
        )
        for each in queries.files(session, draft)
    ]
    if application is None:
        application = filing.submit(session, submission, uploads=uploads, vault=vault, by=by, now=now)
    else:
        application = filing.resubmit(
            session, application.id, submission, uploads=uploads, vault=vault, by=by, now=now
        )
    if draft is not None:
        end(session, draft)
    return application


def end(session: orm.Session, draft: Draft) -> None:
    """Remove a form with its documents."""
    session.execute(sa.delete(DraftFile).where(DraftFile.draft_id == draft.id))
    session.delete(draft)
    session.flush()


def _write(draft: Draft, content: Content, *, vault: Vault, by: Actor, now: datetime) -> None:
    if by.account_id is None:
        raise NotAllowedError("A form is filled in by a person")
    draft.content = vault.seal(to_json(content), place=queries.content_place(draft))
    draft.saved_at, draft.saved_by = now, by.account_id


def _organisation(by: Actor) -> uuid.UUID:
    if by.organisation_id is None:
        raise NotAllowedError("A form is filled in by a person")
    return by.organisation_id
