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

FAMILIES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田")
GIVEN = ("一郎", "花子", "健", "直美", "誠", "美咲", "拓也", "裕子", "大輔", "由美")
REVIEWED = "情報共有の会則、会員の構成及び事務局の体制を確認し、ISACに準ずる団体と認めた。"
EDITION = "重要インフラのサイバーセキュリティに係る行動計画（令和6年3月改定）"
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

    @property
    def contact(self) -> str:
        """Return the name of its main contact."""
        return full_name(self.body.number)

    @property
    def representative(self) -> str:
        """Return who signs for it."""
        return f"代表理事 {full_name(self.body.number + 50)}"

    @property
    def kind(self) -> BodyKind:
        """Return what it applies as."""
        return BodyKind.ISAC if self.body.name.endswith(KINDS[0]) else BodyKind.OTHER


def full_name(number: int) -> str:
    """Return the name of a person who does not exist; the first 120 differ."""
    return f"{FAMILIES[number % len(FAMILIES)]} {GIVEN[number // len(FAMILIES) % len(GIVEN)]}"


def parts(rng: random.Random, *, bodies: int, members: int) -> list[Part]:
    """Return so many bodies, turn by turn of every sector, that have so many members together."""
    weights = [rng.uniform(0.3, 2.0) for _ in range(bodies)]
    spare = members - FEWEST_MEMBERS * bodies
    counts = [FEWEST_MEMBERS + int(spare * each / sum(weights)) for each in weights]
    counts[0] += members - sum(counts)
    return [Part(body=_body(number), members=count) for number, count in enumerate(counts, start=1)]


def further(rng: random.Random, *, after: int, count: int, members: int) -> list[Part]:
    """Return so many more bodies, after so many, of so many members on the average."""
    return [
        Part(body=_body(number), members=rng.randint(FEWEST_MEMBERS, 2 * members))
        for number in range(after + 1, after + count + 1)
    ]


def submission(part: Part, rng: random.Random, *, on: date) -> Submission:
    """Return what the body applies with; its only contact is who applies."""
    body = part.body
    contact = ContactDetails(
        kind=ContactKind.MAIN,
        name=part.contact,
        department="情報共有室",
        email=part.email,
        telephone=f"03-{5000 + body.number}-0001",
    )
    details = BodyDetails(
        name_ja=body.name,
        name_en=body.name_en,
        corporate_number=body.corporate_number,
        address="東京都千代田区霞が関一丁目1番1号",
        representative=part.representative,
        is_operator=False,
        sectors=(body.sector,),
        contacts=(contact,),
        operators=tuple(member(part, rng, number, on=on) for number in range(1, part.members + 1)),
        measures=tuple(measures()),
        roster_edition=EDITION,
    )
    return Submission(form_version=FORM_VERSION, body_kind=part.kind, details=details)


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


def member(part: Part, rng: random.Random, number: int, *, on: date) -> OperatorDetails:
    """Return a member operator; the first ones are critical and have concluded the memorandum."""
    first = number <= FEWEST_MEMBERS
    return OperatorDetails(
        name=f"{part.body.sector_ja}事業者{number}株式会社",
        corporate_number=corporate_number(part.body.number * 10_000 + number),
        sector_code=part.body.sector,
        critical=first or rng.random() < CRITICAL,
        memorandum_on=on if first or rng.random() < WITH_MEMORANDUM else None,
    )
