"""The outer subject of every mail: an ASCII tag that any mail rule can match, and a Japanese tail.

It stands in clear in the raw header, so it never tells product, vendor, CVE, severity, sector or deadline.
"""

from enum import StrEnum

from feeds.formats.tlp import Tlp


class MailKind(StrEnum):
    """What a mail is: the kinds of a notice, and two that carry none."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    DATE = "date"
    WITHDRAWN = "withdrawn"
    LIFTED = "lifted"
    REMINDER = "reminder"
    ACTION = "action"


WORDS = {
    MailKind.NEW: "第一報",
    MailKind.UPDATE: "続報",
    MailKind.CORRECTION: "訂正",
    MailKind.DATE: "公表日変更",
    MailKind.WITHDRAWN: "取下げ",
    MailKind.LIFTED: "取扱制限の解除",
    MailKind.REMINDER: "再通知",
    MailKind.ACTION: "要対応",
}


def subject_tag(
    kind: str,
    tlp: Tlp | None = None,
    tracking_id: str | None = None,
    revision: int | None = None,
    *,
    drill: bool = False,
) -> str:
    """Return the tag, such as `[PRIORITY][TLP:AMBER][PI-2026-7K3QX r2][UPDATE]`.

    `kind` is a `MailKind` or a `Kind` of content. A mail about no matter (an expiring key) leaves out
    TLP and tracking ID.
    """
    parts = ["DRILL" if drill else "PRIORITY"]
    if tlp is not None:
        parts.append(tlp.label)
    if tracking_id is not None:
        parts.append(tracking_id if revision is None else f"{tracking_id} r{revision}")
    parts.append(MailKind(kind).name)
    return "".join(f"[{part}]" for part in parts)


def outer_subject(
    kind: str,
    tlp: Tlp | None = None,
    tracking_id: str | None = None,
    revision: int | None = None,
    *,
    drill: bool = False,
) -> str:
    """Return the whole outer subject: the tag, then 優先情報提供 and the kind's word."""
    tag = subject_tag(kind, tlp, tracking_id, revision, drill=drill)
    return f"{tag} {'【訓練】' if drill else ''}優先情報提供 {WORDS[MailKind(kind)]}"


def inner_subject(outer: str, title: str) -> str:
    """Return the true subject, which only stands inside the encryption: the outer one and the title."""
    line = "".join(character if character.isprintable() else " " for character in title)
    return f"{outer} {' '.join(line.split())}".rstrip()
