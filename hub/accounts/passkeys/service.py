"""What happens to passkeys: made by their person, proved at signing in and stepping up, removed."""

import secrets
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from hub.accounts import guessing
from hub.accounts import queries as accounts
from hub.accounts.models import Account
from hub.accounts.passkeys import ceremony, queries
from hub.accounts.passkeys.assertion import Assertion, AssertionRefusedError, check_assertion
from hub.accounts.passkeys.ceremony import Site
from hub.accounts.passkeys.models import CHALLENGE, Challenge, Passkey, Purpose
from hub.accounts.states import State
from hub.core import audit, outbox
from hub.core.audit import Actor
from hub.core.db import constraint_of
from hub.core.errors import ConflictError, NotAllowedError

CHALLENGE_LIFE = timedelta(minutes=5)
MOST = 10  # passkeys an account
PATH = "/account/passkeys"


def new_challenge(session: orm.Session, account_id: uuid.UUID, purpose: Purpose, *, now: datetime) -> bytes:
    """Return fresh bytes that one of the account's passkeys may answer once, for five minutes."""
    session.execute(
        sa.delete(Challenge).where(Challenge.account_id == account_id, Challenge.expires_at <= now)
    )
    challenge = secrets.token_bytes(CHALLENGE)
    session.add(
        Challenge(
            account_id=account_id, purpose=purpose, challenge=challenge, expires_at=now + CHALLENGE_LIFE
        )
    )
    return challenge


def request_options(
    session: orm.Session, account_id: uuid.UUID, purpose: Purpose, *, site: Site, now: datetime
) -> str | None:
    """Return options (JSON) for the browser to prove the person, or None if the account has no passkey."""
    mine = [each.credential_id for each in queries.passkeys_of(session, account_id)]
    if not mine:
        return None
    challenge = new_challenge(session, account_id, purpose, now=now)
    return ceremony.request_options(challenge, mine, site=site)


def creation_options(session: orm.Session, account: Account, *, site: Site, now: datetime) -> str:
    """Return options (JSON) for the browser to make a passkey, on an authenticator that has none yet."""
    return ceremony.creation_options(
        new_challenge(session, account.id, Purpose.REGISTER, now=now),
        user=account.id.bytes,
        email=account.email,
        name=account.name,
        taken=[each.credential_id for each in queries.passkeys_of(session, account.id)],
        site=site,
    )


def register(
    session: orm.Session,
    account: Account,
    answer: str,
    *,
    name: str,
    site: Site,
    by: Actor,
    now: datetime,
) -> Passkey:
    """Keep a passkey that the browser has just made (RegistrationResponseJSON); its person is told.

    Raises:
        AssertionRefusedError: it is malformed, late, or was made for something else.
        NotAllowedError: the account has ten already.
        ConflictError: it is registered already.

    """
    if len(queries.passkeys_of(session, account.id)) >= MOST:
        raise NotAllowedError("You have ten passkeys already. Remove one first")
    challenge = ceremony.challenge_of(answer)
    _use_up(session, account.id, challenge, Purpose.REGISTER, now=now)
    made = ceremony.check_registration(answer, challenge=challenge, site=site)
    passkey = Passkey(
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name.strip(),
        added_at=now,
    )
    _add(session, passkey)
    _tell(session, "passkey.added", "passkey-added", passkey, to=account.email, by=by, now=now)
    return passkey


def remove(session: orm.Session, passkey_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """End one of the person's own passkeys; the person is told.

    Raises:
        NotFoundError: there is no such passkey of this person.

    """
    if by.account_id is None:
        raise NotAllowedError("Only its owner removes a passkey")
    passkey = queries.own_passkey(session, passkey_id, account_id=by.account_id)
    passkey.ended_at = now
    to = accounts.account(session, by.account_id).email
    _tell(session, "passkey.removed", "passkey-removed", passkey, to=to, by=by, now=now)


def prove(
    session: orm.Session,
    account_id: uuid.UUID,
    answer: str,
    *,
    purpose: Purpose,
    site: Site,
    by: Actor,
    now: datetime,
) -> bool:
    """Tell whether the answer proves the person; its challenge is used up, and a refusal is counted.

    Raises:
        NotAllowedError: too many failures in the last hour.

    """
    account = accounts.account(session, account_id)
    if account.state is not State.ACTIVE:
        return False
    guessing.refuse_too_many(session, account.email, address=by.address, now=now)
    try:
        assertion = Assertion.from_json(answer)
        challenge = ceremony.challenge_of(assertion)
        _use_up(session, account_id, challenge, purpose, now=now)
        accept(session, account_id, assertion, challenge=challenge, site=site, now=now)
    except AssertionRefusedError:
        guessing.count_failure(session, account.email, address=by.address, now=now)
        audit.record(session, "passkey.refused", by=by, subject=account_id, now=now, purpose=purpose)
        return False
    return True


def accept(
    session: orm.Session,
    account_id: uuid.UUID,
    assertion: Assertion,
    *,
    challenge: bytes,
    site: Site,
    now: datetime,
) -> Passkey:
    """Return the account's passkey that has signed this challenge, its counter moved on.

    The caller has seen to it that the challenge is fresh, or names one thing only (a release's hash).

    Raises:
        AssertionRefusedError: no usable passkey of this account has.

    """
    passkey = queries.by_credential(session, assertion.credential_id, account_id=account_id)
    if passkey is None:
        raise AssertionRefusedError("The passkey did not prove who you are. Try again")
    passkey.sign_count = check_assertion(
        assertion,
        challenge=challenge,
        public_key=passkey.public_key,
        rp_id=site.rp_id,
        origin=site.origin,
        last_sign_count=passkey.sign_count,
    )
    passkey.last_used_at = now
    return passkey


def _use_up(
    session: orm.Session, account_id: uuid.UUID, challenge: bytes, purpose: Purpose, *, now: datetime
) -> None:
    """Take a challenge away, so that it serves once."""
    taken = (
        sa.delete(Challenge)
        .where(
            Challenge.challenge == challenge,
            Challenge.account_id == account_id,
            Challenge.purpose == purpose,
            Challenge.expires_at > now,
        )
        .returning(Challenge.id)
    )
    if session.scalar(taken) is None:
        raise AssertionRefusedError("This page was open too long. Try again")


def _add(session: orm.Session, passkey: Passkey) -> None:
    session.add(passkey)
    try:
        session.flush()  # so that a second registration of the same key shows here, not at commit
    except IntegrityError as error:
        if "credential_id" in constraint_of(error):
            raise ConflictError("This passkey is registered already") from error
        raise


def _tell(
    session: orm.Session, act: str, letter: str, passkey: Passkey, *, to: str, by: Actor, now: datetime
) -> None:
    audit.record(session, act, by=by, subject=passkey.id, now=now)
    outbox.promise(
        session,
        "letter",
        now=now,
        key=f"{letter}/{passkey.id}",
        letter=letter,
        to=to,
        path=PATH,
        occasion=passkey.id,
    )
