"""What the model of a history knows: who said what for whom, and which bodies stand well."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.formats.content import Kind
from hub.accounts.models import Account
from sectors.bodies.models import Body
from tests.feeds.collections.tool import Tool
from tests.support.advisories import NOW

WORD = re.compile(r"w[0-9a-f]{12}x")


def word() -> str:
    return f"w{uuid.uuid4().hex[:12]}x"


@dataclass(kw_only=True)
class Seat:
    """A body as the model knows it, with what its people and tools hold."""

    body: Body
    email: str
    account: Account
    fingerprint: str
    tool: Tool
    sectors: frozenset[str]
    receiving: bool = True
    ends_at: datetime = NOW + timedelta(days=300)

    def stands(self, now: datetime) -> bool:
        return self.receiving and now < self.ends_at


@dataclass(frozen=True, kw_only=True)
class Said:
    """One revision as it was written: its words, each with the only sector that may read it, or None."""

    kind: Kind
    words: dict[str, str | None]
    summary: str
    bodies: frozenset[uuid.UUID]
    publication_at: datetime

    def told(self, seat: Seat) -> set[str]:
        if seat.body.id not in self.bodies:
            return set()
        return {each for each, sector in self.words.items() if sector is None or sector in seat.sectors}

    def due(self, seat: Seat, now: datetime) -> bool:
        until = now if self.kind in {Kind.LIFTED, Kind.WITHDRAWN} else max(now, self.publication_at)
        return seat.body.id in self.bodies and seat.stands(now) and until < seat.ends_at


@dataclass(kw_only=True)
class Matter:
    """An advisory as the model knows it."""

    id: uuid.UUID
    tracking_id: str
    writing: Said | None = None
    editors: set[int] = field(default_factory=set)
    proposed: bool = False
    released: list[Said] = field(default_factory=list)

    @property
    def told(self) -> frozenset[uuid.UUID]:
        return frozenset(body_id for said in self.released for body_id in said.bodies)
