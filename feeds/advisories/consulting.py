"""Consulting IPA and each product developer: recorded before release, IPA's by IPA in its own account."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from feeds.advisories import at_rest, queries
from feeds.advisories.models import Consultation, Revision
from feeds.advisories.states import Answer, Party, State
from feeds.products.naming import vendor_key
from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.core import audit
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, IllegalMoveError, InputError, NotAllowedError
from hub.core.vault import Vault

IPA = "IPA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """What a party said; days are days in Japan, and silence has no day of answer."""

    name: str
    asked_on: date
    answer: Answer
    answered_on: date | None = None
    reason: str = ""


def record_consultation(
    session: orm.Session,
    advisory_id: uuid.UUID,
    said: Consulted,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Record what a product developer said.

    Raises:
        InputError: an objection or silence has no reason, or the days cannot be.
        NotAllowedError: the person is not of the coordinating body.

    """
    account = _of_role(session, by, Role.COORDINATOR)
    queries.advisory(session, advisory_id)
    problems = _problems(said, now.astimezone(JST).date())
    if problems:
        raise InputError(problems)
    _add(session, advisory_id, Party.DEVELOPER, said, vault=vault, account=account, now=now)
    audit.record(
        session, "advisory.developer-consulted", by=by, now=now, subject=advisory_id, answer=said.answer
    )


def confirm_ipa(
    session: orm.Session,
    advisory_id: uuid.UUID,
    *,
    answer: Answer,
    reason: str = "",
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Record IPA's own consultation, by a person of IPA.

    Raises:
        ConflictError: IPA has recorded it already.
        IllegalMoveError: the advisory is not in approval.
        InputError: an objection has no reason.
        NotAllowedError: the person is not of IPA.

    """
    account = _of_role(session, by, Role.REVIEWER)
    advisory = queries.advisory(session, advisory_id, lock=True)
    if advisory.state is not State.IN_APPROVAL:
        raise IllegalMoveError(f"cannot consult when {advisory.state}")
    asked = queries.latest_revision(session, advisory_id).submitted_at or now
    today = now.astimezone(JST).date()
    said = Consulted(
        name=IPA, asked_on=asked.astimezone(JST).date(), answered_on=today, answer=answer, reason=reason
    )
    problems = _problems(said, today)
    if answer is Answer.SILENT:
        problems["answer"] = "Choose whether IPA agrees or objects"
    if problems:
        raise InputError(problems)
    try:
        with session.begin_nested():
            _add(session, advisory_id, Party.IPA, said, vault=vault, account=account, now=now)
    except IntegrityError as error:
        if "advisory_id" in constraint_of(error) or "uq_consultation_ipa" in constraint_of(error):
            raise ConflictError("IPA has recorded its consultation already") from error
        raise
    audit.record(session, "advisory.ipa-consulted", by=by, now=now, subject=advisory_id, answer=answer)


def not_consulted(session: orm.Session, revision: Revision, *, vault: Vault) -> tuple[str, ...]:
    """Return the vendors of the revision's products with whom no consultation is recorded, in their order."""
    said = {
        vendor_key(at_rest.name_of(each, vault=vault))
        for each in queries.consultations(session, revision.advisory_id)
        if each.party is Party.DEVELOPER
    }
    vendors = {
        vendor_key(each.vendor): each.vendor for each in at_rest.content_of(revision, vault=vault).products
    }
    return tuple(vendor for key, vendor in vendors.items() if key not in said)


def _of_role(session: orm.Session, by: Actor, role: Role) -> Account:
    account = accounts.account(session, by.account_id) if by.account_id else None
    if account is None or account.role is not role:
        raise NotAllowedError("This record is another body's to make")
    return account


def _problems(said: Consulted, today: date) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not said.name.strip():
        problems["name"] = "Enter who was consulted"
    if said.asked_on > today:
        problems["asked_on"] = "This day is still to come"
    if said.answer is not Answer.AGREED and not said.reason.strip():
        problems["reason"] = "Enter the reason for providing despite an objection or silence"
    problems.update(_problem_of_day(said, today))
    return problems


def _problem_of_day(said: Consulted, today: date) -> Mapping[str, str]:
    if said.answer is Answer.SILENT:
        return {"answered_on": "Silence has no day of answer"} if said.answered_on else {}
    if said.answered_on is None or not said.asked_on <= said.answered_on <= today:
        return {"answered_on": "Enter the day of the answer, from the day of asking to today"}
    return {}


def _add(
    session: orm.Session,
    advisory_id: uuid.UUID,
    party: Party,
    said: Consulted,
    *,
    vault: Vault,
    account: Account,
    now: datetime,
) -> None:
    row_id = uuid.uuid4()

    def sealed(column: str, text: str) -> bytes:
        return at_rest.sealed_text("consultation", row_id, column, text, vault=vault)

    session.add(
        Consultation(
            id=row_id,
            advisory_id=advisory_id,
            party=party,
            name=sealed("name", said.name.strip()),
            asked_on=said.asked_on,
            answered_on=said.answered_on,
            answer=said.answer,
            reason=sealed("reason", said.reason.strip()),
            recorded_at=now,
            recorded_by=account.id,
        )
    )
