"""Tables of packages for member operators, and of the certificates that members have."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feeds.dissemination.states import State
from hub.core.db import Base
from hub.core.sealed import sealed
from hub.core.stamps import Stamped
from sectors.bodies.models import MemberOperator


class MemberCertificate(Stamped, Base):
    """The certificate to which a member's packages are sealed, as its body has brought it."""

    __tablename__ = "member_certificate"
    __stamped__ = ("member_id", "fingerprint", "not_after")
    __table_args__ = (sa.CheckConstraint("length(fingerprint) = 40", name="whole_fingerprint"),)

    member_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("member_operator.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(40), comment="of the primary key, upper-case hex")
    blob: Mapped[bytes] = mapped_column(comment="the minimised certificate, binary")
    not_after: Mapped[datetime | None] = mapped_column(comment="first instant at which it is unusable")
    algorithm: Mapped[str] = mapped_column(sa.String(100))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))


class MemberPackage(Stamped, Base):
    """One release for one member of a body."""

    __tablename__ = "member_package"
    __stamped__ = ("id", "release_id", "body_id", "member_id", "copy_number")
    __table_args__ = (
        sa.UniqueConstraint("release_id", "member_id"),
        sa.UniqueConstraint("release_id", "body_id", "copy_number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"))
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), index=True)
    member_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("member_operator.id"))
    copy_number: Mapped[int] = mapped_column(comment="counts at the body and release; stands in the footer")
    state: Mapped[State] = mapped_column(default=State.ORDERED)
    reason: Mapped[str | None] = mapped_column(sa.String(32), comment="why it was not made")
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime | None]
    fingerprint: Mapped[str | None] = mapped_column(
        sa.String(40), comment="certificate sealed to; none: the member has none"
    )
    document: Mapped[bytes | None] = mapped_column(info=sealed(), comment="the files, sealed by the vault")
    mail: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="the text that goes with it, with its link; sealed by the vault"
    )
    taken_at: Mapped[datetime | None] = mapped_column(comment="the body had it first")
    reached_at: Mapped[datetime | None] = mapped_column(comment="the member confirmed by its link")

    member: Mapped[MemberOperator] = relationship(lazy="joined")
