"""The formal review (形式審査): an application taken, returned, refused or accepted by IPA.

Whether the applicant is good at sharing is not judged; a refusal names a condition that is not met.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import orm

from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotAllowedError
from hub.core.vault import Vault
from sectors.applications import acts, completeness, queries
from sectors.applications.items import Item
from sectors.applications.models import Application, AttachmentKind, RefusalCondition, Tick
from sectors.applications.states import Move, State
from sectors.applications.submission import BodyKind, Submission
from sectors.catalogue.queries import sectors_on

MEANWHILE = "Somebody else acted on this application meanwhile. Look at it again before you decide"
REVIEW_MISSING = "A body that is no ISAC needs the result of its further review"
INCOMPLETE = "An item of the formal review is missing; return the application instead"
REMARKS_MISSING = "Write a remark beside each item that has to be corrected, and take its tick away"
TICKS_MISSING = "Tick every item before you accept the application"
NOT_UNDER_REVIEW = "This application is not under review; take it for review first"
OWN_APPLICATION = "You cannot decide on an application of your own organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reviewer says of one item; what is not in order needs a remark."""

    in_order: bool
    remark: str = ""


Verdicts = Mapping[Item, Verdict]


def take(session: orm.Session, application_id: uuid.UUID, *, version: int, by: Actor, now: datetime) -> None:
    """Take an application for review.

    Raises:
        ConflictError: somebody else acted on it since the page was opened.
        NotAllowedError: it is of the reviewer's own organisation.

    """
    application = _seen(session, application_id, version=version, by=by)
    acts.act(session, application, Move.TAKE, by=by, now=now)
    application.reviewer_id, application.taken_at = by.account_id, now


def keep(
    session: orm.Session,
    application_id: uuid.UUID,
    verdicts: Verdicts,
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> None:
    """Keep what the reviewer has looked at so far, item by item.

    Raises:
        ConflictError: somebody else acted on it since the page was opened.
        IllegalMoveError: it is not under review.

    """
    application = _under_review(session, application_id, version=version, by=by)
    _keep(session, application, verdicts, by=by, now=now)
    application.version += 1
    audit.record(session, "application.checked", by=by, subject=application.id, now=now)


def send_back(
    session: orm.Session,
    application_id: uuid.UUID,
    verdicts: Verdicts,
    *,
    remarks: str,
    version: int,
    by: Actor,
    now: datetime,
) -> None:
    """Return an application for correction, with all remarks at once; only what they name is opened.

    Raises:
        ConflictError: somebody else acted on it since the page was opened.
        InputError: no item has a remark that asks for a correction.

    """
    application = _under_review(session, application_id, version=version, by=by)
    _keep(session, application, verdicts, by=by, now=now)
    if not queries.returned_items(session, application):
        raise InputError({"remarks": REMARKS_MISSING})
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
    verdicts: Verdicts,
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
        InputError: an item has no tick of a reviewer, or the body is no ISAC, and its further review was
            not written down.

    """
    application = _under_review(session, application_id, version=version, by=by)
    _keep(session, application, verdicts, by=by, now=now)
    submission = acts.submission_of(application, vault=vault)
    ticks = queries.standing_ticks(session, application)
    if not all(item in ticks and ticks[item].in_order for item in Item):
        raise InputError({"items": TICKS_MISSING})
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


def _keep(
    session: orm.Session, application: Application, verdicts: Verdicts, *, by: Actor, now: datetime
) -> None:
    present = queries.standing_ticks(session, application)
    for item in present.keys() - verdicts.keys():
        session.delete(present[item])  # the tick was taken away, and nothing is said of the item
    for item, verdict in verdicts.items():
        tick = present.get(item)
        if tick is not None and (tick.in_order, tick.remark) == (verdict.in_order, verdict.remark):
            continue  # it stays his who looked at it
        if tick is None or tick.revision < application.revision:
            tick = Tick(application_id=application.id, revision=application.revision, item=item)
            session.add(tick)
        tick.in_order, tick.remark = verdict.in_order, verdict.remark
        tick.account_id, tick.at = by.account_id, now
    session.flush()  # what is asked next looks at these rows


def _under_review(session: orm.Session, application_id: uuid.UUID, *, version: int, by: Actor) -> Application:
    """Return the application as the reviewer saw it, if it is one to be looked at item by item."""
    application = _seen(session, application_id, version=version, by=by)
    if application.state is not State.IN_REVIEW:
        raise IllegalMoveError(NOT_UNDER_REVIEW)
    return application


def _seen(session: orm.Session, application_id: uuid.UUID, *, version: int, by: Actor) -> Application:
    """Return the application, locked, if it is still as the reviewer saw it."""
    application = queries.application(session, application_id, lock=True)
    if application.organisation_id == by.organisation_id:
        raise NotAllowedError(OWN_APPLICATION)
    if application.version != version:
        raise ConflictError(MEANWHILE)
    return application
