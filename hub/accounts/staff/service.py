"""What happens to a change that needs two people: proposed, told, approved by another, counting a day later.

An administrator opens accounts of staff alone only while there is nobody else who could approve one: the
first people of a new hub. Whoever lost the password or the second factor is invited anew by two people who
know the person; until it counts, everybody who is told can have it refused.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.accounts import queries as accounts
from hub.accounts import service as people
from hub.accounts.models import HOUSES, Account, Role
from hub.accounts.passkeys.models import Passkey
from hub.accounts.recovery.models import RecoveryCode
from hub.accounts.staff import queries
from hub.accounts.staff.models import StaffChange
from hub.accounts.staff.states import MOVES, Kind, Move, State
from hub.accounts.states import MOVES as ACCOUNT_MOVES
from hub.accounts.states import Move as AccountMove
from hub.accounts.states import State as AccountState
from hub.accounts.telling import tell
from hub.core import audit, outbox, second_person
from hub.core.audit import THE_HUB, Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, NotAllowedError
from hub.core.machine import step
from hub.core.stamps import genuine

PAGE = "/staff"


def invite(session: orm.Session, *, email: str, name: str, role: Role, by: Actor, now: datetime) -> bool:
    """Open an account of staff at once while nobody else could approve it, or propose it; tell which.

    Raises:
        ConflictError: the mail address has an account, or a change of it is under way.

    """
    email = email.strip().lower()
    if accounts.account_by_email(session, email) is not None:
        raise ConflictError("This mail address has an account already")
    if not _approvers(session, by):
        _open(session, email, name, role, by=by, now=now)
        return True
    _proposed(session, StaffChange(kind=Kind.OPEN, email=email, name=name, role=role), by=by, now=now)
    return False


def propose_role(
    session: orm.Session, account_id: uuid.UUID, role: Role, *, by: Actor, now: datetime
) -> None:
    """Propose another role for an account of staff, within its organisation.

    Raises:
        ConflictError: a change of it is under way, or nobody could approve it.
        NotAllowedError: it is no account of staff, it is the own, or the role is another organisation's.

    """
    account = _others(session, account_id, by)
    house = account.organisation.kind
    if account.role not in HOUSES or HOUSES.get(role) is not house or role is account.role:
        raise NotAllowedError("This account cannot have that role")
    _needs_approvers(session, account, by)
    _proposed(session, _about(account, Kind.ROLE, role), by=by, now=now)


def propose_return(session: orm.Session, account_id: uuid.UUID, *, by: Actor, now: datetime) -> bool:
    """Propose that a person who cannot sign in any more sets up the account anew.

    An account that was never set up gets a new invitation at once; tell whether that was done.

    Raises:
        ConflictError: a change of it is under way, or nobody could approve it.
        NotAllowedError: it is the own account.

    """
    account = _others(session, account_id, by)
    if account.state is AccountState.INVITED:
        audit.record(session, "account.invited-again", by=by, now=now, subject=account.id)
        outbox.promise(session, "account.invitation", now=now, account_id=account.id)
        return True
    _needs_approvers(session, account, by)
    _proposed(session, _about(account, Kind.RETURN, account.role), by=by, now=now)
    return False


def approve(session: orm.Session, change_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Approve a change as another administrator or a coordinator whom it does not concern.

    Raises:
        IllegalMoveError: it does not wait for an approval.
        NotAllowedError: the same person proposed it, or it is about this person.

    """
    change = queries.locked(session, change_id)
    person = accounts.account(session, by.account_id) if by.account_id else None
    if person is None or person.role not in queries.APPROVING or person.id == change.account_id:
        raise NotAllowedError("Another person must approve this change.")
    second_person.approve(session, change, "staff.count", by=person.id, now=now, change_id=change.id)
    _log(session, "approved", change, by=by, now=now)
    _tell(session, change, "staff-approved", now=now)


