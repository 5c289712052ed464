"""Letters to a person about the own account: whoever changes something there does not do so unseen."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from hub.accounts.models import Account
from hub.core import outbox

PATH = "/account/sessions"


def tell(
    session: orm.Session,
    account: Account,
    letter: str,
    *,
    now: datetime,
    occasion: uuid.UUID | None = None,
    path: str = PATH,
) -> None:
    """Promise a letter about something that happened to an account; an `occasion` is told once."""
    outbox.promise(
        session,
        "letter",
        now=now,
        key=f"{letter}/{occasion}/{account.id}" if occasion else None,
        letter=letter,
        to=account.email,
        path=path,
        occasion=occasion or uuid.uuid4(),
    )
