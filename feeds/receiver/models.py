"""Tables of the receiver's own state file: numbers, hashes and sealed bytes, never what a notice says."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from feeds.receiver.states import State
from hub.core.db import Base as HubBase


class Base(orm.DeclarativeBase):
    """The tables of this file; the hub's are not among them."""

    metadata = sa.MetaData()
    type_annotation_map = HubBase.type_annotation_map


class Position(Base):
    """The one row that says how far the collection and the series are read."""

    __tablename__ = "position"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    began_at: Mapped[datetime]
    cursor: Mapped[str | None] = mapped_column(comment="date_added up to which the collection is read")
    furthest: Mapped[str | None] = mapped_column(
        comment="the highest cursor; below it, what is read was read before"
    )
    read_again: Mapped[bool] = mapped_column(default=False, comment="something is missing that may be there")
    started: Mapped[bool] = mapped_column(default=False, comment="the first number is known")
    first_seq: Mapped[int] = mapped_column(default=0, comment="what came before it is not this client's")
    last_seq: Mapped[int] = mapped_column(default=0)
    last_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    heartbeat_at: Mapped[datetime | None] = mapped_column(comment="when the newest heartbeat was issued")


class Taken(Base):
    """A copy that the hub has sealed for us; `sealed` is kept until the receipt has gone back."""

    __tablename__ = "taken"

    seq: Mapped[int] = mapped_column(primary_key=True)
    tracking_id: Mapped[str]
    revision: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="of the plaintext")
    state: Mapped[State]
    follows_gap: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0, comment="of handing it on, each noted before it began")
    given: Mapped[str] = mapped_column(default="", comment="names of the outlets that took it, with commas")
    sealed: Mapped[bytes | None] = mapped_column(comment="the OpenPGP message")
    taken_at: Mapped[datetime]
    handed_on_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]


class Missing(Base):
    """A number that others came after."""

    __tablename__ = "missing"

    seq: Mapped[int] = mapped_column(primary_key=True)
    noticed_at: Mapped[datetime]


class Seen(Base):
    """An object of the collection that was judged."""

    __tablename__ = "seen"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    after: Mapped[str] = mapped_column(comment="the cursor of the page that it stood on")
    good: Mapped[bool] = mapped_column(comment="it was taken, and not put aside")


class Told(Base):
    """When an alarm that lasts was told last."""

    __tablename__ = "told"

    alarm: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