def refuse(session: orm.Session, change_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Refuse a change that does not count yet.

    Raises:
        IllegalMoveError: it counts already, or was refused.

    """
    change = queries.locked(session, change_id)
    change.state, change.ended_at = step(MOVES, change.state, Move.REFUSE), now
    _log(session, "refused", change, by=by, now=now)
    _tell(session, change, "staff-refused", now=now)


def count(session: orm.Session, change_id: uuid.UUID, *, now: datetime) -> None:
    """Do what was approved when its delay is over; a row that the hub did not write changes nothing."""
    change = queries.locked(session, change_id)
    due = change.state is State.APPROVED and change.counts_at is not None and change.counts_at <= now
    if not due or not genuine(session, change):
        return
    change.state, change.ended_at = step(MOVES, change.state, Move.COUNT), now
    if change.kind is Kind.OPEN:
        _open(session, change.email, change.name, change.role, by=THE_HUB, now=now)
    elif change.account_id is not None:
        account = accounts.account(session, change.account_id)
        if change.kind is Kind.ROLE:
            people.change_role(session, account, change.role, by=THE_HUB, now=now)
            tell(session, account, "role-changed", now=now)
        else:
            _invite_again(session, account, now=now)
    _log(session, "counting", change, by=THE_HUB, now=now)


def _open(session: orm.Session, email: str, name: str, role: Role, *, by: Actor, now: datetime) -> None:
    house = accounts.organisation(session, HOUSES[role])
    people.open_account(session, organisation_id=house.id, email=email, name=name, role=role, by=by, now=now)


def _invite_again(session: orm.Session, account: Account, *, now: datetime) -> None:
    """Void everything that let the person in, and mail an invitation."""
    account.state = step(ACCOUNT_MOVES, account.state, AccountMove.INVITE_AGAIN)
    account.password_hash = account.totp_secret = account.totp_step = None
    people.end_sessions(session, account.id, now=now)
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    own = (Passkey.account_id == account.id, Passkey.ended_at.is_(None))
    session.execute(sa.update(Passkey).where(*own).values(ended_at=now))
    outbox.promise(session, "account.invitation", now=now, account_id=account.id)


def _others(session: orm.Session, account_id: uuid.UUID, by: Actor) -> Account:
    if account_id == by.account_id:
        raise NotAllowedError("Another administrator does this for you")
    return accounts.account(session, account_id)


def _approvers(session: orm.Session, by: Actor, about: uuid.UUID | None = None) -> list[Account]:
    able = queries.staff(session, queries.APPROVING)
    return [each for each in able if each.id not in {by.account_id, about}]


def _needs_approvers(session: orm.Session, account: Account, by: Actor) -> None:
    if not _approvers(session, by, account.id):
        raise ConflictError("There is nobody who could approve this")


def _about(account: Account, kind: Kind, role: Role) -> StaffChange:
    return StaffChange(kind=kind, account_id=account.id, email=account.email, name=account.name, role=role)


def _proposed(session: orm.Session, change: StaffChange, *, by: Actor, now: datetime) -> None:
    if by.account_id is None:
        raise NotAllowedError("Another person must approve this change.")
    change.id, change.proposed_at, change.proposed_by = uuid.uuid4(), now, by.account_id
    change.state = State.PROPOSED
    session.add(change)
    try:
        session.flush()
    except IntegrityError as error:
        if "staff_change" in constraint_of(error):
            raise ConflictError("Another change of this account is under way.") from error
        raise
    _log(session, "proposed", change, by=by, now=now)
    _tell(session, change, "staff-proposed", now=now)


def _log(session: orm.Session, act: str, change: StaffChange, *, by: Actor, now: datetime) -> None:
    subject = change.account_id or change.id
    audit.record(session, f"staff.{act}", by=by, now=now, subject=subject, kind=change.kind, role=change.role)


def _tell(session: orm.Session, change: StaffChange, letter: str, *, now: datetime) -> None:
    """Tell all staff, and of an account that there is its person and the organisation's other people."""
    told = {each.id: each for each in queries.staff(session)}
    if change.account_id:
        account = accounts.account(session, change.account_id)
        if account.state is not AccountState.INVITED:
            told |= {each.id: each for each in (account, *queries.colleagues(session, account))}
    for each in told.values():
        path = PAGE if each.role in queries.APPROVING else "/account"
        tell(session, each, letter, now=now, occasion=change.id, path=path)
