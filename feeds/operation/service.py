"""From preparation to trial and full operation: readiness is the gate, computed and never stored.

A trial has its period, and ends with a recorded consultation that decides: full operation, a further
period, or the end. Suspension and leaving are effective at once, since who may receive is computed from
the body's state everywhere; a certificate of destruction is then asked for.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.audience import Check, Condition
from feeds.collections import queries as clients
from feeds.collections import service as client_service
from feeds.delivery.series import lifted_collection, promise_heartbeat, series_of
from feeds.drills import queries as drills
from feeds.drills.models import Waiver
from feeds.operation import queries
from feeds.operation.models import Trial
from feeds.operation.states import MOVES as TRIAL_MOVES
from feeds.operation.states import Move as TrialMove
from feeds.operation.states import State as TrialState
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.clock import JST
from hub.core.errors import InputError, NotAllowedError
from hub.core.machine import step
from sectors.bodies import queries as bodies
from sectors.bodies import service as body_service
from sectors.bodies.models import Body
from sectors.bodies.queries import Roster
from sectors.bodies.states import RECEIVING, Move

A_TRIAL = timedelta(days=365)  # unless another last day is told
LONGEST_TRIAL = timedelta(days=3 * 365)
FEWEST_OPERATORS = 2
ENDING = {Move.SUSPEND: "suspended", Move.LEAVE: "left"}  # the causes of asking for the destruction


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What a body needs before trial operation, each met or with its reason."""

    checks: tuple[Check, ...]
    passed_at: datetime | None
    is_practised: bool
    waiver: Waiver | None
    roster: Roster

    @property
    def has_roster(self) -> bool:
        """Tell whether there are members for whom the information is."""
        return self.roster.total >= FEWEST_OPERATORS

    @property
    def ready(self) -> bool:
        """Tell whether everything is met."""
        return self.is_practised and self.has_roster and all(check.ok for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a consultation decided; `ends_on` is the last day of a further period, where there is one."""

    made: TrialMove
    consulted_on: date
    consultation: str
    ends_on: date | None = None


def readiness(session: orm.Session, body: Body, *, now: datetime) -> Readiness:
    """Return the conditions of receiving, but for operation itself, and the drill, as they stand now."""
    checks = audience.gate(session, body, publication_at=None, now=now)
    if body.state not in RECEIVING:
        checks = tuple(check for check in checks if check.condition is not Condition.OPERATION)
    return Readiness(
        checks=checks,
        passed_at=drills.last_passed(session, [body.id]).get(body.id),
        is_practised=drills.is_practised(session, body.id, now=now),
        waiver=drills.waiver(session, body.id),
        roster=bodies.roster_counts(session, [body.id]).get(body.id, Roster()),
    )


def begin_trial(
    session: orm.Session, body_id: uuid.UUID, *, by: Actor, now: datetime, ends_on: date | None = None
) -> None:
    """Begin trial operation; the body's collections are made and its first heartbeat promised.

    Its period ends with the day `ends_on`, or a year from today.

    Raises:
        NotAllowedError: something is missing, or the person waived the drill; nothing was changed.
        InputError: the last day cannot be right.
        IllegalMoveError: the body is not in preparation.

    """
    body = bodies.body(session, body_id, lock=True)
    stands = readiness(session, body, now=now)
    if not stands.ready:
        raise NotAllowedError("The body is not ready for trial operation")
    if stands.passed_at is None and stands.waiver is not None and stands.waiver.waived_by == by.account_id:
        raise NotAllowedError("You waived its drill; another person must begin the trial operation")
    today = now.astimezone(JST).date()
    last = ends_on or today + A_TRIAL
    _refuse_a_wrong_end(last, today=today)
    body_service.move(session, body_id, Move.BEGIN_TRIAL, reason="", by=by, now=now)
    begun(session, body_id, trial_ends_on=last, now=now)


def begun(session: orm.Session, body_id: uuid.UUID, *, trial_ends_on: date | None, now: datetime) -> None:
    """Make what operation needs: collections, a heartbeat, the period of a trial. A repeat is no harm."""
    if trial_ends_on is not None and queries.running(session, body_id) is None:
        today = now.astimezone(JST).date()
        session.add(
            Trial(
                body_id=body_id, begins_on=today, ends_on=max(today, trial_ends_on), state=TrialState.RUNNING
            )
        )
    series_of(session, body_id)
    lifted_collection(session)
    promise_heartbeat(session, body_id, now=now)


def decide(session: orm.Session, body_id: uuid.UUID, decision: Decision, *, by: Actor, now: datetime) -> None:
    """Record a consultation and do what it decided: full operation, a further period, or the end.

    Raises:
        InputError: the consultation is not told, or a day cannot be right.
        NotAllowedError: no trial period runs.

    """
    body = bodies.body(session, body_id, lock=True)
    trial = queries.running(session, body.id, lock=True)
    if trial is None:
        raise NotAllowedError("The body is in no trial operation")
    today = now.astimezone(JST).date()
    _refuse_an_empty(decision, today=today)
    _end_period(session, trial, decision.made, by=by, now=now)
    trial.consulted_on, trial.consultation = decision.consulted_on, decision.consultation.strip()
    reason = trial.consultation[:500]
    if decision.made is TrialMove.DECIDE_FULL:
        body_service.move(session, body.id, Move.BEGIN_FULL, reason=reason, by=by, now=now)
        _tell(session, body, "operation-full", now=now)
    elif decision.made is TrialMove.EXTEND:
        last = decision.ends_on or today
        _refuse_a_wrong_end(last, today=today)
        session.flush()  # the period that ended, before the one that runs
        session.add(Trial(body_id=body.id, begins_on=today, ends_on=last, state=TrialState.RUNNING))
        _tell(session, body, "operation-extended", now=now)
    else:
        change(session, body.id, Move.LEAVE, reason=reason, by=by, now=now)


def change(
    session: orm.Session, body_id: uuid.UUID, made: Move, *, reason: str, by: Actor, now: datetime
) -> None:
    """Suspend a body, let it leave, or prepare again; effective at once, and told to its contacts.

    The tokens of a body that leaves are revoked for good. After a suspension or a leaving a certificate of
    destruction is asked for.

    Raises:
        NotFoundError: there is none of this id.
        IllegalMoveError: its state has no such move.

    """
    body = body_service.move(session, body_id, made, reason=reason, by=by, now=now)
    trial = queries.running(session, body.id, lock=True)
    if trial is not None:
        _end_period(session, trial, TrialMove.BREAK_OFF, by=by, now=now)
    if made is Move.LEAVE:
        for client in clients.live_of(session, body.id, now=now):
            client_service.revoke_client(session, client, by=by, now=now)
    _tell(session, body, f"operation-{body.state}", now=now)
    if made in ENDING:
        occasion = f"{ENDING[made]} {now:%Y-%m-%dT%H:%M:%S.%f}"
        outbox.promise(
            session,
            "destruction.request",
            now=now,
            key=f"destruction.request/{body.id}/{occasion}",
            body_id=body.id,
            cause=ENDING[made],
            occasion=occasion,
        )


def _end_period(session: orm.Session, trial: Trial, made: TrialMove, *, by: Actor, now: datetime) -> None:
    trial.state = step(TRIAL_MOVES, trial.state, made)
    trial.ended_at, trial.ended_by = now, by.account_id
    audit.record(session, f"trial.{trial.state}", by=by, subject=trial.body_id, now=now)


def _refuse_a_wrong_end(last: date, *, today: date) -> None:
    if not today < last <= today + LONGEST_TRIAL:
        raise InputError({"ends_on": "The trial period must end after today and within three years"})


def _refuse_an_empty(decision: Decision, *, today: date) -> None:
    problems = {}
    if not decision.consultation.strip():
        problems["consultation"] = "Record the consultation"
    if decision.consulted_on > today:
        problems["consulted_on"] = "The day cannot be later than today"
    if decision.made is TrialMove.EXTEND and decision.ends_on is None:
        problems["ends_on"] = "Enter the last day of the trial period"
    if problems:
        raise InputError(problems)


def _tell(session: orm.Session, body: Body, letter: str, *, now: datetime) -> None:
    for each in bodies.contacts(session, body.id):
        if bodies.is_confirmed(session, each):
            key = f"{letter}/{body.id}/{now:%Y%m%d%H%M%S}/{each.id}"
            outbox.promise(
                session, "letter", now=now, key=key, letter=letter, to=each.email, path="/bodies/mine"
            )
