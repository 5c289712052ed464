"""Mail to people about their account, and the worker's part in inviting them."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hub.accounts import queries, service
from hub.core import smtp
from hub.core.instance import Instance
from hub.core.letters import Letter, compose

INVITATION = Letter(
    ja="優先情報ハブのアカウントが用意されました。72時間以内に次のページを開き、パスワードと二要素認証を設定してください。",
    en="An account of the priority information hub is ready for you. Open this page within 72 hours "
    "and set your password and second factor.",
)


def invite(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Mail a fresh invitation; the job `account.invitation`."""
    with hub.db.transaction() as session:
        account = queries.account(session, uuid.UUID(values["account_id"]))
        token = service.new_invitation(session, account.id, key=hub.token_key, now=now)
        to = account.email
    link = f"{hub.config.base_url}/set-up/{token}"
    message = compose(INVITATION, to=to, sender=hub.config.mail.sender, link=link, key=token, now=now)
    smtp.send(message, to=to, mail=hub.config.mail)
