"""What an advisory says, as values: the one shape that drafts keep, forms fill and formats write out.

Everything here is frozen and checks nothing but its own form. `to_json` and `from_json` are what is
sealed at rest. A field that the product developer does not provide is named in `not_provided`, so that
a reader can tell "not told" from "forgotten".
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cattrs.preconf.orjson import make_converter

from feeds.formats.clock import ClockMove, ClockStatus
from feeds.formats.tlp import Tlp
from hub.core.converting import prepare

DRILL = "drill"  # where machines read a notice's kind
OUR_SYSTEM = "priority-information"  # the issuer of tracking IDs


class Kind(StrEnum):
    """What a notice is to the one before it (the words of the subject tag)."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    DATE = "date"
    WITHDRAWN = "withdrawn"
    LIFTED = "lifted"


class CountermeasureKind(StrEnum):
    """A fix removes the weakness, a workaround avoids it, a verification shows that either works."""

    FIX = "fix"
    WORKAROUND = "workaround"
    VERIFICATION = "verification"


class SignatureType(StrEnum):
    """Detection languages of STIX 2.1's pattern-type-ov that the hub carries."""

    STIX = "stix"
    SNORT = "snort"
    SURICATA = "suricata"
    YARA = "yara"
    SIGMA = "sigma"


class Exploitation(StrEnum):
    """SSVC's decision point "exploitation".

    The three decision points that do not depend on who reads them are those of CISA's SSVC tree (CISA
    Stakeholder-Specific Vulnerability Categorization Guide, November 2022); its mission impact is each
    operator's own to judge.
    """

    NONE = "none"
    POC = "poc"
    ACTIVE = "active"
    UNKNOWN = "unknown"


class Automatable(StrEnum):
    """SSVC's decision point "automatable": whether reconnaissance to exploitation can be automated."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


class TechnicalImpact(StrEnum):
    """SSVC's decision point "technical impact": how much of the system an attacker controls."""

    PARTIAL = "partial"
    TOTAL = "total"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in Japanese, in English or in both."""

    ja: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self.ja or self.en)

    def best(self, language: str = "ja") -> str:
        """Return the text in this language, or else in the other one."""
        return (self.en or self.ja) if language == "en" else (self.ja or self.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An affected product; `versions` in the developer's own words ("< 4.2"), `id` as CSAF's product_id."""

    vendor: str
    name: str
    versions: str = ""
    cpe: str = ""
    purl: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A CVSS rating; the number is computed from the vector, never typed."""

    version: str
    vector: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """One weakness of the products: a CVE, or an issue that has no number yet.

    `affected` and `fixed` name products by their `id`; `affected` None means all that are not fixed.
    """

    title: str
    cve: str = ""
    description: Text = field(default_factory=Text)
    cwes: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    affected: tuple[str, ...] | None = None
    fixed: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return what a person calls it: the CVE, or the title while there is none."""
        return self.cve or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Countermeasure:
    """Something that an operator can do about it.

    `products` names by id, and `vulnerabilities` by label, what it is for; empty means all.
    """

    kind: CountermeasureKind
    text: Text
    url: str = ""
    products: tuple[str, ...] = ()
    vulnerabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A detection rule with what it detects."""

    type: SignatureType
    pattern: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where more is told."""

    summary: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The whole of one revision's text; `sector_texts` maps a sector's code to the impact on it.

    `news` is what this revision tells that those before it, or notices of the same matter, did not.
    """

    title: Text
    summary: Text = field(default_factory=Text)
    products: tuple[Product, ...] = ()
    vulnerabilities: tuple[Vulnerability, ...] = ()
    attack_method: Text = field(default_factory=Text)
    exploitation: Exploitation = Exploitation.UNKNOWN
    automatable: Automatable = Automatable.UNKNOWN
    technical_impact: TechnicalImpact = TechnicalImpact.UNKNOWN
    likelihood: Text = field(default_factory=Text)
    impact: Text = field(default_factory=Text)
    sector_texts: dict[str, Text] = field(default_factory=dict)
    countermeasures: tuple[Countermeasure, ...] = ()
    signatures: tuple[Signature, ...] = ()
    references: tuple[Reference, ...] = ()
    acknowledgements: tuple[str, ...] = ()
    not_provided: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    news: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorName:
    """A sector as the formats write it."""

    code: str
    ja: str
    en: str
    stix_sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """The same matter's number elsewhere: issuer ("cve", "jvn", "npa", ...) and number."""

    issuer: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One release, complete: what every format is a pure function of.

    `matter_secret` (32 bytes) feeds the ids of the STIX objects; `created` is when the matter began,
    `released_at` when this revision left, both aware UTC; `earlier` is when revisions 1, 2, ... left,
    `moves` how the publication date that recipients were told has changed, the oldest first.
    A drill is a first notice that says so everywhere.
    """

    tracking_id: str
    revision: int
    kind: Kind
    tlp: Tlp
    aliases: tuple[Alias, ...]
    content: Content
    publication_at: datetime
    clock_status: ClockStatus
    created: datetime
    released_at: datetime
    matter_secret: bytes = field(repr=False)
    earlier: tuple[datetime, ...] = ()
    moves: tuple[ClockMove, ...] = ()
    drill: bool = False

    @property
    def same_matters(self) -> tuple[str, ...]:
        """Return the other tracking IDs of this matter: it was first notified under them as well."""
        return tuple(each.number for each in self.aliases if each.issuer == OUR_SYSTEM)

    @property
    def kind_word(self) -> str:
        """Return what machines read as its kind."""
        return DRILL if self.drill else self.kind.value


def decision_points(content: Content) -> dict[str, str]:
    """Return SSVC's decision points that are known, by their names."""
    points: dict[str, StrEnum] = {
        "exploitation": content.exploitation,
        "automatable": content.automatable,
        "technical impact": content.technical_impact,
    }
    return {name: point.value for name, point in points.items() if point.value != "unknown"}


def affected_by(content: Content, vulnerability: Vulnerability) -> tuple[Product, ...]:
    """Return the products that this vulnerability affects."""
    if vulnerability.affected is None:
        return tuple(p for p in content.products if not p.id or p.id not in vulnerability.fixed)
    return tuple(p for p in content.products if p.id in vulnerability.affected)


def affected_products(content: Content) -> tuple[Product, ...]:
    """Return the products that any vulnerability affects; all, while no vulnerability is written."""
    if not content.vulnerabilities:
        return content.products
    hit = {p for vulnerability in content.vulnerabilities for p in affected_by(content, vulnerability)}
    return tuple(p for p in content.products if p in hit)


_converter = make_converter()
prepare(_converter, Content)


def to_json(content: Content) -> bytes:
    """Write the content as the JSON that is sealed at rest."""
    return _converter.dumps(content)


def from_json(document: bytes) -> Content:
    """Read what `to_json` wrote."""
    return _converter.loads(document, Content)
