"""Making packages: what the worker does, since it alone can sign, and believes nothing but passkeys.

What a package holds is made from the statement that two coordinators signed. It is made outside of any
transaction, and whether it may be made is asked before and again when it is stored.
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import orm

from feeds.advisories import queries as advisories
from feeds.delivery import alarms, packing
from feeds.delivery.signing import signer_of
from feeds.delivery.telling import Told
from feeds.delivery.vouched import NotVouchedError, Vouched, vouched
from feeds.dissemination import at_rest, parcel, passing, queries
from feeds.dissemination.footer import Footer
from feeds.dissemination.mail import Passed
from feeds.dissemination.models import MemberCertificate, MemberPackage
from feeds.dissemination.parcel import Inside
from feeds.dissemination.passing import Why
from feeds.dissemination.service import JOB, PURPOSE
from feeds.dissemination.states import MOVES, Move, State
from feeds.links import service as links
from hub.core import audit, outbox, stamps
from hub.core.audit import THE_HUB, Actor
from hub.core.instance import Instance
from hub.core.machine import step
from keys.fingerprints import grouped
from keys.gate import is_usable
from keys.sealing import CertificateUnusableError, seal
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

AGAIN = timedelta(minutes=10)
LINK_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that a package is made from, as it stood when it was read; no certificate: the member has none."""

    inside: Inside
    certificate: MemberCertificate | None


def make(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Make one package; the job `package.make`. A second time changes nothing.

    Raises:
        IncompleteError: this machine has no Japanese font.
        SealingFailedError: sealing failed; the job is tried again later.

    """
    package_id = uuid.UUID(values["package_id"])
    with hub.db.transaction() as session:
        draft = _read(session, package_id, hub=hub, now=now)
    if draft is None:
        return
    content = parcel.archive(draft.inside, at=now)
    if draft.certificate is not None:
        try:
            signer = signer_of(hub.config)
            content = seal(content, certificate=draft.certificate, signer=signer, now=now)
        except CertificateUnusableError:
            _refuse(hub, package_id, now=now)
            return
    with hub.db.transaction() as session:
        _store(session, package_id, draft, content, hub=hub, now=now)


def _read(session: orm.Session, package_id: uuid.UUID, *, hub: Instance, now: datetime) -> Draft | None:
    """Return what to make, or None: it is made or not ordered any more, may not be made, or not yet."""
    package = _ordered(session, package_id)
    if package is None:
        return None
    body, certificate = bodies.body(session, package.body_id), queries.certificate(session, package.member_id)
    why = _why_not(session, package, body, certificate, now=now)
    if why is not None:
        _not_made(session, package, why, now=now)
        return None
    try:
        believed = vouched(session, advisories.release(session, package.release_id), hub=hub, now=now)
    except NotVouchedError:
        alarms.raise_alarm(session, "release.not-vouched", package.release_id, path="/delivery", now=now)
        outbox.promise(session, JOB, now=now, due_at=now + AGAIN, package_id=package_id)
        return None
    if believed.statement.addressed(body.id) is None:
        _not_made(session, package, Why.STANDING, now=now)
        return None
    pack = packing.details_for_members(session, body, config=hub.config)
    inside = Inside(
        told=_told(believed, package, body),
        made=believed.made,
        footer=Footer(number=package.copy_number, member=package.member.name, body=body.name_ja),
        pack=pack,
    )
    return Draft(inside=inside, certificate=certificate)


def _ordered(session: orm.Session, package_id: uuid.UUID) -> MemberPackage | None:
    of = {"of": MemberPackage}
    package = session.get(MemberPackage, package_id, with_for_update=of, populate_existing=True)
    if package is None or package.state is not State.ORDERED or not stamps.genuine(session, package):
        return None
    return package


def _why_not(
    session: orm.Session,
    package: MemberPackage,
    body: Body,
    certificate: MemberCertificate | None,
    *,
    now: datetime,
) -> Why | None:
    """Return why a package may not be made; a certificate that cannot be used never means unsealed."""
    release = advisories.release(session, package.release_id)
    why = passing.refused(session, release, body, now=now) or passing.barred(package.member, now=now)
    if why is None and certificate is not None:
        sound = is_usable(certificate, now) and stamps.genuine(session, certificate)
        return None if sound else Why.CERTIFICATE
    return why


def _told(believed: Vouched, package: MemberPackage, body: Body) -> Told:
    """Return what the member is told: of the body's sectors its own."""
    texts = believed.statement.texts_for(body.id)
    own = tuple((sector, text) for sector, text in texts if sector.code == package.member.sector_code)
    return Told(notice=believed.notice, sectors=own)


def _store(
    session: orm.Session, package_id: uuid.UUID, draft: Draft, content: bytes, *, hub: Instance, now: datetime
) -> None:
    package = _ordered(session, package_id)
    if package is None:
        return  # another worker was faster
    body, certificate = bodies.body(session, package.body_id), queries.certificate(session, package.member_id)
    held = draft.certificate.fingerprint if draft.certificate else None
    if (certificate.fingerprint if certificate else None) != held:
        outbox.promise(session, JOB, now=now, package_id=package_id)  # brought meanwhile: made anew with it
        return
    why = _why_not(session, package, body, certificate, now=now)
    if why is not None:
        _not_made(session, package, why, now=now)
        return
    _keep(session, package, draft, content, hub=hub, now=now)
    package.state, package.made_at, package.fingerprint = step(MOVES, package.state, Move.MAKE), now, held
    audit.record(
        session, "package.made", by=THE_HUB, subject=package.id, concerns=body.organisation_id, now=now
    )


def _keep(
    session: orm.Session,
    package: MemberPackage,
    draft: Draft,
    content: bytes,
    *,
    hub: Instance,
    now: datetime,
) -> None:
    """Seal the files, and the text of the mail with a new link, into the row."""
    by = Actor(account_id=package.ordered_by)
    token = links.issue(
        session, package.id, purpose=PURPOSE, expires_at=now + LINK_LIFE, key=hub.token_key, by=by, now=now
    )
    inside, held = draft.inside, draft.certificate
    mail = Passed(
        notice=inside.told.notice,
        footer=inside.footer,
        file=parcel.file_name(inside.told.notice, package.copy_number, sealed=held is not None),
        sha256=hashlib.sha256(content).hexdigest(),
        link=f"{hub.config.base_url}/received/{token}",
        hub=inside.pack.fingerprint,
        fingerprint=grouped(held.fingerprint) if held else None,
    )
    package.document = hub.vault.seal(content, place=at_rest.place(package.id, "document"))
    package.mail = hub.vault.seal(mail.text.encode(), place=at_rest.place(package.id, "mail"))


def _not_made(session: orm.Session, package: MemberPackage, why: Why, *, now: datetime) -> None:
    package.state, package.reason = step(MOVES, package.state, Move.REFUSE), why
    audit.record(session, "package.not-made", by=THE_HUB, subject=package.id, now=now, reason=why)


def _refuse(hub: Instance, package_id: uuid.UUID, *, now: datetime) -> None:
    """Note that the member's certificate turned out, at sealing, to be none that can be sealed to."""
    with hub.db.transaction() as session:
        package = _ordered(session, package_id)
        if package is not None:
            _not_made(session, package, Why.CERTIFICATE, now=now)
