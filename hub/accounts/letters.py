"""Mail to people about their account, and the worker's part in inviting them."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hub.accounts import queries, service
from hub.core import smtp
from hub.core.instance import Instance
from hub.core.letters import Letter, Letters, compose

INVITATION = Letter(
    ja="優先情報ハブのアカウントが用意されました。72時間以内に次のページを開き、パスワードと二要素認証を設定してください。",
    en="An account of the priority information hub is ready for you. Open this page within 72 hours "
    "and set your password and second factor.",
)
LETTERS: Letters = {
    "passkey-added": Letter(
        ja="あなたのアカウントにパスキーが追加されました。心当たりがない場合は、次のページでそのパスキーを削除し、"
        "直ちに優先情報ハブの担当者に連絡してください。",
        en="A passkey was added to your account. If it was not you, remove it on this page and tell the "
        "staff of the hub at once.",
    ),
    "passkey-removed": Letter(
        ja="あなたのアカウントからパスキーが削除されました。心当たりがない場合は、次のページでセッションを確認し、"
        "直ちに優先情報ハブの担当者に連絡してください。",
        en="A passkey was removed from your account. If it was not you, look at your sessions on this page "
        "and tell the staff of the hub at once.",
    ),
    "password-changed": Letter(
        ja="あなたのアカウントのパスワードが変更され、ほかのセッションは終了しました。心当たりがない場合は、"
        "直ちに優先情報ハブの担当者に連絡してください。",
        en="The password of your account was changed, and your other sessions were ended. If it was not you, "
        "tell the staff of the hub at once.",
    ),
    "authenticator-changed": Letter(
        ja="あなたのアカウントの認証アプリが新しいものに変更され、ほかのセッションは終了しました。心当たりがない場合は、"
        "直ちに優先情報ハブの担当者に連絡してください。",
        en="Your account has another authenticator now, and your other sessions were ended. If it was not "
        "you, tell the staff of the hub at once.",
    ),
    "role-changed": Letter(
        ja="あなたのアカウントの役割が変更され、セッションは終了しました。もう一度サインインしてください。"
        "心当たりがない場合は、直ちに優先情報ハブの担当者に連絡してください。",
        en="Your account has another role, and your sessions were ended; sign in again. If you did not "
        "expect this, tell the staff of the hub at once.",
    ),
    "account-disabled": Letter(
        ja="あなたのアカウントは無効になり、サインインできなくなりました。心当たりがない場合は、"
        "優先情報ハブの担当者に連絡してください。",
        en="Your account was disabled; nobody can sign in with it. If you did not expect this, tell the "
        "staff of the hub.",
    ),
    "recovery-codes-made": Letter(
        ja="あなたのアカウントの回復コードが新しく発行され、以前のコードは無効になりました。心当たりがない場合は、"
        "直ちに優先情報ハブの担当者に連絡してください。",
        en="New recovery codes were made for your account; earlier ones are void. If it was not you, tell "
        "the staff of the hub at once.",
    ),
    "recovery-code-used": Letter(
        ja="あなたのアカウントで回復コードが1件使用されました。心当たりがない場合は、次のページでセッションを終了し、"
        "直ちに優先情報ハブの担当者に連絡してください。",
        en="A recovery code of your account was used. If it was not you, end the session on this page and "
        "tell the staff of the hub at once.",
    ),
}


def invite(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Mail a fresh invitation; the job `account.invitation`."""
    with hub.db.transaction() as session:
        account = queries.account(session, uuid.UUID(values["account_id"]))
        token = service.new_invitation(session, account.id, key=hub.token_key, now=now)
        to = account.email
    link = f"{hub.config.base_url}/set-up/{token}"
    message = compose(INVITATION, to=to, sender=hub.config.mail.sender, link=link, key=token, now=now)
    smtp.send(message, to=to, mail=hub.config.mail)
