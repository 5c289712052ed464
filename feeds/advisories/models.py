"""Tables of advisories: revisions while they are written, consultations, and what was released.

Whatever tells what an advisory is about - its content, who was consulted, why - is sealed by the vault.
"""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feeds.advisories.statement import Act
from feeds.advisories.states import Answer, Party, RevisionState, State
from feeds.formats.clock import ClockStatus
from feeds.formats.content import Kind
from feeds.formats.tlp import Tlp
from feeds.matters.models import Matter
from hub.core.db import Base
from hub.core.sealed import sealed
from hub.core.stamps import Stamped


class Advisory(Base):
    """A notice about a matter, through all of its revisions."""

    __tablename__ = "advisory"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    matter_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("matter.id"), unique=True)
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None]

    matter: Mapped[Matter] = relationship(lazy="joined", innerjoin=True)


class RevisionEditor(Base):
    """A person who wrote any part of a revision, and so may not release it."""

    __tablename__ = "revision_editor"

    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)


class AddressedSector(Base):
    """A sector that a revision is addressed to."""

    __tablename__ = "addressed_sector"

    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    sector_code: Mapped[str] = mapped_column(sa.ForeignKey("sector.code"), primary_key=True)


class AddressedBody(Base):
    """A body that a revision is addressed to; it serves one of the addressed sectors."""

    __tablename__ = "addressed_body"

    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("revision.id"), primary_key=True)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), primary_key=True)


