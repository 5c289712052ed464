"""Look-ups of organisations, accounts and sessions."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts.models import Account, Failure, Invitation, Organisation, OrganisationKind, Role, SignIn
from hub.accounts.states import State
from hub.core import tokens
from hub.core.errors import NotFoundError

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


def account(session: orm.Session, account_id: uuid.UUID) -> Account:
    """Return the account.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Account, account_id)
    if found is None:
        raise NotFoundError("no such account")
    return found


def account_by_email(session: orm.Session, email: str) -> Account | None:
    """Return the account of a mail address, in any case of letters."""
    return session.scalar(sa.select(Account).where(Account.email == email.strip().lower()))


def accounts(session: orm.Session) -> Sequence[Account]:
    """Return every account, by organisation and name."""
    return session.scalars(
        sa.select(Account).join(Organisation).order_by(Organisation.name, Account.name)
    ).all()


def active(session: orm.Session, role: Role) -> Sequence[Account]:
    """Return the active accounts of a role."""
    return session.scalars(
        sa.select(Account).where(Account.role == role, Account.state == State.ACTIVE)
    ).all()


def of_organisation(session: orm.Session, organisation_id: uuid.UUID) -> Sequence[Account]:
    """Return an organisation's accounts that are not disabled."""
    return session.scalars(
        sa.select(Account).where(Account.organisation_id == organisation_id, Account.state != State.DISABLED)
    ).all()


def organisation(session: orm.Session, kind: OrganisationKind) -> Organisation:
    """Return the one organisation of a staff kind (IPA or JPCERT/CC), as `init` made it."""
    return session.scalars(sa.select(Organisation).where(Organisation.kind == kind)).one()


def open_invitation(session: orm.Session, token: str, *, key: bytes, now: datetime) -> Invitation:
    """Return the invitation of a link.

    Raises:
        NotFoundError: it is unknown, used or expired; the person is told the same in each case.

    """
    digest = tokens.digest(token, key=key, purpose="invitation")
    found = session.scalar(sa.select(Invitation).where(Invitation.digest == digest).with_for_update())
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise NotFoundError("this link is not valid any more")
    return found


def live_sign_in(session: orm.Session, token: str, *, key: bytes, now: datetime) -> SignIn | None:
    """Return the session of a cookie unless it ended, idled out or belongs to a disabled account."""
    digest = tokens.digest(token, key=key, purpose="sign-in")
    found = session.scalar(sa.select(SignIn).where(SignIn.digest == digest))
    if found is None or found.ended_at is not None or found.account.state is not State.ACTIVE:
        return None
    if now - found.seen_at > IDLE or now - found.began_at > LONGEST:
        return None
    return found


def sign_ins_of(session: orm.Session, account_id: uuid.UUID, *, now: datetime) -> Sequence[SignIn]:
    """Return the sessions of an account that are open, the one used last first."""
    live = sa.select(SignIn).where(
        SignIn.account_id == account_id,
        SignIn.ended_at.is_(None),
        SignIn.seen_at >= now - IDLE,
        SignIn.began_at >= now - LONGEST,
    )
    return session.scalars(live.order_by(SignIn.seen_at.desc(), SignIn.id)).all()


def own_sign_in(session: orm.Session, sign_in_id: uuid.UUID, *, account_id: uuid.UUID | None) -> SignIn:
    """Return an open session of the account.

    Raises:
        NotFoundError: there is none of this id, it has ended, or it is another person's.

    """
    found = session.get(SignIn, sign_in_id)
    if found is None or found.account_id != account_id or found.ended_at is not None:
        raise NotFoundError("no such session")
    return found


def failures(session: orm.Session, email: str, *, since: datetime) -> int:
    """Count the refused sign-ins for a mail address since an instant."""
    count = sa.select(sa.func.count()).where(Failure.email == email.strip().lower(), Failure.at >= since)
    return session.scalar(count) or 0


def failures_from(session: orm.Session, address: str | None, *, since: datetime) -> int:
    """Count the refused sign-ins from a network address since an instant; none if it is not known."""
    if address is None:
        return 0
    count = sa.select(sa.func.count()).where(Failure.address == address, Failure.at >= since)
    return session.scalar(count) or 0
