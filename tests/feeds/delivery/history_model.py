"""What the model of a history knows: who said what for whom, and which bodies stand well."""

import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feeds.advisories.draft import Draft
from feeds.formats.content import Kind, Text
from hub.accounts.models import Account
from sectors.bodies.models import Body
from tests.feeds.collections.tool import Tool
from tests.support.advisories import NOW, draft_for

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
    closed: bool = False  # merged into another
    released: list[Said] = field(default_factory=list)

    @property
    def told(self) -> frozenset[uuid.UUID]:
        return frozenset(body_id for said in self.released for body_id in said.bodies)


def new_words(kind: Kind, seats: list[Seat], at: datetime) -> tuple[Said, Draft]:
    """Write something new for these bodies: what the model knows of it, and what is typed."""
    texts = {code: word() for seat in seats for code in sorted(seat.sectors)}
    summary, method = word(), word()
    wanted = draft_for(*(seat.body for seat in seats))
    content = replace(
        wanted.content,
        summary=Text(ja=summary),
        attack_method=Text(ja=method),
        sector_texts={code: Text(ja=text) for code, text in texts.items()},
    )
    said = Said(
        kind=kind,
        words={summary: None, method: None} | {text: code for code, text in texts.items()},
        summary=summary,
        bodies=wanted.bodies,
        publication_at=at,
    )
    return said, replace(wanted, content=content, publication_at=at, moved_reason="変更")