class Revision(Base):
    """One revision of an advisory: written, submitted, released by another person."""

    __tablename__ = "revision"
    __table_args__ = (
        sa.Index(
            "uq_revision_advisory_id_number",
            "advisory_id",
            "number",
            unique=True,
            sqlite_where=sa.text("state <> 'dropped'"),
            postgresql_where=sa.text("state <> 'dropped'"),
        ),
        sa.CheckConstraint("number >= 1", name="number_counts"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    advisory_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("advisory.id"), index=True)
    number: Mapped[int]
    kind: Mapped[Kind]
    state: Mapped[RevisionState] = mapped_column(default=RevisionState.DRAFT)
    version: Mapped[int] = mapped_column(default=1, comment="counts saves: two writers do not overwrite")
    tlp: Mapped[Tlp | None]
    content: Mapped[bytes] = mapped_column(
        info=sealed(revision="number"), comment="feeds.formats.content as JSON, sealed by the vault"
    )
    serious_effect: Mapped[bytes] = mapped_column(
        info=sealed(), comment="why a serious effect is to be feared; sealed by the vault"
    )
    countermeasure_on: Mapped[date | None] = mapped_column(
        comment="day in Japan from which the countermeasure exists"
    )
    publication_at: Mapped[datetime | None] = mapped_column(comment="as this revision tells it")
    moved_reason: Mapped[bytes | None] = mapped_column(
        info=sealed(), comment="why the date differs from the one told; sealed by the vault"
    )
    reported: Mapped[bool | None] = mapped_column(
        comment="whether the matter came from a report to IPA; none: not said"
    )
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[uuid.UUID | None]

    editors: Mapped[list[RevisionEditor]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    sectors: Mapped[list[AddressedSector]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    bodies: Mapped[list[AddressedBody]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def editor_ids(self) -> frozenset[uuid.UUID]:
        """Return the accounts that wrote any part of it."""
        return frozenset(each.account_id for each in self.editors)

    @property
    def sector_codes(self) -> frozenset[str]:
        """Return the codes of the sectors that it is addressed to."""
        return frozenset(each.sector_code for each in self.sectors)

    @property
    def body_ids(self) -> frozenset[uuid.UUID]:
        """Return the bodies that it is addressed to."""
        return frozenset(each.body_id for each in self.bodies)


class UnsavedDraft(Base):
    """What a person has typed on the form of a draft and not saved; that person alone sees it."""

    __tablename__ = "unsaved_draft"
    __table_args__ = (sa.UniqueConstraint("account_id", "about"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    about: Mapped[uuid.UUID] = mapped_column(comment="the revision; zero for a new advisory")
    typed: Mapped[bytes] = mapped_column(
        info=sealed(), comment="names and values as JSON; sealed by the vault"
    )
    kept_at: Mapped[datetime] = mapped_column(index=True)


class Consultation(Base):
    """What IPA or a product developer said when asked; IPA's is recorded by IPA itself."""

    __tablename__ = "consultation"
    __table_args__ = (
        sa.Index(
            "uq_consultation_ipa",
            "advisory_id",
            unique=True,
            sqlite_where=sa.text("party = 'ipa'"),
            postgresql_where=sa.text("party = 'ipa'"),
        ),
        sa.CheckConstraint("(answered_on IS NULL) = (answer = 'silent')", name="silence_has_no_day"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    advisory_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("advisory.id"), index=True)
    party: Mapped[Party]
    name: Mapped[bytes] = mapped_column(info=sealed(), comment="of the party; sealed by the vault")
    asked_on: Mapped[date]
    answered_on: Mapped[date | None]
    answer: Mapped[Answer]
    reason: Mapped[bytes] = mapped_column(
        info=sealed(), comment="why it is provided despite an objection or silence; sealed by the vault"
    )
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))


class FinderNotice(Base):
    """IPA told the finder after the release, or recorded that there was no report; names nobody."""

    __tablename__ = "finder_notice"

    advisory_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("advisory.id"), primary_key=True)
    told_on: Mapped[date | None] = mapped_column(comment="day in Japan; none: there was no report to IPA")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))


class ReleaseAssertion(Base):
    """A coordinator's signature, by passkey, under the statement of a revision: once for each act."""

    __tablename__ = "release_assertion"
    __table_args__ = (sa.UniqueConstraint("revision_id", "act"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("revision.id"))
    act: Mapped[Act]
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    statement_sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the statement signed")
    assertion: Mapped[str] = mapped_column(sa.Text, comment="WebAuthn's AuthenticationResponseJSON")
    signed_at: Mapped[datetime]


class ReleaseBody(Stamped, Base):
    """A body to which a release is addressed; whether it may have it now is computed, never stored."""

    __tablename__ = "release_body"
    __stamped__ = ("release_id", "body_id")

    release_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("release.id"), primary_key=True)
    body_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("body.id"), primary_key=True, index=True)


class Release(Base):
    """What left, as it left: added once, never changed."""

    __tablename__ = "release"
    __table_args__ = (
        sa.UniqueConstraint("advisory_id", "revision"),
        sa.CheckConstraint("released_by <> drafted_by", name="second_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    advisory_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("advisory.id"), index=True)
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("revision.id"), unique=True)
    revision: Mapped[int] = mapped_column(comment="its number")
    kind: Mapped[Kind]
    tlp: Mapped[Tlp]
    publication_at: Mapped[datetime] = mapped_column(comment="as recipients were told")
    clock_status: Mapped[ClockStatus]
    bundle: Mapped[bytes] = mapped_column(
        deferred=True, info=sealed(revision="revision"), comment="the exact STIX bytes, sealed by the vault"
    )
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the exact STIX bytes")
    statement: Mapped[bytes] = mapped_column(
        deferred=True,
        info=sealed(revision="revision"),
        comment="what two coordinators signed (statement.py); sealed by the vault",
    )
    released_at: Mapped[datetime] = mapped_column(index=True)
    released_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    drafted_by: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), comment="who submitted it")

    bodies: Mapped[list[ReleaseBody]] = relationship(passive_deletes="all")

    @property
    def body_ids(self) -> frozenset[uuid.UUID]:
        """Return the bodies that it is addressed to."""
        session = orm.object_session(self)
        if session is None:
            return frozenset(each.body_id for each in self.bodies)
        rows = sa.select(ReleaseBody.body_id).where(ReleaseBody.release_id == self.id)  # no thousand objects
        return frozenset(session.scalars(rows))


@sa.event.listens_for(Release, "before_update")
@sa.event.listens_for(Release, "before_delete")
def _stays_as_it_left(_mapper: orm.Mapper[Release], _connection: sa.Connection, _release: Release) -> None:
    raise RuntimeError("a release is never changed")
