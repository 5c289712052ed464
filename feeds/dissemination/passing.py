"""May this notice be passed on, and may this member be given it? Asked anew at each use, never stored."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import orm

from feeds.advisories import audience
from feeds.advisories import queries as advisories
from feeds.advisories.models import Release
from feeds.receipts.service import INSIDE_ONLY
from hub.core.clock import JST
from sectors.bodies.models import Body, MemberOperator


class Why(StrEnum):
    """Why something is not passed on."""

    STANDING = "standing"
    INSIDE_ONLY = "inside-only"
    NEWER = "newer"
    NOT_CRITICAL = "not-critical"
    NO_MEMORANDUM = "no-memorandum"
    LEFT = "left"
    CERTIFICATE = "certificate"


def refused(session: orm.Session, release: Release, body: Body, *, now: datetime) -> Why | None:
    """Return why the body may not pass this release on now, or None.

    Only the newest revision goes on: what was withdrawn or corrected is told, and no older word of it.
    """
    if not audience.standing(session, body, now=now).ok:
        return Why.STANDING
    if release.tlp in INSIDE_ONLY:
        return Why.INSIDE_ONLY
    newest = [each for each in advisories.releases(session, release.advisory_id) if body.id in each.body_ids]
    return None if newest and newest[-1].id == release.id else Why.NEWER


def barred(member: MemberOperator, *, now: datetime) -> Why | None:
    """Return why a member may not be given a notice, or None: an operator under a memorandum may."""
    today = now.astimezone(JST).date()
    if member.left_on is not None and member.left_on <= today:
        return Why.LEFT
    if not member.critical:
        return Why.NOT_CRITICAL
    if member.memorandum_on is None or member.memorandum_on > today:
        return Why.NO_MEMORANDUM
    return None
