"""What happens to accounts: opened by invitation, set up by the person, signed in and out."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.accounts import guessing, passwords, queries, second_factor
from hub.accounts.models import Account, Invitation, Organisation, OrganisationKind, Role, SignIn
from hub.accounts.states import MOVES, Move, State
from hub.accounts.telling import tell
from hub.core import audit, outbox, tokens
from hub.core.audit import Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, InputError
from hub.core.machine import step
from hub.core.vault import Vault

INVITATION_LIFE = timedelta(hours=72)
SEEN_EVERY = timedelta(minutes=1)


def open_account(
    session: orm.Session,
    *,
    organisation_id: uuid.UUID,
    email: str,
    name: str,
    role: Role,
    by: Actor,
    now: datetime,
    invite: bool = True,
) -> Account:
    """Open an account; its invitation is promised by mail, unless the caller hands it over itself.

    Raises:
        ConflictError: the mail address has an account already.

    """
    account = Account(
        organisation_id=organisation_id, email=email.strip().lower(), name=name, role=role, created_at=now
    )
    session.add(account)
    try:
        session.flush()  # so that a second account of the address shows here, not at commit
    except IntegrityError as error:
        if "email" in constraint_of(error):
            raise ConflictError("This mail address has an account already") from error
        raise
    audit.record(
        session,
        "account.opened",
        by=by,
        subject=account.id,
        concerns=organisation_id,
        now=now,
        role=role,
    )
    if invite:
        outbox.promise(session, "account.invitation", now=now, account_id=account.id)
    return account


def register_applicant(
    session: orm.Session, *, organisation_name: str, name: str, email: str, by: Actor, now: datetime
) -> None:
    """Open an organisation and its first account for somebody who wants to apply.

    An address that has an account already gets nothing new: the page answers the same in both cases, so
    that it does not tell who has an account.
    """
    if queries.account_by_email(session, email) is not None:
        return
    organisation = Organisation(kind=OrganisationKind.BODY, name=organisation_name, created_at=now)
    session.add(organisation)
    session.flush()  # the account refers to it
    open_account(
        session, organisation_id=organisation.id, email=email, name=name, role=Role.APPLICANT, by=by, now=now
    )


def new_invitation(session: orm.Session, account_id: uuid.UUID, *, key: bytes, now: datetime) -> str:
    """Return a fresh invitation token, to be mailed; earlier ones of the account end."""
    session.execute(
        sa.update(Invitation)
        .where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )
    token = tokens.new_token()
    session.add(
        Invitation(
            account_id=account_id,
            digest=tokens.digest(token, key=key, purpose="invitation"),
            expires_at=now + INVITATION_LIFE,
        )
    )
    return token


def set_up(
    session: orm.Session,
    token: str,
    *,
    password: str,
    code: str,
    key: bytes,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> Account:
    """Use an invitation: set the password and the second factor, whose first code proves it works.

    Raises:
        NotFoundError: the link is unknown, used or expired.
        InputError: the password or the code is not accepted.

    """
    invitation = queries.open_invitation(session, token, key=key, now=now)
    account = queries.account(session, invitation.account_id)
    secret = second_factor.secret_for(token, key=key)
    used = second_factor.step_of(secret, code, last=None, now=now)
    names = {"email": account.email, "organisation": account.organisation.name}
    problems = {"password": passwords.problem(password, **names)}
    problems["code"] = None if used is not None else "This code is not right; check the clock of your device"
    if any(problems.values()):
        raise InputError({field: problem for field, problem in problems.items() if problem})
    account.state = step(MOVES, account.state, Move.SET_UP)
    account.password_hash = passwords.hashed(password)
    account.totp_secret = vault.seal(secret.encode(), place=second_factor.place(account.id))
    account.totp_step = used
    invitation.used_at = now
    audit.record(session, "account.set-up", by=by, subject=account.id, now=now)
    return account


def check_password(
    session: orm.Session, *, email: str, password: str, address: str | None, now: datetime
) -> uuid.UUID | None:
    """Return the id of the account whose password was typed, or None after counting the failure.

    Raises:
        NotAllowedError: too many failures in the last hour.

    """
    guessing.refuse_too_many(session, email, address=address, now=now)
    account = queries.account_by_email(session, email)
    right = passwords.matches(account.password_hash if account else None, password)
    if account is None or not right or account.state is not State.ACTIVE:
        guessing.count_failure(session, email, address=address, now=now)
        return None
    if account.password_hash and passwords.outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    return account.id


def check_code(
    session: orm.Session,
    account_id: uuid.UUID,
    *,
    code: str,
    vault: Vault,
    address: str | None,
    now: datetime,
) -> bool:
    """Tell whether the code is of the account's second factor and unused; a used step is kept.

    Raises:
        NotAllowedError: too many failures in the last hour.

    """
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.totp_secret is None or account.state is not State.ACTIVE:
        return False
    guessing.refuse_too_many(session, account.email, address=address, now=now)
    secret = vault.open(account.totp_secret, place=second_factor.place(account.id)).decode()
    used = second_factor.step_of(secret, code, last=account.totp_step, now=now)
    if used is None:
        guessing.count_failure(session, account.email, address=address, now=now)
        return False
    account.totp_step = used
    return True


def sign_in(session: orm.Session, account: Account, *, key: bytes, by: Actor, now: datetime) -> str:
    """Begin a server-side session and return the secret that the cookie carries."""
    token = tokens.new_token()
    session.add(
        SignIn(
            account_id=account.id,
            digest=tokens.digest(token, key=key, purpose="sign-in"),
            address=by.address,
            began_at=now,
            seen_at=now,
            verified_at=now,
        )
    )
    audit.record(session, "account.signed-in", by=by, subject=account.id, now=now)
    return token


def verified(session: orm.Session, sign_in_id: uuid.UUID, *, key: bytes, by: Actor, now: datetime) -> str:
    """Note that the person has proved the second factor again; return the new secret for the cookie.

    Copies of the cookie from before end here (OWASP ASVS 4.0.3, 3.2.1).
    """
    token = tokens.new_token()
    session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in_id)
        .values(verified_at=now, seen_at=now, digest=tokens.digest(token, key=key, purpose="sign-in"))
    )
    audit.record(session, "account.verified", by=by, subject=by.account_id, now=now)
    return token


def seen(session: orm.Session, sign_in_id: uuid.UUID, *, now: datetime) -> None:
    """Keep a session from idling out."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def sign_out(session: orm.Session, sign_in_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """End a session for every copy of its cookie."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(ended_at=now))
    audit.record(session, "account.signed-out", by=by, subject=by.account_id, now=now)


