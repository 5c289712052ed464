"""Who plays: staff, and sector bodies with their people and member operators. All of it is made up."""

from dataclasses import dataclass
from itertools import cycle, islice

from hub.demo.errors import DemoError
from sectors.bodies.corporate_number import is_valid
from sectors.catalogue.shipped import SECTORS, Shipped

FEWEST = 3  # two that are addressed by every advisory, and one by none
FIRST, SECOND, LAST = "electricity", "water", "petroleum"
MEMBERS = 3
STAFF = (
    ("administrator", "admin@jpcert.example.jp", "運用 管理"),
    ("reviewer", "reviewer@ipa.example.jp", "受付 花子"),
    ("coordinator", "coordinator1@jpcert.example.jp", "調整 一郎"),
    ("coordinator", "coordinator2@jpcert.example.jp", "調整 二葉"),
    ("auditor", "auditor@jpcert.example.jp", "監査 三郎"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """What a body is called and where it belongs; `number` counts from 1."""

    number: int
    name: str
    sector: str
    sector_ja: str
    sector_en: str

    @property
    def name_en(self) -> str:
        """Return its English name."""
        return f"{self.sector_en} ISAC {self.number}"

    @property
    def domain(self) -> str:
        """Return the domain of its mail addresses."""
        return f"isac{self.number}.{self.sector}.example.jp"

    @property
    def corporate_number(self) -> str:
        """Return a well-formed number that belongs to nobody."""
        return corporate_number(self.number)

    @property
    def roster(self) -> str:
        """Return the list of its member operators, as a spreadsheet would give it."""
        lines = (
            f"{self.sector_ja}事業者{place}株式会社,{corporate_number(self.number * 100 + place)},"
            f"{self.sector_ja},はい,2026-04-01"
            for place in range(1, MEMBERS + 1)
        )
        return "\n".join(lines)


def bodies(count: int) -> list[BodyPart]:
    """Return the bodies: the first two are addressed by every advisory, the last by none.

    Raises:
        DemoError: there are too few to show that.

    """
    if count < FEWEST:
        raise DemoError(f"the demo needs at least {FEWEST} bodies")
    by_code = {sector.code: sector for sector in SECTORS}
    between = [sector for sector in SECTORS if sector.code not in {FIRST, SECOND, LAST}]
    chosen = [by_code[FIRST], by_code[SECOND], *islice(cycle(between), count - FEWEST), by_code[LAST]]
    return [
        _part(number, sector, name=f"{sector.ja}ISAC{f' {number}' if number > len(between) + 2 else ''}")
        for number, sector in enumerate(chosen, start=1)
    ]


def applicant_only() -> BodyPart:
    """Return a body whose application is still under review."""
    return _part(999, next(sector for sector in SECTORS if sector.code == "medical"), name="地域病院ISAC")


def corporate_number(serial: int) -> str:
    """Return a number of thirteen digits whose first one is right."""
    rest = f"7000{serial:08d}"
    return next(f"{digit}{rest}" for digit in "123456789" if is_valid(f"{digit}{rest}"))


def _part(number: int, sector: Shipped, *, name: str) -> BodyPart:
    return BodyPart(number=number, name=name, sector=sector.code, sector_ja=sector.ja, sector_en=sector.en)
