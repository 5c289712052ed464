"""A person changes the own password or authenticator; every other session ends, and the person is told."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from hub.accounts import guessing, passwords, second_factor, service
from hub.accounts.models import Account
from hub.accounts.telling import tell
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import InputError
from hub.core.vault import Vault


def change_password(
    session: orm.Session, account: Account, *, present: str, wanted: str, by: Actor, now: datetime
) -> bool:
    """Set another password and end every session; tell whether the present one was right.

    A wrong one is counted like a refused sign-in. The caller begins a new session for who is there.

    Raises:
        InputError: the new password is not accepted.
        NotAllowedError: too many failures in the last hour.

    """
    guessing.refuse_too_many(session, account.email, address=by.address, now=now)
    if not passwords.matches(account.password_hash, present):
        guessing.count_failure(session, account.email, address=by.address, now=now)
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


def next_secret(account: Account, sign_in_id: uuid.UUID, *, key: bytes) -> str:
    """Return the secret of the next authenticator: the same in this session until one of its codes was used.

    Nothing is stored before that.
    """
    return second_factor.secret_for(f"{account.id}/{sign_in_id}/{account.totp_step}", key=key)


def change_authenticator(
    session: orm.Session,
    account: Account,
    sign_in_id: uuid.UUID,
    code: str,
    *,
    key: bytes,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> None:
    """Take another authenticator in place of the present one, and end every session.

    The caller begins a new session for who is there.

    Raises:
        InputError: the code is not the new authenticator's.

    """
    secret = next_secret(account, sign_in_id, key=key)
    used = second_factor.step_of(secret, code, last=None, now=now)
    if used is None:
        raise InputError({"code": "This code is not right; check the clock of your device"})
    account.totp_secret = vault.seal(secret.encode(), place=second_factor.place(account.id))
    account.totp_step = used
    service.end_sessions(session, account.id, now=now)
    audit.record(session, "account.authenticator-changed", by=by, subject=account.id, now=now)
    tell(session, account, "authenticator-changed", now=now)
