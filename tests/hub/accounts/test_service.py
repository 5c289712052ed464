"""Accounts: races, repeated jobs, and what the log tells."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pyotp
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from hub.accounts import passwords, queries, second_factor, service
from hub.accounts.models import Account, Role
from hub.core.audit import THE_HUB, Entry
from hub.core.db import Database
from hub.core.errors import ConflictError, NotFoundError
from hub.core.outbox import Job
from hub.core.vault import SealBrokenError, Vault
from tests.support.people import make_organisation

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
KEY, VAULT = b"t" * 32, Vault(bytes(32))
SENTENCE = "correct horse battery staple"


def opened(db: Database, email: str = "hanako@example.jp") -> Account:
    with db.transaction() as session:
        house = make_organisation(session)
        return service.open_account(
            session,
            organisation_id=house.id,
            email=email,
            name="花子",
            role=Role.APPLICANT,
            by=THE_HUB,
            now=NOW,
        )


def ready(db: Database) -> tuple[uuid.UUID, str]:
    """Return the id of an account that was set up, and the secret of its second factor."""
    account = opened(db)
    with db.transaction() as session:
        token = service.new_invitation(session, account.id, key=KEY, now=NOW)
        secret = second_factor.secret_for(token, key=KEY)
        service.set_up(
            session,
            token,
            password=SENTENCE,
            code=pyotp.TOTP(secret).at(NOW - timedelta(seconds=30)),
            key=KEY,
            vault=VAULT,
            by=THE_HUB,
            now=NOW,
        )
    return account.id, secret


def test_a_mail_address_has_one_account_in_any_case_of_letters(db: Database) -> None:
    opened(db)
    with pytest.raises(ConflictError, match="has an account already"):
        opened(db, " HANAKO@Example.JP ")


def test_opening_an_account_promises_one_invitation_that_holds_no_address(db: Database) -> None:
    account = opened(db)
    with db.reading() as session:
        job = session.scalars(sa.select(Job)).one()
    assert (job.kind, job.values) == ("account.invitation", {"account_id": str(account.id)})


def test_registering_an_address_that_has_an_account_changes_nothing(db: Database) -> None:
    account = opened(db)
    with db.transaction() as session:
        service.register_applicant(
            session, organisation_name="X", name="X", email=account.email.upper(), by=THE_HUB, now=NOW
        )
    with db.reading() as session:
        assert [each.id for each in queries.accounts(session)] == [account.id]


def test_one_code_sent_twice_at_once_opens_one_session(lasting: Database) -> None:
    account_id, secret = ready(lasting)
    code, together = pyotp.TOTP(secret).at(NOW), Barrier(4)

    def try_code(_: int) -> bool:
        together.wait()
        with lasting.transaction() as session:
            return service.check_code(
                session, account_id, code=code, vault=VAULT, address="192.0.2.1", now=NOW
            )

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(try_code, range(4))) == [False, False, False, True]


def test_one_invitation_used_twice_at_once_sets_one_password(lasting: Database) -> None:
    account = opened(lasting)
    with lasting.transaction() as session:
        token = service.new_invitation(session, account.id, key=KEY, now=NOW)
    code, together = pyotp.TOTP(second_factor.secret_for(token, key=KEY)).at(NOW), Barrier(3)

    def use(number: int) -> bool:
        together.wait()
        try:
            with lasting.transaction() as session:
                service.set_up(
                    session,
                    token,
                    password=f"{SENTENCE} {number}",
                    code=code,
                    key=KEY,
                    vault=VAULT,
                    by=THE_HUB,
                    now=NOW,
                )
        except NotFoundError:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(use, range(3))) == [False, False, True]


def test_a_hash_of_old_parameters_is_renewed_at_the_next_sign_in(db: Database) -> None:
    account_id, _ = ready(db)
    old = PasswordHasher(time_cost=1, memory_cost=64).hash(SENTENCE)
    with db.transaction() as session:
        account = queries.account(session, account_id)
        account.password_hash = old
    with db.transaction() as session:
        assert service.check_password(session, email=account.email, password=SENTENCE, address=None, now=NOW)
    with db.reading() as session:
        renewed = queries.account(session, account_id).password_hash
    assert renewed is not None
    assert not passwords.outdated(renewed)
    assert passwords.matches(renewed, SENTENCE)


def test_the_second_factor_does_not_open_in_another_account(db: Database) -> None:
    account_id, secret = ready(db)
    other = opened(db, "taro@example.jp")
    with db.transaction() as session:
        stolen = queries.account(session, other.id)
        stolen.totp_secret = queries.account(session, account_id).totp_secret
        stolen.state = queries.account(session, account_id).state
    with pytest.raises(SealBrokenError), db.transaction() as session:
        service.check_code(
            session, other.id, code=pyotp.TOTP(secret).at(NOW), vault=VAULT, address=None, now=NOW
        )


def test_the_log_of_an_account_tells_its_life_without_its_secrets(db: Database) -> None:
    account_id, secret = ready(db)
    with db.transaction() as session:
        service.disable(session, account_id, by=THE_HUB, now=NOW)
    with db.reading() as session:
        entries = session.scalars(sa.select(Entry).order_by(Entry.number)).all()
    assert [entry.action for entry in entries] == ["account.opened", "account.set-up", "account.disabled"]
    told = str([entry.details for entry in entries])
    assert not any(word in told for word in (secret, SENTENCE, "hanako"))
