"""The certificate of a member: the body brings it through the same gate as its own, and vouches for it."""

import uuid
from datetime import datetime

from sqlalchemy import orm

from feeds.dissemination.models import MemberCertificate
from hub.core import audit
from hub.core.audit import Actor
from hub.core.errors import NotFoundError
from keys.gate import Certificate
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body


def bring(
    session: orm.Session, body: Body, member_id: uuid.UUID, passed: Certificate, *, by: Actor, now: datetime
) -> None:
    """Keep a certificate that has passed the gate in place of the one before, for a member of the body.

    Raises:
        NotFoundError: the body has no such member.

    """
    member = bodies.operator(session, body.id, member_id)
    row = session.get(MemberCertificate, member.id, with_for_update=True)
    if row is None:
        row = MemberCertificate(member_id=member.id)
        session.add(row)
    row.fingerprint, row.blob = passed.fingerprint, passed.blob
    row.not_after, row.algorithm = passed.not_after, passed.algorithm
    row.uploaded_at, row.uploaded_by = now, by.account_id
    audit.record(
        session,
        "member.certificate",
        by=by,
        subject=body.id,
        now=now,
        member=str(member.id),
        fingerprint=passed.fingerprint,
    )


def remove(session: orm.Session, body: Body, member_id: uuid.UUID, *, by: Actor, now: datetime) -> None:
    """Take a member's certificate out of use: its packages are handed out unencrypted from now on.

    Raises:
        NotFoundError: the body has no such member, or the member no certificate.

    """
    member = bodies.operator(session, body.id, member_id)
    row = session.get(MemberCertificate, member.id, with_for_update=True)
    if row is None:
        raise NotFoundError("no such certificate")
    session.delete(row)
    audit.record(
        session, "member.certificate-removed", by=by, subject=body.id, now=now, member=str(member.id)
    )
