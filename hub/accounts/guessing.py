"""Guesses of passwords and codes: counted in the database, over all processes, and refused when too many."""

from datetime import datetime, timedelta

from sqlalchemy import orm

from hub.accounts import queries
from hub.accounts.models import Failure
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import NotAllowedError

AN_HOUR = timedelta(hours=1)
MOST_FAILURES = 10  # an hour and mail address; OWASP ASVS 4.0.3, 2.2.1 allows 100
MOST_FAILURES_FROM_ADDRESS = 100  # an hour and network address: behind one may sit a whole office


def count_failure(session: orm.Session, email: str, *, address: str | None, now: datetime) -> None:
    """Count a refused sign-in against the mail address typed and the network address."""
    session.add(Failure(email=email.strip().lower()[:254], address=address, at=now))
    account = queries.account_by_email(session, email)  # what was typed may be a secret: only its account
    audit.record(
        session,
        "account.refused",
        by=Actor(address=address),
        subject=account.id if account else None,
        concerns=account.organisation_id if account else None,
        now=now,
    )


def refuse_too_many(session: orm.Session, email: str, *, address: str | None, now: datetime) -> None:
    """Refuse to look at one more attempt.

    Raises:
        NotAllowedError: too many failures in the last hour.

    """
    since = now - AN_HOUR
    if (
        queries.failures(session, email, since=since) >= MOST_FAILURES
        or queries.failures_from(session, address, since=since) >= MOST_FAILURES_FROM_ADDRESS
    ):
        raise NotAllowedError("Too many attempts. Try again in an hour")
