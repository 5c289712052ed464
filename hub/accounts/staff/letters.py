"""Mail about changes that need two people, and the worker's part: the instant from which one counts."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hub.accounts.staff import service
from hub.core.instance import Instance
from hub.core.letters import Letter, Letters

LETTERS: Letters = {
    "staff-proposed": Letter(
        ja="アカウントの開設、役割の変更又は再設定の申出がありました。別の担当者の承認を経て有効になります。"
        "心当たりがない場合は、直ちに優先情報ハブのシステム管理者に連絡してください。",
        en="An account is to be opened, to get another role or to be set up anew; another person has to "
        "approve it. If you do not know of it, call the administrators of the hub at once.",
    ),
    "staff-approved": Letter(
        ja="アカウントの開設、役割の変更又は再設定が承認されました。24時間後に有効になります。"
        "心当たりがない場合は、それまでに優先情報ハブのシステム管理者に連絡し、取り消してください。",
        en="The opening, another role or a new set-up of an account was approved and counts in 24 hours. If "
        "you do not know of it, have it refused by the administrators of the hub before then.",
    ),
    "staff-refused": Letter(
        ja="アカウントの開設、役割の変更又は再設定は取り消されました。これまでの状態が引き続き有効です。",
        en="The opening, another role or a new set-up of an account was refused. Everything stays as it was.",
    ),
}


def count(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Let an approved change count; the job `staff.count`."""
    with hub.db.transaction() as session:
        service.count(session, uuid.UUID(values["change_id"]), now=now)
