"""Plain mail that says nothing: a subject tag, a sentence, a link to sign in. For people, in ja and en.

What a letter says is fixed text of its subject (`sectors/applications/letters.py` and so on); only the
link differs. Whatever is secret goes by encrypted mail instead.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from hub.core.wrapping import wrapped

SUBJECT = "[PRIORITY][ACTION] 優先情報提供 要対応"
FOOTER_JA = "このメールには優先情報の内容は含まれていません。心当たりがない場合は破棄してください。"
FOOTER_EN = "This mail holds no priority information. If you did not expect it, discard it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one kind of letter says, in both languages; a sentence or two."""

    ja: str
    en: str


Letters = Mapping[str, Letter]


def compose(letter: Letter, *, to: str, sender: str, link: str, key: str, now: datetime) -> bytes:
    """Return the finished mail; `key` names the occasion, so that a repeat has the same Message-ID."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = sender
    message["To"] = to
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(now)
    domain = sender.rpartition("@")[2]
    message["Message-ID"] = f"<{hashlib.sha256(f'{key} {to}'.encode()).hexdigest()[:40]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    text = f"{letter.ja}\n\n{link}\n\n{FOOTER_JA}\n\n--\n\n{letter.en}\n\n{link}\n\n{FOOTER_EN}\n"
    message.set_content(wrapped(text), charset="utf-8", cte="base64")
    return message.as_bytes()
