"""Look-ups of matters."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from feeds.formats.content import Alias
from feeds.matters import at_rest
from feeds.matters.models import Matter, MatterAlias, PublicationMove
from hub.core.errors import NotFoundError
from hub.core.vault import SealBrokenError, Vault


def matter(session: orm.Session, matter_id: uuid.UUID, *, lock: bool = False) -> Matter:
    """Return the matter.

    Raises:
        NotFoundError: there is none of this id.

    """
    found = session.get(Matter, matter_id, with_for_update={"of": Matter} if lock else None)
    if found is None:
        raise NotFoundError("no such matter")
    return found


def by_tracking_id(session: orm.Session, tracking_id: str) -> Matter:
    """Return the matter of a tracking ID.

    Raises:
        NotFoundError: there is none.

    """
    found = session.scalar(sa.select(Matter).where(Matter.tracking_id == tracking_id))
    if found is None:
        raise NotFoundError("no such matter")
    return found


def alias_rows(session: orm.Session, matter_id: uuid.UUID) -> Sequence[MatterAlias]:
    """Return the alias rows of a matter in the order in which they became known, removed ones too."""
    return session.scalars(
        sa.select(MatterAlias).where(MatterAlias.matter_id == matter_id).order_by(MatterAlias.position)
    ).all()


def aliases(
    session: orm.Session, matter_id: uuid.UUID, *, vault: Vault, at: datetime | None = None
) -> tuple[Alias, ...]:
    """Return the matter's numbers at other issuers: those of now, or those known at an instant."""
    return tuple(
        at_rest.alias_of(row, vault=vault)
        for row in alias_rows(session, matter_id)
        if (row.removed_at is None or (at is not None and row.removed_at > at))
        and (at is None or row.added_at <= at)
    )


def moves(session: orm.Session, matter_id: uuid.UUID) -> Sequence[PublicationMove]:
    """Return the changes of the publication date, the oldest first."""
    return session.scalars(
        sa.select(PublicationMove)
        .where(PublicationMove.matter_id == matter_id)
        .order_by(PublicationMove.moved_at)
    ).all()


def every_alias(session: orm.Session, *, vault: Vault) -> dict[uuid.UUID, tuple[Alias, ...]]:
    """Return the present numbers of every matter at other issuers, by matter; but what was destroyed."""
    found: dict[uuid.UUID, tuple[Alias, ...]] = {}
    for row in session.scalars(sa.select(MatterAlias).where(MatterAlias.removed_at.is_(None))):
        with suppress(SealBrokenError):
            found[row.matter_id] = (*found.get(row.matter_id, ()), at_rest.alias_of(row, vault=vault))
    return found
