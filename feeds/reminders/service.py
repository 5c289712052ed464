"""What follows on silence: stages that are done once each, calls that are recorded, rules that are kept."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from feeds.advisories import audience
from feeds.formats.content import Kind
from feeds.reminders import queries
from feeds.reminders.models import Call, QuietHours, Reminder, ReminderRule
from feeds.reminders.queries import Case
from feeds.reminders.states import Outcome, Stage
from feeds.reminders.timing import Quiet, Rule, due
from hub.core import audit, outbox
from hub.core.audit import THE_HUB, Actor
from hub.core.errors import InputError
from hub.core.outbox import INSERT
from hub.core.vault import Vault
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact, ContactKind

LONGEST_WAIT = 1000  # hours or business days
LAST_HOUR = 23
LONGEST_REMARK = 1000  # characters


def remind(
    session: orm.Session, case: Case, *, rules: Mapping[Kind, Rule], quiet: Quiet, now: datetime
) -> int:
    """Do the stages of a case that are due now, each of them once for ever; return how many."""
    body = bodies.body(session, case.body_id)
    if not audience.standing(session, body, now=now).ok:
        return 0
    done = queries.stages_of(session, [case.release_id], [body.id])[case.release_id, body.id]
    stages = due(rules[case.kind], since=case.since, done=done.keys(), quiet=quiet, now=now)
    return sum(_do(session, case, body, stage, now=now) for stage in stages)


def _do(session: orm.Session, case: Case, body: Body, stage: Stage, *, now: datetime) -> bool:
    """Note the stage and promise what belongs to it; False if another worker was faster."""
    if not _noted(session, case, stage, now=now):
        return False
    for contact in _concerned(session, body, stage):
        outbox.promise(
            session,
            "reminder.mail",
            now=now,
            key=f"reminder.mail/{case.release_id}/{contact.id}/{stage}",
            release_id=case.release_id,
            body_id=body.id,
            contact_id=contact.id,
            stage=stage,
        )
    audit.record(session, "notice.reminded", by=THE_HUB, subject=case.release_id, now=now, stage=stage.value)
    return True


def _noted(session: orm.Session, case: Case, stage: Stage, *, now: datetime) -> bool:
    made = INSERT[session.get_bind().dialect.name](Reminder).values(
        id=uuid.uuid4(), release_id=case.release_id, body_id=case.body_id, stage=stage, at=now
    )
    once = made.on_conflict_do_nothing(index_elements=["release_id", "body_id", "stage"])
    return session.execute(once.returning(Reminder.id)).first() is not None


def _concerned(session: orm.Session, body: Body, stage: Stage) -> list[Contact]:
    """Return who is reminded: first those who receive, then everybody else; a call needs no mail."""
    if stage is Stage.CALL:
        return []
    present = bodies.contacts(session, body.id)
    receiving = bodies.receiving_contact(session, body)
    first = [each for each in present if each.kind is ContactKind.MAIN or each == receiving]
    others = [each for each in present if each not in first]
    return others or first if stage is Stage.DEPUTY else first or others


def record_call(
    session: orm.Session,
    release_id: uuid.UUID,
    body_id: uuid.UUID,
    contact_id: uuid.UUID,
    outcome: Outcome,
    *,
    remark: str = "",
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Record a telephone call about a notice that nobody has answered.

    Raises:
        InputError: the contact is none of the body's, or the remark is too long.
        NotFoundError: nobody is to be called about it any more.

    """
    entry = queries.one_to_call(session, release_id, body_id, vault=vault)
    if contact_id not in {each.id for each in entry.contacts}:
        raise InputError({"contact": "Choose whom you called"})
    if len(remark) > LONGEST_REMARK:
        raise InputError({"remark": "Use at most 1000 characters"})
    row = Call(
        id=uuid.uuid4(),
        release_id=release_id,
        body_id=body_id,
        contact_id=contact_id,
        outcome=outcome,
        called_at=now,
        account_id=by.account_id,
    )
    if remark.strip():
        row.remark = vault.seal(remark.strip().encode(), place=queries.remark_place(row.id))
    session.add(row)
    audit.record(session, "notice.called", by=by, subject=release_id, now=now, outcome=outcome.value)


def set_rule(session: orm.Session, kind: Kind, rule: Rule, *, by: Actor, now: datetime) -> None:
    """Set when notices of a kind are reminded of.

    Raises:
        InputError: a stage is not later than the one before it, or waits longer than anybody would.

    """
    waits = [rule.after(stage) for stage in Stage]
    if waits != sorted(set(waits)) or waits[0] < 1 or waits[-1] > LONGEST_WAIT:
        raise InputError({"call": "Each stage must be later than the one before it, 1 to 1000"})
    row = session.get(ReminderRule, kind) or ReminderRule(kind=kind)
    row.urgent, row.first, row.second = rule.urgent, rule.first, rule.second
    row.deputy, row.call = rule.deputy, rule.call
    session.add(row)
    audit.record(session, "reminders.changed", by=by, now=now, kind=kind.value)


def set_quiet(session: orm.Session, quiet: Quiet, *, by: Actor, now: datetime) -> None:
    """Set the quiet hours.

    Raises:
        InputError: an hour is none of the day's, or no hour is left open.

    """
    if not (0 <= quiet.begins <= LAST_HOUR and 0 <= quiet.ends <= LAST_HOUR):
        raise InputError({"begins": "Enter hours from 0 to 23"})
    row = session.get(QuietHours, 1) or QuietHours(number=1)
    row.begins, row.ends, row.closed_days = quiet.begins, quiet.ends, quiet.closed_days
    session.add(row)
    audit.record(session, "reminders.changed", by=by, now=now, kind="quiet-hours")
