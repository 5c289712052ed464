"""Mail about an agreement, and the worker's part in sending the sample."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from hub.core.instance import Instance
from hub.core.letters import Letter
from nda.agreements import service, taking_over

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
    "agreement-remarked": Letter(
        ja="秘密保持契約のひな形に対する意見がありました。次のページで内容を確認し、回答するか、JPCERT/CCに引き継いでください。",
        en="An applicant has remarks on the sample agreement. Read them on this page, and reply or pass the "
        "documents on.",
    ),
    "agreement-replied": Letter(
        ja="秘密保持契約のひな形に対するご意見に、IPAが回答しました。次のページで回答を確認し、契約を締結できるかを改めて回答してください。",
        en="IPA has replied to your remarks on the sample agreement. Read the reply on this page and answer "
        "anew whether you can conclude it.",
    ),
    "agreement-sample-waits": Letter(
        ja="秘密保持契約のひな形への回答をお待ちしています。次のページでひな形を確認し、回答してください。",
        en="The sample agreement still waits for your answer. Read it on this page and answer.",
    ),
    "agreement-waits": Letter(
        ja="秘密保持契約の手続が、引き続き貴組織の対応を待っています。次のページで確認してください。",
        en="An agreement still waits for your organisation. Look at it on this page.",
    ),
    "agreement-ending": Letter(
        ja="秘密保持契約の期限が近づいています。期限までに更新されない場合、優先情報の提供は停止します。次のページで期限を確認してください。",
        en="An agreement ends soon. Unless it is renewed by then, no priority information is provided any "
        "more. Look at its last day on this page.",
    ),
    "agreement-renewed": Letter(
        ja="秘密保持契約を更新しました。次のページで内容を確認してください。",
        en="The agreement was renewed. Look at it on this page.",
    ),
    "agreement-amended": Letter(
        ja="秘密保持契約の変更を記録しました。次のページで内容を確認してください。",
        en="A change of the agreement was recorded. Look at it on this page.",
    ),
    "agreement-taken-over": Letter(
        ja="現在の秘密保持契約と運用の状態を優先情報ハブに引き継ぎました。招待メールからアカウントを設定し、次のページで内容を確認してください。",
        en="Your agreement in force and your operation were taken over into the priority information hub. "
        "Set up your account from the invitation, and look at the agreement on this page.",
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
    """Send the sample agreement to whom it is due now; the job `agreement.sample`."""
    with hub.db.transaction() as session:
        if "opening_id" in values:
            service.send_sample_after_opening(session, uuid.UUID(values["opening_id"]), now=now)
        else:
            service.send_sample(session, uuid.UUID(values["application_id"]), now=now)


def take_over(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Make a body that is served already, with its agreement; the job `agreement.take-over`."""
    with hub.db.transaction() as session:
        taking_over.take_over(session, uuid.UUID(values["opening_id"]), vault=hub.vault, now=now)
