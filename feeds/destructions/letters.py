"""Mail about certificates of destruction, and the worker's part: asking for one, and reminding of it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from feeds.destructions import queries, service
from feeds.destructions.models import Cause, Destruction
from hub.core import outbox
from hub.core.clock import JST
from hub.core.instance import Instance
from hub.core.letters import Letter

NIGHT = "destructions.watch"
BEFORE = (14, 7, 1)  # days before the deadline
A_WEEK = 7  # days: how often an overdue one is asked for

LETTERS: dict[str, Letter] = {
    "destruction-requested": Letter(
        ja="優先情報の提供の終了又は停止に伴い、まだ公表されていない優先情報の廃棄と、廃棄証明の提出をお願いします。"
        "次のページで対象と期限を確認してください。",
        en="The provision to your body has ended or pauses. Destroy the information that is not published, "
        "and file a certificate of destruction. What it covers and by when is on this page.",
    ),
    "destruction-due": Letter(
        ja="廃棄証明の提出期限が近づいています。次のページから提出してください。",
        en="The certificate of destruction is due soon. File it on this page.",
    ),
    "destruction-overdue": Letter(
        ja="廃棄証明の提出期限を過ぎています。次のページを至急確認してください。",
        en="A certificate of destruction is overdue. Look at this page at once.",
    ),
    "destruction-received": Letter(
        ja="廃棄証明が提出されました。次のページで内容を確認してください。",
        en="A certificate of destruction has arrived. Look at it on this page.",
    ),
    "destruction-returned": Letter(
        ja="提出された廃棄証明に不足がありました。次のページで指摘を確認し、改めて提出してください。",
        en="Your certificate of destruction lacks something. Read the remarks on this page and "
        "file it again.",
    ),
    "destruction-accepted": Letter(
        ja="廃棄証明を受理しました。ご協力ありがとうございました。",
        en="Your certificate of destruction was accepted. Thank you.",
    ),
    "destruction-called-off": Letter(
        ja="廃棄証明の提出依頼を取り下げました。次のページで理由を確認してください。",
        en="The certificate of destruction is asked for no more. The reason is on this page.",
    ),
}


def request(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Ask a body for a certificate; the job `destruction.request`."""
    with hub.db.transaction() as session:
        body_id, cause = uuid.UUID(values["body_id"]), Cause(values["cause"])
        service.request(session, body_id, cause, occasion=values["occasion"], now=now)


def watch(hub: Instance, values: Mapping[str, str], now: datetime) -> None:  # noqa: ARG001 - as every job
    """Remind of what is due soon or overdue; the job `destructions.watch`."""
    today = now.astimezone(JST).date()
    with hub.db.transaction() as session:
        for found in queries.requested(session):
            letter, occasion = _due(found, today=today)
            if letter:
                service.tell_body(session, found, letter, now=now, occasion=occasion)
            if letter == "destruction-overdue":
                service.tell_coordinators(session, found, letter, now=now, occasion=occasion)
        outbox.promise_round(session, NIGHT, every=outbox.DAY, at=now + outbox.DAY, now=now)


def _due(found: Destruction, *, today: date) -> tuple[str, str]:
    """Return the letter that is due now and its occasion; no letter while there is time."""
    left = (found.due_on - today).days
    if left < 0:
        return "destruction-overdue", f"{found.due_on} week {(-left - 1) // A_WEEK}"
    stage = min((days for days in BEFORE if left <= days), default=None)
    return ("destruction-due", f"{found.due_on} {stage} days") if stage is not None else ("", "")
