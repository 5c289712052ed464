"""What happens to packages: ordered for members, taken by the body, confirmed by a member, destroyed."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.advisories import queries as advisories
from feeds.advisories.models import Release
from feeds.dissemination import at_rest, passing, queries
from feeds.dissemination.models import MemberPackage
from feeds.dissemination.passing import Why
from feeds.dissemination.states import AGAIN, MOVES, Move
from feeds.links import service as links
from feeds.receipts import queries as receipts
from feeds.receipts import service as ladder
from feeds.receipts.states import MOVES as RUNGS
from feeds.receipts.states import Move as Climb
from hub.core import audit, outbox, stamps
from hub.core.audit import THE_HUB, Actor
from hub.core.errors import InputError, NotAllowedError, NotFoundError
from hub.core.machine import step
from hub.core.vault import Vault
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

JOB = "package.make"
PURPOSE = "member-package"
MOST_AT_ONCE = 1000  # packages
SENTENCES = {
    Why.STANDING: "Your body receives no notices at present, and so passes none on",
    Why.INSIDE_ONLY: "This label keeps the notice inside your body; it is not passed on",
    Why.NEWER: "There is a newer revision of this notice. Pass that one on",
    Why.NOT_CRITICAL: "It is no critical-infrastructure operator",
    Why.NO_MEMORANDUM: "No memorandum is concluded with it",
    Why.LEFT: "It has left your body",
    Why.CERTIFICATE: "Its certificate cannot be used. Bring a new one, or remove it",
}


def order(
    session: orm.Session,
    release: Release,
    body: Body,
    member_ids: Collection[uuid.UUID],
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Order a package of a release for each of these members; return how many are new.

    Raises:
        NotAllowedError: the body may not pass this release on now.
        NotFoundError: one is no present member of the body.
        InputError: one may not be given a notice, or nobody or too many are chosen.

    """
    bodies.body(session, body.id, lock=True)  # numbers of copies count one after the other
    refuse(session, release, body, now=now)
    chosen = _chosen(session, body, member_ids, now=now)
    had = {each.member_id for each in queries.packages(session, release.id, body.id)}
    fresh = [each for each in chosen if each not in had]
    for package in _numbered(session, release, body, fresh, by=by, now=now):
        session.add(package)
        session.flush()  # its id names the job
        outbox.promise(session, JOB, now=now, package_id=package.id)
        number, member = str(package.copy_number), str(package.member_id)
        audit.record(
            session, "package.ordered", by=by, subject=package.id, now=now, number=number, member=member
        )
    return len(fresh)


def _chosen(
    session: orm.Session, body: Body, member_ids: Collection[uuid.UUID], *, now: datetime
) -> list[uuid.UUID]:
    """Return these members in the order of their names, if each of them may be given a notice."""
    if not member_ids:
        raise InputError({"members": "Choose at least one member"})
    if len(member_ids) > MOST_AT_ONCE:
        raise InputError({"members": "Choose at most 1000 members at a time"})
    wanted = set(member_ids)
    chosen = [each for each in bodies.operators(session, body.id) if each.id in wanted]
    if wanted - {each.id for each in chosen}:
        raise NotFoundError("no such member operator")
    if any(passing.barred(each, now=now) for each in chosen):
        raise InputError({"members": "Choose only members that may be given a notice"})
    return [each.id for each in chosen]


def _numbered(
    session: orm.Session,
    release: Release,
    body: Body,
    members: Iterable[uuid.UUID],
    *,
    by: Actor,
    now: datetime,
) -> list[MemberPackage]:
    highest = sa.select(sa.func.max(MemberPackage.copy_number)).where(
        MemberPackage.release_id == release.id, MemberPackage.body_id == body.id
    )
    first = (session.scalar(highest) or 0) + 1
    return [
        MemberPackage(
            id=uuid.uuid4(),
            release_id=release.id,
            body_id=body.id,
            member_id=member_id,
            copy_number=number,
            ordered_at=now,
            ordered_by=by.account_id,
        )
        for number, member_id in enumerate(members, first)
    ]


