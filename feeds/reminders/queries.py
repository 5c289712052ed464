"""Look-ups of reminders: what is not answered, what was done about it, who is to be called."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories.models import Advisory, Release, ReleaseBody
from feeds.formats.content import Kind
from feeds.matters.models import Matter
from feeds.receipts.models import Answer
from feeds.reminders.models import Call, QuietHours, Reminder, ReminderRule
from feeds.reminders.states import Outcome, Stage
from feeds.reminders.timing import DEFAULTS, Quiet, Rule
from hub.accounts.models import Account
from hub.core.errors import NotFoundError
from hub.core.vault import Place, Vault
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, Contact

Pair = tuple[uuid.UUID, uuid.UUID]  # a release and a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A notice that a body has not answered, and that no newer revision has overtaken."""

    release_id: uuid.UUID
    body_id: uuid.UUID
    tracking_id: str
    revision: int
    kind: Kind
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A call as pages show it."""

    at: datetime
    who: str
    by: str
    outcome: Outcome
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """A body on the call list: whom to call about what, and the calls so far, the newest first."""

    case: Case
    body: Body
    contacts: Sequence[Contact]
    calls: Sequence[Called]

    @property
    def is_reached(self) -> bool:
        """Tell whether somebody was reached already."""
        return any(each.outcome is Outcome.REACHED for each in self.calls)


def rules(session: orm.Session) -> dict[Kind, Rule]:
    """Return the rule of every kind: the coordinators', or else the hub's own."""
    set_by_hand = {
        row.kind: Rule(
            urgent=row.urgent, first=row.first, second=row.second, deputy=row.deputy, call=row.call
        )
        for row in session.scalars(sa.select(ReminderRule))
    }
    return DEFAULTS | set_by_hand


def quiet(session: orm.Session) -> Quiet:
    """Return the quiet hours."""
    row = session.get(QuietHours, 1)
    if row is None:
        return Quiet()
    return Quiet(begins=row.begins, ends=row.ends, closed_days=row.closed_days)


def overtaken() -> sa.Exists:
    """Return whether a newer revision is addressed to the same body, as an expression of release and body."""
    newer, told = orm.aliased(Release), orm.aliased(ReleaseBody)
    return (
        sa.select(newer.id)
        .join(told, told.release_id == newer.id)
        .where(newer.advisory_id == Release.advisory_id, newer.revision > Release.revision)
        .where(told.body_id == ReleaseBody.body_id)
        .correlate(Release, ReleaseBody)
        .exists()
    )


def open_cases(session: orm.Session) -> list[Case]:
    """Return what is not answered, and not yet on the call list, the oldest first."""
    return _cases(session, _reminded(Stage.CALL).exists().is_(False))


def case(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID) -> Case | None:
    """Return a case, or None once it is answered or overtaken."""
    this = sa.and_(ReleaseBody.release_id == release_id, ReleaseBody.body_id == body_id)
    return next(iter(_cases(session, this)), None)


def _cases(session: orm.Session, which: sa.ColumnElement[bool]) -> list[Case]:
    answered = (
        sa.select(Answer.id)
        .where(Answer.release_id == ReleaseBody.release_id, Answer.body_id == ReleaseBody.body_id)
        .correlate(ReleaseBody)
        .exists()
    )
    rows = session.execute(
        sa.select(ReleaseBody.release_id, ReleaseBody.body_id, Matter.tracking_id)
        .add_columns(Release.revision, Release.kind, Release.released_at.label("since"))
        .join(Release, Release.id == ReleaseBody.release_id)
        .join(Advisory, Advisory.id == Release.advisory_id)
        .join(Matter, Matter.id == Advisory.matter_id)
        .where(~answered, ~overtaken(), which)
        .order_by(Release.released_at, ReleaseBody.body_id)
    )
    return [Case(**row._asdict()) for row in rows]


def _reminded(stage: Stage) -> sa.Select[uuid.UUID]:
    return (
        sa.select(Reminder.id)
        .where(Reminder.release_id == ReleaseBody.release_id, Reminder.body_id == ReleaseBody.body_id)
        .where(Reminder.stage == stage)
        .correlate(ReleaseBody)
    )


def stages_of(
    session: orm.Session, release_ids: Collection[uuid.UUID], body_ids: Collection[uuid.UUID]
) -> Mapping[Pair, Mapping[Stage, datetime]]:
    """Return which stages were done for these releases and bodies, and when."""
    found: dict[Pair, dict[Stage, datetime]] = defaultdict(dict)
    rows = session.scalars(
        sa.select(Reminder)
        .where(Reminder.release_id.in_(release_ids), Reminder.body_id.in_(body_ids))
        .order_by(Reminder.at)
    )
    for row in rows:
        found[row.release_id, row.body_id][row.stage] = row.at
    for done in found.values():
        done.update({stage: done.pop(stage) for stage in Stage if stage in done})
    return found


def to_call(session: orm.Session, *, vault: Vault, now: datetime) -> list[ToCall]:
    """Return the call list: who was not reached yet stands first, the oldest on top."""
    found = [
        ToCall(
            case=each,
            body=body,
            contacts=bodies.contacts(session, body.id),
            calls=calls(session, each.release_id, body.id, vault=vault),
        )
        for each in _cases(session, _reminded(Stage.CALL).exists())
        for body in [bodies.body(session, each.body_id)]
        if audience.standing(session, body, now=now).ok
    ]
    return sorted(found, key=lambda entry: entry.is_reached)


def waiting_for_a_call(session: orm.Session) -> int:
    """Count the entries of the call list where nobody was reached."""
    reached = (
        sa.select(Call.id)
        .where(Call.release_id == ReleaseBody.release_id, Call.body_id == ReleaseBody.body_id)
        .where(Call.outcome == Outcome.REACHED)
        .correlate(ReleaseBody)
        .exists()
    )
    return len(_cases(session, sa.and_(_reminded(Stage.CALL).exists(), ~reached)))


def one_to_call(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID, *, vault: Vault) -> ToCall:
    """Return an entry of the call list.

    Raises:
        NotFoundError: it is not on the list, or was answered meanwhile.

    """
    found = case(session, release_id, body_id)
    if found is None or Stage.CALL not in stages_of(session, [release_id], [body_id])[release_id, body_id]:
        raise NotFoundError("nobody is to be called about it")
    return ToCall(
        case=found,
        body=bodies.body(session, body_id),
        contacts=bodies.contacts(session, body_id),
        calls=calls(session, release_id, body_id, vault=vault),
    )


def calls(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID, *, vault: Vault) -> list[Called]:
    """Return the calls to a body about a release, the newest first."""
    rows = session.execute(
        sa.select(Call, Contact.name, Account.name)
        .join(Contact, Contact.id == Call.contact_id)
        .join(Account, Account.id == Call.account_id)
        .where(Call.release_id == release_id, Call.body_id == body_id)
        .order_by(Call.called_at.desc(), Call.id)
    )
    return [
        Called(at=call.called_at, who=who, by=by, outcome=call.outcome, remark=_remark(call, vault=vault))
        for call, who, by in rows
    ]


def remark_place(call_id: uuid.UUID) -> Place:
    """Return where the remark on a call lives."""
    return Place(table="call", row=call_id, column="remark")


def _remark(call: Call, *, vault: Vault) -> str:
    return "" if call.remark is None else vault.open(call.remark, place=remark_place(call.id)).decode()