def end_session(session: orm.Session, sign_in_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """End one of the person's own sessions, wherever it is.

    Raises:
        NotFoundError: there is no such open session of this person.

    """
    row = queries.own_sign_in(session, sign_in_id, account_id=by.account_id)
    row.ended_at = now
    audit.record(session, "account.session-ended", by=by, subject=by.account_id, now=now)


def end_other_sessions(session: orm.Session, sign_in_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """End every open session of the person but this one."""
    session.execute(
        sa.update(SignIn)
        .where(SignIn.account_id == by.account_id, SignIn.id != sign_in_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    audit.record(session, "account.other-sessions-ended", by=by, subject=by.account_id, now=now)


def change_role(session: orm.Session, account: Account, role: Role, *, by: Actor, now: datetime) -> None:
    """Give an account another role; its sessions end (OWASP ASVS 4.0.3, 3.3.3)."""
    account.role = role
    end_sessions(session, account.id, now=now)
    audit.record(
        session,
        "account.role-changed",
        by=by,
        subject=account.id,
        concerns=account.organisation_id,
        now=now,
        role=role,
    )


def disable(session: orm.Session, account_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Disable an account; its sessions end at once."""
    account = queries.account(session, account_id)
    account.state = step(MOVES, account.state, Move.DISABLE)
    end_sessions(session, account.id, now=now)
    audit.record(
        session,
        "account.disabled",
        by=by,
        subject=account.id,
        concerns=account.organisation_id,
        now=now,
    )
    tell(session, account, "account-disabled", now=now)


def invite_again(session: orm.Session, account_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Invite the person of a disabled account anew; password and second factor are set anew, too.

    Raises:
        IllegalMoveError: the account is not disabled.

    """
    account = queries.account(session, account_id)
    account.state = step(MOVES, account.state, Move.INVITE_AGAIN)
    account.password_hash = account.totp_secret = account.totp_step = None
    audit.record(session, "account.invited-again", by=by, subject=account.id, now=now)
    outbox.promise(session, "account.invitation", now=now, account_id=account.id)


def end_sessions(session: orm.Session, account_id: uuid.UUID, *, now: datetime) -> None:
    """End every open session of an account."""
    session.execute(
        sa.update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
