"""Look-ups of the changes that need two people."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.models import Account, Role
from hub.accounts.staff.models import StaffChange
from hub.accounts.staff.states import WAITING, State
from hub.accounts.states import State as AccountState
from hub.core.errors import NotFoundError

APPROVING = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
TOLD = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR})


def locked(session: orm.Session, change_id: uuid.UUID) -> StaffChange:
    """Return a change that nobody else can move meanwhile.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(StaffChange, change_id, with_for_update=True)
    if found is None:
        raise NotFoundError("no such change")
    return found


def waiting(session: orm.Session) -> Sequence[StaffChange]:
    """Return the changes that do not count yet, the oldest first."""
    found = sa.select(StaffChange).where(StaffChange.state.in_(WAITING))
    return session.scalars(found.order_by(StaffChange.proposed_at, StaffChange.id)).all()


def to_approve(session: orm.Session, account_id: uuid.UUID) -> int:
    """Count the changes that wait for the approval of this person."""
    found = sa.select(sa.func.count()).where(
        StaffChange.state == State.PROPOSED, StaffChange.proposed_by != account_id
    )
    return session.scalar(found) or 0


def staff(session: orm.Session, roles: frozenset[Role] = TOLD) -> Sequence[Account]:
    """Return the active members of staff with one of these roles."""
    found = sa.select(Account).where(Account.role.in_(roles), Account.state == AccountState.ACTIVE)
    return session.scalars(found.order_by(Account.email)).all()


def colleagues(session: orm.Session, account: Account) -> Sequence[Account]:
    """Return the other active people of an account's organisation."""
    found = sa.select(Account).where(
        Account.organisation_id == account.organisation_id,
        Account.id != account.id,
        Account.state == AccountState.ACTIVE,
    )
    return session.scalars(found.order_by(Account.email)).all()
