"""Look-ups of the receipt ladder: each recipient's step, each body's answers."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.delivery.models import Copy, Mailing
from feeds.delivery.states import State
from feeds.receipts.models import Answer, Dissemination
from feeds.receipts.states import RANK, Choice, Step, furthest
from hub.accounts.models import Account
from hub.core.vault import Place, Vault
from sectors.bodies.models import Contact

Pair = tuple[uuid.UUID, uuid.UUID]  # a release and a body
OVER = frozenset({State.SUPERSEDED, State.ENDED})  # what nobody waits for any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One recipient of a body; `name` is a contact's, or None for the body's tools."""

    name: str | None
    step: Step
    reason: str | None
    delivered_at: datetime | None
    fetched_at: datetime | None
    opened_at: datetime | None
    bounced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer as pages show it; `who` is a contact's name, or None for the body's tool."""

    choice: Choice
    text: str
    at: datetime
    who: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How far a notice has come at one body."""

    recipients: tuple[Recipient, ...]
    answered: bool
    disseminated: Dissemination | None

    @property
    def step(self) -> Step:
        """Return the highest rung."""
        if self.disseminated is not None:
            return Step.DISSEMINATED
        return Step.ANSWERED if self.answered else furthest(each.step for each in self.recipients)


def rank_of(kind: type[Copy] | type[Mailing]) -> sa.ColumnElement[int]:
    """Return the rank of a delivery's step, as an expression of its row."""
    came_on = (
        sa.and_(kind.state == State.DELIVERED, kind.fetched_at.is_not(None))
        if kind is Copy
        else sa.and_(kind.state == State.REFUSED, kind.delivered_at.is_not(None))
    )
    return sa.case(
        (came_on, RANK[Step.FETCHED if kind is Copy else Step.BOUNCED]),
        (kind.state == State.OPENED, RANK[Step.OPENED]),
        (kind.state == State.DELIVERED, RANK[Step.HANDED_OVER]),
        (kind.state == State.REFUSED, RANK[Step.REFUSED]),
        (kind.state == State.HELD, RANK[Step.HELD]),
        else_=RANK[Step.PROMISED],
    )


def recipients(
    session: orm.Session, release_ids: Collection[uuid.UUID], body_ids: Collection[uuid.UUID]
) -> dict[Pair, list[Recipient]]:
    """Return who was to get these releases at these bodies, the tools first."""
    found: dict[Pair, list[Recipient]] = defaultdict(list)
    none = sa.null()
    for kind, name, fetched, bounced in (
        (Copy, none, Copy.fetched_at, none),
        (Mailing, Contact.name, none, Mailing.bounced_at),
    ):
        rows = sa.select(kind, rank_of(kind).label("rank"), name.label("name")).add_columns(
            fetched.label("fetched_at"), bounced.label("bounced_at")
        )
        if kind is Mailing:
            rows = rows.join(Contact, Contact.id == Mailing.contact_id).order_by(Contact.name)
        here = rows.where(
            kind.release_id.in_(release_ids), kind.body_id.in_(body_ids), kind.state.not_in(OVER)
        )
        for row in session.execute(here):
            found[row[0].release_id, row[0].body_id].append(_recipient(row))
    return found


def _recipient(row: sa.Row[Any]) -> Recipient:
    delivery = row[0]
    return Recipient(
        name=row.name,
        step=tuple(Step)[row.rank],
        reason=delivery.reason,
        delivered_at=delivery.delivered_at,
        fetched_at=row.fetched_at,
        opened_at=delivery.opened_at,
        bounced_at=row.bounced_at,
    )


def ladder(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID) -> Ladder:
    """Return how far a release has come at a body."""
    return ladders(session, [release_id], body_id)[release_id]


def ladders(
    session: orm.Session, release_ids: Collection[uuid.UUID], body_id: uuid.UUID
) -> dict[uuid.UUID, Ladder]:
    """Return how far each of these releases has come at a body."""
    to = recipients(session, release_ids, [body_id])
    said = answered(session, body_id)
    told = session.scalars(
        sa.select(Dissemination).where(Dissemination.body_id == body_id).order_by(Dissemination.told_at)
    )
    passed_on = {each.release_id: each for each in told}
    return {
        release_id: Ladder(
            recipients=tuple(to[release_id, body_id]),
            answered=release_id in said,
            disseminated=passed_on.get(release_id),
        )
        for release_id in release_ids
    }


def answers(
    session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID, *, vault: Vault
) -> Sequence[Said]:
    """Return what a body answered to a release, the newest first."""
    rows = session.execute(
        sa.select(Answer, Account.name)
        .outerjoin(Account, Account.id == Answer.account_id)
        .where(Answer.release_id == release_id, Answer.body_id == body_id)
        .order_by(Answer.answered_at.desc(), Answer.id)
    )
    return [
        Said(choice=answer.choice, text=text_of(answer, vault=vault), at=answer.answered_at, who=name)
        for answer, name in rows
    ]


def text_place(answer_id: uuid.UUID) -> Place:
    """Return where the text of an answer lives."""
    return Place(table="answer", row=answer_id, column="text")


def text_of(answer: Answer, *, vault: Vault) -> str:
    """Return what was written with an answer."""
    return "" if answer.text is None else vault.open(answer.text, place=text_place(answer.id)).decode()


def is_answered(session: orm.Session, release_id: uuid.UUID, body_id: uuid.UUID) -> bool:
    """Tell whether any contact of the body, or its tool, has answered."""
    found = sa.select(Answer.id).where(Answer.release_id == release_id, Answer.body_id == body_id)
    return session.scalar(found.limit(1)) is not None


def answered(session: orm.Session, body_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the releases that the body has answered."""
    return frozenset(session.scalars(sa.select(Answer.release_id).where(Answer.body_id == body_id)))


def unanswered(session: orm.Session, body_id: uuid.UUID, release_ids: Collection[uuid.UUID]) -> int:
    """Count those of these releases that the body has not answered."""
    return len(set(release_ids) - answered(session, body_id))
