"""The vulnerabilities of a CSAF document, and what they say about the whole notice.

Reading takes away, as in `csaf_products`.
"""

import re

from feeds.formats.content import (
    OUR_SYSTEM,
    Alias,
    CountermeasureKind,
    Score,
    Vulnerability,
)
from feeds.formats.csaf_gathered import Gathered
from feeds.formats.csaf_notes import read_notes
from feeds.formats.csaf_own import MARKED, VERIFICATION
from feeds.formats.csaf_products import Node
from feeds.formats.scoring import score
from hub.core.errors import InputError

_REMEDIES = {
    "vendor_fix": CountermeasureKind.FIX,
    "optional_patch": CountermeasureKind.FIX,
    "fix_planned": CountermeasureKind.FIX,
    "no_fix_planned": CountermeasureKind.FIX,
    "none_available": CountermeasureKind.FIX,
    "workaround": CountermeasureKind.WORKAROUND,
    "mitigation": CountermeasureKind.WORKAROUND,
}
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
_SELF_EVIDENT = ("vendor_fix", "workaround", "mitigation")


def read_vulnerability(node: Node, number: int, into: Gathered) -> None:
    """Take one vulnerability away from the document and add it to what is gathered."""
    cve = node.pop("cve", "")
    numbers = [_number(each.pop("system_name"), each.pop("text")) for each in node.get("ids", [])]
    ids = [each for each in numbers if each.issuer != OUR_SYSTEM]
    title = node.pop("title", "") or cve or (ids[0].number if ids else f"#{number}")
    affected, fixed = _status(node.get("product_status", {}))
    said = read_notes(node, into, label=cve or title)
    if said.none_affected and affected is None:
        affected = ()
    classes = [each.pop("id") for each in _weakness_classes(node)]
    into.vulnerabilities.append(
        Vulnerability(
            title=title,
            cve=cve,
            description=into.write(said.text),
            cwes=tuple(dict.fromkeys([*classes, *said.cwes])),
            scores=tuple(dict.fromkeys([*_scores(node, affected), *said.ratings])),
            affected=affected,
            fixed=fixed,
        )
    )
    into.aliases += ids + ([Alias(issuer="cve", number=cve)] if cve else [])
    _remedies(node, into, cve or title)
    _threats(node, into, affected)


def _number(issuer: str, number: str) -> Alias:
    """Return another number; a CVE is one whoever says so."""
    return Alias(issuer="cve" if _CVE.fullmatch(number) else issuer, number=number)


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
        kind = _REMEDIES[category]
        if category == "mitigation" and details.startswith(VERIFICATION):
            kind, details = CountermeasureKind.VERIFICATION, details.removeprefix(VERIFICATION)
        elif MARKED.match(details):  # ours, where its category could not stand
            kind = CountermeasureKind.FIX
        elif category not in _SELF_EVIDENT:
            details = f"[{category}] {details}"
        said = (kind, details, remedy.pop("url", ""))
        into.add_remedy(said, into.products.named(remedy), label)


def _threats(node: Node, into: Gathered, affected: tuple[str, ...] | None) -> None:
    for threat in node.get("threats", []):
        if threat["category"] == "target_set":
            continue
        add = into.add_impact if threat.pop("category") == "impact" else into.add_likelihood
        add(threat.pop("details"))
        scope = into.products.named(threat)
        if scope and set(scope) != set(affected or ()):
            threat["product_ids"] = list(scope)
