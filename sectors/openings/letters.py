"""Mail about a body opened without an application, and the worker's part: from when it counts."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hub.core.instance import Instance
from hub.core.letters import Letter
from sectors.openings import service

LETTERS: dict[str, Letter] = {
    "opening-proposed": Letter(
        ja="申請によらない組織の登録（例外手続又は引継ぎ）が提案され、別の担当者による承認を待っています。"
        "心当たりがない場合は、次のページで直ちに取り消してください。",
        en="A body without an application (exception route or takeover) was proposed and waits for another "
        "person's approval. If you did not expect this, refuse it at once on this page.",
    ),
    "opening-approved": Letter(
        ja="申請によらない組織の登録が承認されました。24時間後に有効になります。"
        "心当たりがない場合は、次のページで直ちに取り消してください。",
        en="A body without an application was approved and counts in 24 hours. If you did not expect this, "
        "refuse it at once on this page.",
    ),
    "opening-refused": Letter(
        ja="申請によらない組織の登録は取り消されました。次のページで確認してください。",
        en="A body without an application was refused. Look at it on this page.",
    ),
    "opening-waits": Letter(
        ja="申請によらない組織の登録が、引き続き別の担当者による承認を待っています。次のページで確認してください。",
        en="A body without an application still waits for another person's approval on this page.",
    ),
}


def count(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Let an approved opening count; the job `opening.count`."""
    with hub.db.transaction() as session:
        service.count(session, uuid.UUID(values["opening_id"]), vault=hub.vault, now=now)
