"""Links for members, who have no account: 256 random bits, kept as an HMAC, for one act before one instant.

The hub writes to no member: the body passes the link on. What a link opens holds nothing of a matter.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.links.models import MemberLink
from hub.core import stamps
from hub.core.audit import Actor
from hub.core.errors import InputError, NotFoundError
from hub.core.tokens import digest, new_token

LOOK, MOST_LOOKS = "member link", "60 per minute"  # from one address; a secret of 256 bits is not found so


def issue(
    session: orm.Session,
    subject_id: uuid.UUID,
    *,
    purpose: str,
    expires_at: datetime,
    key: bytes,
    by: Actor,
    now: datetime,
) -> str:
    """Return a new secret for one subject; those handed out before for it are worth nothing from now on.

    `purpose` keeps a link of one kind from serving as another (at most 32 characters); `key` is the hub's
    token key. The caller writes its own act into the log.

    Raises:
        InputError: it would have expired already.

    """
    if expires_at <= now:
        raise InputError({"expires_at": "The link would have expired already"})
    revoke(session, subject_id, purpose=purpose, now=now)
    token = new_token()
    session.add(
        MemberLink(
            purpose=purpose,
            subject_id=subject_id,
            digest=digest(token, key=key, purpose=purpose),
            issued_at=now,
            issued_by=by.account_id,
            expires_at=expires_at,
        )
    )
    return token


def opened(
    session: orm.Session, token: str, *, purpose: str, key: bytes, now: datetime, lock: bool = False
) -> MemberLink:
    """Return the link of this secret while it can be used.

    Raises:
        NotFoundError: there is none, or it was used, replaced, or has expired; which of them is not told.

    """
    wanted = sa.select(MemberLink).where(
        MemberLink.digest == digest(token, key=key, purpose=purpose),
        MemberLink.purpose == purpose,
        MemberLink.used_at.is_(None),
        MemberLink.revoked_at.is_(None),
        MemberLink.expires_at > now,
    )
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None or not stamps.genuine(session, found):
        raise NotFoundError("no such link")
    return found


def redeem(session: orm.Session, token: str, *, purpose: str, key: bytes, now: datetime) -> uuid.UUID:
    """Use a link up, and return what it is for.

    Raises:
        NotFoundError: it cannot be used; see `opened`.

    """
    link = opened(session, token, purpose=purpose, key=key, now=now, lock=True)
    link.used_at = now
    return link.subject_id


def revoke(session: orm.Session, subject_id: uuid.UUID, *, purpose: str, now: datetime) -> None:
    """Let no link for this subject work any more."""
    live = sa.select(MemberLink).where(
        MemberLink.subject_id == subject_id,
        MemberLink.purpose == purpose,
        MemberLink.used_at.is_(None),
        MemberLink.revoked_at.is_(None),
    )
    for link in session.scalars(live.with_for_update()):
        link.revoked_at = now


def handed_out(
    session: orm.Session, subject_ids: Collection[uuid.UUID], *, purpose: str, now: datetime
) -> frozenset[uuid.UUID]:
    """Return for which of these subjects a link is out that can be used."""
    return frozenset(
        session.scalars(
            sa.select(MemberLink.subject_id).where(
                MemberLink.subject_id.in_(subject_ids),
                MemberLink.purpose == purpose,
                MemberLink.used_at.is_(None),
                MemberLink.revoked_at.is_(None),
                MemberLink.expires_at > now,
            )
        )
    )
