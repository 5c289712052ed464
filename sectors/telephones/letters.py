"""Mail about a change of a telephone number, and the worker's part: the instant from which it counts."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hub.core.instance import Instance
from hub.core.letters import Letter
from sectors.telephones import service

LETTERS: dict[str, Letter] = {
    "telephone-proposed": Letter(
        ja="貴組織の連絡窓口の電話番号について、変更の申出がありました。心当たりがない場合は、次のページで直ちに取り消してください。",
        en="A new telephone number was proposed for one of your contacts. If you did not expect this, refuse "
        "it at once on this page.",
    ),
    "telephone-to-approve": Letter(
        ja="連絡窓口の電話番号の変更が、別の担当者による承認を待っています。次のページで確認してください。",
        en="A change of a contact's telephone number waits for another person's approval on this page.",
    ),
    "telephone-approved": Letter(
        ja="貴組織の連絡窓口の電話番号の変更が承認されました。24時間後に有効になります。心当たりがない場合は、次のページで直ちに取り消してください。",
        en="The new telephone number of one of your contacts was approved and counts in 24 hours. If you did "
        "not expect this, refuse it at once on this page.",
    ),
    "telephone-refused": Letter(
        ja="貴組織の連絡窓口の電話番号の変更は取り消されました。これまでの番号が引き続き有効です。",
        en="The new telephone number of one of your contacts was refused. The present number stays.",
    ),
}


def count(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Let an approved number count; the job `telephone.count`."""
    with hub.db.transaction() as session:
        service.count(session, uuid.UUID(values["change_id"]), now=now)
