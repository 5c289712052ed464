"""The fourteen sectors that the hub ships with, and putting them into an instance.

A further sector needs a revision of the guideline, which its row cites.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import orm

from hub.core import audit
from hub.core.audit import THE_HUB
from sectors.catalogue.models import Sector

GUIDELINE = "P ガイドライン (2017-05)"
VALID_FROM = date(2017, 5, 1)  # the guideline names its month


@dataclass(frozen=True, slots=True)
class Shipped:
    """One sector as shipped; `stix` are words of STIX 2.1, 10.8 (industry-sector-ov)."""

    code: str
    ja: str
    en: str
    stix: tuple[str, ...]


SECTORS = (
    Shipped(
        "ict",
        "情報通信",
        "Information and communications",
        ("telecommunications", "communications", "technology"),
    ),
    Shipped("finance", "金融", "Finance", ("financial-services",)),
    Shipped("aviation", "航空", "Aviation", ("transportation",)),
    Shipped("airports", "空港", "Airports", ("transportation", "infrastructure")),
    Shipped("railway", "鉄道", "Railway", ("transportation",)),
    Shipped("electricity", "電力", "Electric power", ("energy", "utilities")),
    Shipped("gas", "ガス", "Gas supply", ("energy", "utilities")),
    Shipped("medical", "医療", "Medical", ("healthcare",)),
    Shipped("water", "水道", "Water", ("water", "utilities")),
    Shipped("logistics", "物流", "Logistics", ("transportation",)),
    Shipped("chemical", "化学", "Chemical", ("chemical",)),
    Shipped("credit", "クレジット", "Credit", ("financial-services",)),
    Shipped("petroleum", "石油", "Petroleum", ("energy",)),
    Shipped(
        "government",
        "政府・行政サービス",
        "Government and administrative services",
        (
            "government",
            "government-national",
            "government-regional",
            "government-local",
            "government-public-services",
        ),
    ),
)


def ship(session: orm.Session, *, now: datetime) -> None:
    """Add the shipped sectors that are missing; rows that are there stay as they are."""
    present = set(session.scalars(sa.select(Sector.code)))
    for position, each in enumerate(SECTORS, start=1):
        if each.code not in present:
            session.add(_row(each, position))
            audit.record(session, "sector.shipped", by=THE_HUB, now=now, code=each.code)
    session.flush()  # bodies and members refer to sectors by code, without a relationship


def _row(shipped: Shipped, position: int) -> Sector:
    return Sector(
        code=shipped.code,
        position=position,
        ja=shipped.ja,
        en=shipped.en,
        stix_sectors=list(shipped.stix),
        guideline=GUIDELINE,
        valid_from=VALID_FROM,
    )