def refuse(session: orm.Session, release: Release, body: Body, *, now: datetime) -> None:
    """Refuse to pass a release on where the body may not, at this instant.

    Raises:
        NotAllowedError: with the sentence that says why.

    """
    why = passing.refused(session, release, body, now=now)
    if why is not None:
        raise NotAllowedError(SENTENCES[why])


def order_again(
    session: orm.Session, package: MemberPackage, body: Body, *, by: Actor, now: datetime
) -> None:
    """Have a package made anew: with the member's present certificate and a new link; the old one is void.

    Raises:
        NotAllowedError: the body may not pass it on now, or the member may not be given it.
        IllegalMoveError: the member has confirmed already, or it is being made.

    """
    _refuse_member(session, package, body, now=now)
    package.state = step(MOVES, package.state, Move.ORDER)
    package.reason = package.document = package.mail = package.fingerprint = None
    package.made_at = package.taken_at = None
    package.ordered_at, package.ordered_by = now, by.account_id
    links.revoke(session, package.id, purpose=PURPOSE, now=now)
    outbox.promise(session, JOB, now=now, package_id=package.id)
    audit.record(session, "package.ordered", by=by, subject=package.id, now=now, again="yes")


def may_order_again(package: MemberPackage) -> bool:
    """Tell whether a package can be made anew."""
    return package.state in AGAIN


def take(
    session: orm.Session, package: MemberPackage, body: Body, *, vault: Vault, by: Actor, now: datetime
) -> bytes:
    """Hand a package to its body, and note it.

    Raises:
        NotAllowedError: the body may not pass it on now, or the member may not be given it.
        IllegalMoveError: it is not made, or was destroyed.

    """
    _refuse_member(session, package, body, now=now)
    package.state = step(MOVES, package.state, Move.TAKE)
    package.taken_at = package.taken_at or now
    audit.record(session, "package.taken", by=by, subject=package.id, now=now)
    return at_rest.document_of(package, vault=vault)


def _refuse_member(session: orm.Session, package: MemberPackage, body: Body, *, now: datetime) -> None:
    refuse(session, advisories.release(session, package.release_id), body, now=now)
    why = passing.barred(package.member, now=now)
    if why is not None:
        raise NotAllowedError(SENTENCES[why])


def confirm(session: orm.Session, token: str, *, key: bytes, by: Actor, now: datetime) -> None:
    """Note that a member has received its package; the link works this once.

    Raises:
        NotFoundError: the link is unknown, used, replaced or over; which of them is not told.

    """
    package_id = links.redeem(session, token, purpose=PURPOSE, key=key, now=now)
    package = session.get(MemberPackage, package_id, with_for_update={"of": MemberPackage})
    if package is None or not stamps.genuine(session, package):
        raise NotFoundError("no such link")
    package.state = step(MOVES, package.state, Move.CONFIRM)
    package.reached_at = now
    organisation = bodies.body(session, package.body_id).organisation_id
    audit.record(session, "package.reached", by=by, subject=package.id, concerns=organisation, now=now)
    session.flush()  # it counts in what follows
    _climb(session, package, now=now)


def _climb(session: orm.Session, package: MemberPackage, *, now: datetime) -> None:
    """Let the receipt ladder tell at least how many members have confirmed, once the body has answered."""
    release = advisories.release(session, package.release_id)
    stands = receipts.ladder(session, release.id, package.body_id)
    told = stands.disseminated.operators if stands.disseminated else 0
    count = queries.reached(session, package.body_id, release.advisory_id)
    if count > told and (stands.step, Climb.DISSEMINATE) in RUNGS:
        ladder.disseminate(session, release, package.body_id, count, by=THE_HUB, now=now)


def destroyed(session: orm.Session, package: MemberPackage, *, now: datetime) -> None:
    """Note that a package was destroyed because its period is over; its link works no more.

    Raises:
        IllegalMoveError: it was never made, or is destroyed already.

    """
    package.state = step(MOVES, package.state, Move.DESTROY)
    links.revoke(session, package.id, purpose=PURPOSE, now=now)
