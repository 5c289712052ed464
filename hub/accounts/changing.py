"""A person changes the own password; every other session ends, and the person is told."""

from datetime import datetime

from sqlalchemy import orm

from hub.accounts import passwords, service
from hub.accounts.models import Account
from hub.accounts.telling import tell
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import InputError


def change_password(
    session: orm.Session, account: Account, *, present: str, wanted: str, by: Actor, now: datetime
) -> bool:
    """Set another password and end every session; tell whether the present one was right.

    A wrong one is counted like a refused sign-in. The caller begins a new session for who is there.

    Raises:
        InputError: the new password is not accepted.
        NotAllowedError: too many failures in the last hour.

    """
    service.refuse_too_many(session, account.email, address=by.address, now=now)
    if not passwords.matches(account.password_hash, present):
        service.count_failure(session, account.email, address=by.address, now=now)
        return False
    problem = passwords.problem(wanted, email=account.email, organisation=account.organisation.name)
    if problem is None and passwords.matches(account.password_hash, wanted):
        problem = "This is the present password"
    if problem:
        raise InputError({"password": problem})
    account.password_hash = passwords.hashed(wanted)
    service.end_sessions(session, account.id, now=now)
    audit.record(session, "account.password-changed", by=by, subject=account.id, now=now)
    tell(session, account, "password-changed", now=now)
    return True
