"""What is collected from a CSAF document while its vulnerabilities are read one after another."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from feeds.formats.content import (
    Alias,
    Automatable,
    Countermeasure,
    CountermeasureKind,
    Exploitation,
    Reference,
    Signature,
    TechnicalImpact,
    Text,
    Vulnerability,
)
from feeds.formats.csaf_products import Products

Remedy = tuple[CountermeasureKind, str, str]  # kind, details, address
SSVC = "SSVC"  # before the name of a decision point and its value
_SSVC = re.compile(
    r"SSVC (?:exploitation: (?P<exploitation>none|poc|active|unknown)"
    r"|automatable: (?P<automatable>no|yes)|technical impact: (?P<technical_impact>partial|total))\b\.?\s*"
)


@dataclass(slots=True, kw_only=True)
class Gathered:
    """What is collected from the vulnerabilities one after another."""

    write: Callable[[str], Text]
    products: Products
    vulnerabilities: list[Vulnerability] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    attack_methods: list[str] = field(default_factory=list)
    likelihoods: list[str] = field(default_factory=list)
    impacts: list[str] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    not_provided: list[str] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    exploitation: Exploitation = Exploitation.UNKNOWN
    automatable: Automatable = Automatable.UNKNOWN
    technical_impact: TechnicalImpact = TechnicalImpact.UNKNOWN
    remedies: dict[Remedy, tuple[list[str], list[str]]] = field(default_factory=dict)
    for_all: set[Remedy] = field(default_factory=set)

    def countermeasures(self) -> tuple[Countermeasure, ...]:
        """Return each countermeasure once, with the products and vulnerabilities it was said of."""
        every = {vulnerability.label for vulnerability in self.vulnerabilities}
        return tuple(
            Countermeasure(
                kind=remedy[0],
                text=self.write(remedy[1]),
                url=remedy[2],
                products=() if remedy in self.for_all else tuple(dict.fromkeys(products)),
                vulnerabilities=() if every == set(labels) else tuple(dict.fromkeys(labels)),
            )
            for remedy, (products, labels) in self.remedies.items()
        )

    def add_remedy(
        self, remedy: Remedy, products: Iterable[str], label: str, *, for_all: bool = False
    ) -> None:
        """Note a countermeasure, once, with one more vulnerability that it is for."""
        scope, labels = self.remedies.setdefault(remedy, ([], []))
        scope += products
        if for_all:
            self.for_all.add(remedy)
        if label:
            labels.append(label)

    def add_likelihood(self, details: str) -> None:
        """Note how likely an attack is; SSVC's decision points are taken out of the words."""
        for found in _SSVC.finditer(details):
            self.exploitation = Exploitation(found["exploitation"] or self.exploitation)
            self.automatable = Automatable(found["automatable"] or self.automatable)
            self.technical_impact = TechnicalImpact(found["technical_impact"] or self.technical_impact)
        _add(self.likelihoods, _SSVC.sub("", details).strip())

    def add_impact(self, details: str) -> None:
        """Note what an attack does, once."""
        _add(self.impacts, details)


def _add(texts: list[str], text: str) -> None:
    if text and text not in texts:
        texts.append(text)
