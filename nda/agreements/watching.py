"""The nightly look at agreements: what ends soon, what has ended, and what waits for somebody."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Account, Role
from hub.core import outbox
from hub.core.instance import Instance
from nda.agreements import queries, renewing
from nda.agreements.models import Agreement
from nda.agreements.states import State
from nda.agreements.telling import people_of, tell

NIGHT = "agreements.watch"
STAGES = (90, 60, 30, 7)  # days before the end
AGAIN = timedelta(days=7)  # whoever an agreement waits for is reminded so often
REMINDERS = {
    State.SAMPLE_SENT: "agreement-sample-waits",
    State.ANSWERED: "agreement-waits",
    State.REMARKED: "agreement-waits",
    State.PASSED_ON: "agreement-waits",
}
WAITS_FOR = {
    State.ANSWERED: Role.REVIEWER,
    State.REMARKED: Role.REVIEWER,
    State.PASSED_ON: Role.COORDINATOR,
}


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Look at every agreement; the job `agreements.watch`."""
    with hub.db.reading() as session:
        over = [each.id for each in queries.over(session, at=now)]
    for agreement_id in over:
        with hub.db.transaction() as session:
            renewing.run_out(session, agreement_id, now=now)
    with hub.db.transaction() as session:
        warn(session, now=now)
        remind(session, now=now)
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def warn(session: orm.Session, *, now: datetime) -> None:
    """Tell the contacts and the coordinators that an agreement ends soon, once at each stage."""
    for agreement in queries.ending_before(session, now + timedelta(days=STAGES[0] + 1)):
        stage = stage_of(agreement, now=now)
        if stage is not None:
            people = [*people_of(session, agreement), *accounts.active(session, Role.COORDINATOR)]
            occasion = f"{stage} days"
            tell(session, agreement, "agreement-ending", people, now=now, occasion=occasion)


def stage_of(agreement: Agreement, *, now: datetime) -> int | None:
    """Return the stage of warning in which an agreement is: the least of the days that are not over."""
    if agreement.ends_at is None or agreement.ends_at <= now:
        return None
    left = agreement.ends_at - now
    return min((days for days in STAGES if left <= timedelta(days=days)), default=None)


def remind(session: orm.Session, *, now: datetime) -> None:
    """Remind whoever an agreement waits for, each week that it does."""
    for state, letter in REMINDERS.items():
        for agreement in queries.waiting(session, state):
            weeks = (now - since(agreement)) // AGAIN
            if weeks > 0:
                people = _awaited(session, agreement)
                occasion = f"{state} {since(agreement):%Y%m%d%H%M%S} {weeks}"
                tell(session, agreement, letter, people, now=now, occasion=occasion)


def since(agreement: Agreement) -> datetime:
    """Return from when an agreement stands in its state."""
    return agreement.since or agreement.passed_on_at or agreement.answered_at or agreement.sample_sent_at


def _awaited(session: orm.Session, agreement: Agreement) -> list[Account]:
    role = WAITS_FOR.get(agreement.state)
    if role is None:
        return people_of(session, agreement)
    return list(accounts.active(session, role))
