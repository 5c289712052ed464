"""Recovery codes: made ten at a time, shown once, each good once in place of the authenticator's code."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.accounts import guessing
from hub.accounts import queries as accounts
from hub.accounts.models import Account
from hub.accounts.recovery.models import RecoveryCode
from hub.accounts.states import State
from hub.core import audit, outbox
from hub.core.audit import Actor
from keys import challenge

HOW_MANY = 10
GROUPS = 4  # of 20 bits: with the throttle on failures, out of reach of guessing
PURPOSE = "recovery code"


def make_codes(session: orm.Session, account: Account, *, key: bytes, by: Actor, now: datetime) -> list[str]:
    """Return ten new codes, to be shown once; earlier ones are void, and the person is told."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [challenge.make_challenge(groups=GROUPS) for _ in range(HOW_MANY)]
    digests = [challenge.digest(code, key=key, purpose=PURPOSE) for code in codes]
    session.add_all(RecoveryCode(account_id=account.id, digest=each, made_at=now) for each in digests)
    audit.record(session, "recovery-codes.made", by=by, subject=account.id, now=now)
    outbox.promise(
        session,
        "letter",
        now=now,
        letter="recovery-codes-made",
        to=account.email,
        path="/account/recovery-codes",
        occasion=uuid.uuid4(),
    )
    return codes


def use_code(
    session: orm.Session, account_id: uuid.UUID, typed: str, *, key: bytes, by: Actor, now: datetime
) -> bool:
    """Tell whether an unused code of the account was typed; it is used up and told, a wrong one counted.

    Raises:
        NotAllowedError: too many failures in the last hour.

    """
    account = accounts.account(session, account_id)
    if account.state is not State.ACTIVE:
        return False
    guessing.refuse_too_many(session, account.email, address=by.address, now=now)
    code_id = session.scalar(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.digest == challenge.digest(typed, key=key, purpose=PURPOSE),
            RecoveryCode.account_id == account_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if code_id is None:
        guessing.count_failure(session, account.email, address=by.address, now=now)
        return False
    audit.record(session, "recovery-code.used", by=by, subject=account_id, now=now)
    outbox.promise(
        session,
        "letter",
        now=now,
        key=f"recovery-code-used/{code_id}",
        letter="recovery-code-used",
        to=account.email,
        path="/account/sessions",
        occasion=code_id,
    )
    return True
