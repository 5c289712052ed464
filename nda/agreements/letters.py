"""Mail about an agreement, and the worker's part in sending the sample."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hub.core.instance import Instance
from hub.core.letters import Letter
from nda.agreements import service

LETTERS: dict[str, Letter] = {
    "agreement-sample": Letter(
        ja="秘密保持契約のひな形をお送りします。次のページでひな形を確認し、同等の契約を締結できるかを回答してください。",
        en="A sample of the agreement is ready. Read it on this page and answer whether you can conclude an "
        "equivalent one.",
    ),
    "agreement-answered": Letter(
        ja="秘密保持契約のひな形に対する回答がありました。次のページで内容を確認してください。",
        en="An applicant has answered about the sample agreement. Read the answer on this page.",
    ),
    "agreement-passed-on": Letter(
        ja="IPAから秘密保持契約の締結手続が引き継がれました。次のページで書類を確認してください。",
        en="IPA has passed on the documents of an agreement. Read them on this page.",
    ),
    "agreement-sent-back": Letter(
        ja="JPCERT/CCから秘密保持契約の手続について指摘がありました。次のページで確認してください。",
        en="JPCERT/CC has sent back the documents of an agreement with remarks. Read them on this page.",
    ),
    "agreement-concluded": Letter(
        ja="秘密保持契約を締結しました。サインインし直し、次のページで内容を確認してください。続いて試行運用の準備を始めます。",
        en="The agreement was concluded. Sign in again and look at it on this page. The preparation for the "
        "trial operation begins.",
    ),
    "agreement-terminated": Letter(
        ja="秘密保持契約が終了しました。優先情報の提供は停止しています。残る義務は次のページで確認してください。",
        en="The agreement has ended, and no priority information is provided any more. Read on this page "
        "which duties remain.",
    ),
}


def send_sample(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Send the sample agreement to an accepted applicant; the job `agreement.sample`."""
    with hub.db.transaction() as session:
        service.send_sample(session, uuid.UUID(values["application_id"]), now=now)
