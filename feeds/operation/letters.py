"""Mail about a body's operation, and the worker's part: what a takeover needs, and trials that end."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from feeds.operation import queries, service
from feeds.surveys import asking
from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.clock import JST
from hub.core.instance import Instance
from hub.core.letters import Letter

NIGHT = "trials.watch"
STAGES = (60, 30, 7)  # days before the last day of a trial period
A_WEEK = 7  # days: how often a consultation that is overdue is asked for

LETTERS: dict[str, Letter] = {
    "operation-full": Letter(
        ja="協議の結果、本格運用に移行しました。次のページで確認してください。",
        en="After the consultation your body is in full operation. Look at it on this page.",
    ),
    "operation-extended": Letter(
        ja="協議の結果、試行運用の期間を延長しました。次のページで確認してください。",
        en="After the consultation the trial operation goes on for a further period. Look at it on "
        "this page.",
    ),
    "operation-suspended": Letter(
        ja="優先情報の提供を一時停止しました。理由は次のページで確認してください。",
        en="The provision to your body is suspended. The reason is on this page.",
    ),
    "operation-left": Letter(
        ja="優先情報の提供を終了しました。理由は次のページで確認してください。",
        en="The provision to your body has ended. The reason is on this page.",
    ),
    "operation-preparation": Letter(
        ja="優先情報の提供の再開に向けた準備を始めました。次のページで確認してください。",
        en="Your body is in preparation again. Look at it on this page.",
    ),
    "trial-ends": Letter(
        ja="試行運用の期間が終わります。協議の結果（本格運用、期間延長又は終了）を次のページに記録してください。",
        en="A trial period ends. Record on this page what the consultation decides: full operation, a "
        "further period, or the end.",
    ),
}


def begun(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Make what the operation of a body that was taken over needs; the job `operation.begun`."""
    last = values.get("trial_ends_on")
    with hub.db.transaction() as session:
        body_id = uuid.UUID(values["body_id"])
        ends_on = date.fromisoformat(last) if last else None
        service.begun(session, body_id, trial_ends_on=ends_on, now=now)


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Remind the coordinators of trial periods that end, and ask the bodies; the job `trials.watch`."""
    today = now.astimezone(JST).date()
    with hub.db.transaction() as session:
        for trial in queries.ending(session, by=today + timedelta(days=STAGES[0])):
            left = (trial.ends_on - today).days
            if 0 <= left <= asking.BEFORE_THE_END.days:
                asking.ask_about_trial(session, trial.body_id, ends_on=trial.ends_on, now=now)
            stage = min(days for days in STAGES if left <= days)
            occasion = f"{trial.ends_on} {stage}" if left >= 0 else f"{trial.ends_on} week {-left // A_WEEK}"
            for person in accounts.active(session, Role.COORDINATOR):
                outbox.promise(
                    session,
                    "letter",
                    now=now,
                    key=f"trial-ends/{trial.id}/{occasion}/{person.id}",
                    letter="trial-ends",
                    to=person.email,
                    path=f"/bodies/{trial.body_id}/operation",
                    occasion=f"{trial.id} {occasion}",
                )
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)
