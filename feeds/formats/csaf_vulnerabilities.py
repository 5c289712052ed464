"""The vulnerabilities of a CSAF document, and what they say about the whole notice.

Reading takes away, as in `csaf_products`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from feeds.formats.content import (
    Alias,
    Countermeasure,
    CountermeasureKind,
    Exploitation,
    Score,
    Text,
    Vulnerability,
)
from feeds.formats.csaf_products import Node, Products
from feeds.formats.scoring import score
from hub.core.errors import InputError

ATTACK_METHOD = "攻撃手法 / Attack method"
SSVC = "SSVC exploitation"
OUR_SYSTEM = "priority-information"

_REMEDIES = {
    "vendor_fix": CountermeasureKind.FIX,
    "optional_patch": CountermeasureKind.FIX,
    "fix_planned": CountermeasureKind.FIX,
    "no_fix_planned": CountermeasureKind.FIX,
    "none_available": CountermeasureKind.FIX,
    "workaround": CountermeasureKind.WORKAROUND,
    "mitigation": CountermeasureKind.WORKAROUND,
}
_DESCRIBING = ("summary", "description", "details")
_SELF_EVIDENT = ("vendor_fix", "workaround", "mitigation")
_PLAIN_TITLE = re.compile(r"summary|description|details|topic|evaluation|概要|説明", re.IGNORECASE)
_SSVC = re.compile(rf"{SSVC}: (none|poc|active|unknown)\.?\s*")


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
    exploitation: Exploitation = Exploitation.UNKNOWN
    remedies: dict[tuple[CountermeasureKind, str, str], tuple[list[str], list[str]]] = field(
        default_factory=dict
    )

    def countermeasures(self) -> tuple[Countermeasure, ...]:
        """Return each countermeasure once, with the products and vulnerabilities it was said of."""
        every = {vulnerability.label for vulnerability in self.vulnerabilities}
        return tuple(
            Countermeasure(
                kind=kind,
                text=self.write(details),
                url=url,
                products=tuple(dict.fromkeys(products)),
                vulnerabilities=() if every == set(labels) else tuple(dict.fromkeys(labels)),
            )
            for (kind, details, url), (products, labels) in self.remedies.items()
        )


def read_vulnerability(node: Node, number: int, into: Gathered) -> None:
    """Take one vulnerability away from the document and add it to what is gathered."""
    cve = node.pop("cve", "")
    numbers = [Alias(issuer=each.pop("system_name"), number=each.pop("text")) for each in node.get("ids", [])]
    ids = [each for each in numbers if each.issuer != OUR_SYSTEM]
    title = node.pop("title", "") or cve or (ids[0].number if ids else f"#{number}")
    affected, fixed = _status(node.get("product_status", {}))
    notes = read_notes(node, into)
    into.vulnerabilities.append(
        Vulnerability(
            title=title,
            cve=cve,
            description=into.write(notes),
            cwes=tuple(each.pop("id") for each in _weakness_classes(node)),
            scores=_scores(node, affected),
            affected=affected,
            fixed=fixed,
        )
    )
    into.aliases += ids + ([Alias(issuer="cve", number=cve)] if cve else [])
    _remedies(node, into, cve or title)
    _threats(node, into, affected)


def read_notes(node: Node, into: Gathered) -> str:
    """Take the notes that describe away, join them, and put a note on the attack method where it belongs."""
    said = []
    kept = []
    for note in node.pop("notes", []):
        title = note.get("title", "")
        if title == ATTACK_METHOD:
            into.attack_methods.append(note["text"])
        elif title == "Exploitability":  # CISA's word for it
            _add(into.likelihoods, note["text"])
        elif note["category"] in _DESCRIBING or _PLAIN_TITLE.search(title):
            said.append(
                f"{title}: {note['text']}" if title and not _PLAIN_TITLE.search(title) else note["text"]
            )
        else:
            kept.append(f"({note['category']}) {title}: {note['text']}")
    node["notes"] = {str(number): each for number, each in enumerate(kept, 1)}
    return "\n\n".join(dict.fromkeys(said))


def _status(status: Node) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    if not status:
        return None, ()
    affected = [each for kind in ("known", "first", "last") for each in status.pop(f"{kind}_affected", [])]
    fixed = [each for kind in ("fixed", "first_fixed") for each in status.pop(kind, [])]
    return tuple(dict.fromkeys(affected)), tuple(dict.fromkeys(fixed))


def _weakness_classes(node: Node) -> list[Node]:
    found: list[Node] = ([node["cwe"]] if "cwe" in node else []) + node.get("cwes", [])
    for each in found:
        each.pop("name")
        each.pop("version", None)
    return found


def _scores(node: Node, affected: tuple[str, ...] | None) -> tuple[Score, ...]:
    found: dict[Score, None] = {}
    for rated in (*node.get("scores", []), *node.get("metrics", [])):
        content = rated.get("content", rated)
        for key in ("cvss_v2", "cvss_v3", "cvss_v4"):
            if key in content:
                _score(content, key, found)
        if set(rated["products"]) == set(affected or ()):
            rated.pop("products")
    return tuple(found)


def _score(content: Node, key: str, found: dict[Score, None]) -> None:
    try:
        found[score(content[key]["vectorString"])] = None
    except InputError:
        return  # stays in the document, so that it is shown as not mapped
    content.pop(key)


def _remedies(node: Node, into: Gathered, label: str) -> None:
    for remedy in node.get("remediations", []):
        category, details = remedy.pop("category"), remedy.pop("details")
        if category not in _SELF_EVIDENT:
            details = f"[{category}] {details}"
        key = (_REMEDIES[category], details, remedy.pop("url", ""))
        products, labels = into.remedies.setdefault(key, ([], []))
        products += into.products.named(remedy)
        labels.append(label)


def _threats(node: Node, into: Gathered, affected: tuple[str, ...] | None) -> None:
    for threat in node.get("threats", []):
        if threat["category"] == "target_set":
            continue
        details = threat.pop("details")
        if threat.pop("category") == "impact":
            _add(into.impacts, details)
        else:
            _add(into.likelihoods, _likelihood(details, into))
        scope = into.products.named(threat)
        if scope and set(scope) != set(affected or ()):
            threat["product_ids"] = list(scope)


def _likelihood(details: str, into: Gathered) -> str:
    if found := _SSVC.search(details):
        into.exploitation = Exploitation(found[1])
    return _SSVC.sub("", details).strip()


def _add(texts: list[str], text: str) -> None:
    if text and text not in texts:
        texts.append(text)
