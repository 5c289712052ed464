"""Who plays in the year: bodies of every sector with their members, all of them made up."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.demo.cast import BodyPart, corporate_number
from sectors.applications.submission import FORM_VERSION, BodyKind, Submission
from sectors.bodies.details import BodyDetails, ContactDetails, OperatorDetails
from sectors.bodies.models import ContactKind
from sectors.catalogue.shipped import SECTORS
from sectors.requirements.measures import Measure
from sectors.requirements.models import Requirement

EDITION = "重要インフラのサイバーセキュリティに係る行動計画（令和6年3月改定）"
HOW = "情報取扱規程により管理する。"
KINDS = ("ISAC", "協議会", "連合会", "協会")
FEWEST_MEMBERS = 2
WITH_MEMORANDUM, CRITICAL = 0.9, 0.95  # of the members


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A body and how many members it has."""

    body: BodyPart
    members: int

    @property
    def email(self) -> str:
        """Return the address of its main contact."""
        return f"contact@{self.body.domain}"


def parts(rng: random.Random, *, bodies: int, members: int) -> list[Part]:
    """Return so many bodies, turn by turn of every sector, that have so many members together."""
    weights = [rng.uniform(0.3, 2.0) for _ in range(bodies)]
    spare = members - FEWEST_MEMBERS * bodies
    counts = [FEWEST_MEMBERS + int(spare * each / sum(weights)) for each in weights]
    counts[0] += members - sum(counts)
    return [Part(body=_body(number), members=count) for number, count in enumerate(counts, start=1)]


def submission(part: Part, rng: random.Random, *, on: date) -> Submission:
    """Return what the body applies with; its only contact is who applies."""
    body = part.body
    contact = ContactDetails(
        kind=ContactKind.MAIN,
        name=f"{body.sector_ja}窓口 {body.number}",
        department="情報共有室",
        email=part.email,
        telephone=f"03-{5000 + body.number}-0001",
    )
    details = BodyDetails(
        name_ja=body.name,
        name_en=body.name_en,
        corporate_number=body.corporate_number,
        address="東京都千代田区霞が関一丁目1番1号",
        representative="代表理事 見本 太郎",
        is_operator=False,
        sectors=(body.sector,),
        contacts=(contact,),
        operators=tuple(_members(part, rng, on=on)),
        measures=tuple(measures()),
        roster_edition=EDITION,
    )
    return Submission(form_version=FORM_VERSION, body_kind=BodyKind.ISAC, details=details)


def measures() -> Sequence[Measure]:
    """Return how a body meets the three requirements."""
    return [
        Measure(
            requirement=each,
            how="情報取扱規程により管理する。",
            by_whom="情報管理責任者",
            evidence="規程 第3章",
        )
        for each in Requirement
    ]


def _body(number: int) -> BodyPart:
    sector = SECTORS[(number - 1) % len(SECTORS)]
    kind = KINDS[(number - 1) // len(SECTORS) % len(KINDS)]
    return BodyPart(
        number=number,
        name=f"{sector.ja}{kind}",
        sector=sector.code,
        sector_ja=sector.ja,
        sector_en=sector.en,
    )


def _members(part: Part, rng: random.Random, *, on: date) -> list[OperatorDetails]:
    return [
        OperatorDetails(
            name=f"{part.body.sector_ja}事業者{number}株式会社",
            corporate_number=corporate_number(part.body.number * 10_000 + number),
            sector_code=part.body.sector,
            critical=number <= FEWEST_MEMBERS or rng.random() < CRITICAL,
            memorandum_on=on if number <= FEWEST_MEMBERS or rng.random() < WITH_MEMORANDUM else None,
        )
        for number in range(1, part.members + 1)
    ]
