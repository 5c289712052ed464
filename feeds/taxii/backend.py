"""What a TAXII server is given: who reads, what they may, where the rows are, and whom to tell."""

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from flask import Request
from sqlalchemy import orm

from feeds.taxii.store import Item
from hub.core.db import Rows
from hub.core.vault import Vault

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is given at once, and taken at once."""

    page_default: int = 100
    page_most: int = 1000
    body_bytes: int = 10 * 1024 * 1024
    objects: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """How the server presents itself; `base_url` without a slash at its end."""

    base_url: str
    title: str
    description: str
    contact: str
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a reader may do in a collection that they may know of; `vault` seals its objects at rest."""

    can_read: bool
    can_write: bool
    vault: Vault | None = None


class Backend(Protocol[R]):
    """Everything that this package does not decide itself. `R` is whatever stands for a reader."""

    @property
    def information(self) -> Information:
        """Return how the server presents itself."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def authenticate(self, rows: Rows, request: Request) -> R | None:
        """Return who asks, or None for 401; may raise an HTTPException for another refusal."""

    def rows(self) -> AbstractContextManager[Rows]:
        """Give what only reads."""

    def transaction(self) -> AbstractContextManager[orm.Session]:
        """Give a session that commits at the end of the block."""

    def collections(self, reader: R) -> Sequence[tuple[uuid.UUID, Rights]]:
        """Return the collections that the reader may know of, in a lasting order."""

    def right(self, reader: R, collection_id: uuid.UUID) -> Rights | None:
        """Return what the reader may do there, or None if they may not know of the collection."""

    def served(self, rows: Rows, reader: R, collection_id: uuid.UUID, items: Sequence[Item]) -> None:
        """Take note of objects that are about to leave."""

    def received(
        self, session: orm.Session, reader: R, collection_id: uuid.UUID, documents: Sequence[bytes]
    ) -> None:
        """Act on objects that were taken, in the transaction that stores them; they may come again."""

    def deleted(self, session: orm.Session, reader: R, collection_id: uuid.UUID, stix_id: str) -> None:
        """Act on an object of which versions were hidden, in the same transaction."""
