"""Telling staff that there is something to do about an advisory: plain mail, never what it is about."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.core import outbox
from hub.core.audit import Actor


def tell(
    session: orm.Session,
    letter: str,
    pages: Mapping[Role, str],
    *,
    occasion: str,
    by: Actor,
    now: datetime,
) -> None:
    """Promise a letter to everybody of these roles but who acts: with the page to go to, once an occasion."""
    for role, path in pages.items():
        for account in accounts.active(session, role):
            if account.id != by.account_id:
                outbox.promise(
                    session,
                    "letter",
                    now=now,
                    key=f"{letter}/{occasion}/{account.id}",
                    letter=letter,
                    to=account.email,
                    path=path,
                    occasion=occasion,
                )
