"""A CSAF 2.0 or 2.1 document, of any publisher, as a draft's content.

Reading takes away: what is left of the document at the end is what could not be mapped, and each piece of
it is kept as a line in `Content.unmapped`, for a person to look at.

An acknowledgement can name a finder, and the hub keeps no finder's name: acknowledgements are taken over
only from a document that is public by its own label.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from feeds.formats import csaf_gate, csaf_sectors
from feeds.formats.content import OUR_SYSTEM, Alias, Content, Reference, Text
from feeds.formats.csaf_gathered import Gathered
from feeds.formats.csaf_notes import read_notes
from feeds.formats.csaf_products import Node, read_products
from feeds.formats.csaf_vulnerabilities import read_vulnerability
from feeds.formats.tlp import Tlp
from feeds.formats.tracking import is_tracking_id
from hub.core.errors import InputError

MAX_BYTES = 16 * 1024 * 1024

THANKS_LEFT = "Acknowledgements: left out, as they may name a finder and the document is not marked TLP:CLEAR"

_LABELS = {"WHITE": Tlp.CLEAR, **{tlp.value: tlp for tlp in Tlp}}
_PAGES = (
    ("jvn", re.compile(r"jvn\.jp/\S*?/(JVN(?:VU|TA)?)(\d{8})\b"), "{}#{}"),
    ("jvndb", re.compile(r"jvndb\.jvn\.jp/\S*?/(JVNDB)-(\d{4}-\d{6})\b"), "{}-{}"),
    ("certcc", re.compile(r"kb\.cert\.org/(vuls)/id/(\d+)"), "VU#{1}"),
)
# A title becomes a subject, so it is one line.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NUMBERS = (("cve", "CVE-"), ("jvndb", "JVNDB-"), ("jvn", "JVN"), ("certcc", "VU#"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a document gave."""

    content: Content
    aliases: tuple[Alias, ...]
    tlp: Tlp | None


def read(document: bytes) -> Imported:
    """Read a CSAF document into content, aliases and its TLP label.

    Raises:
        InputError: it is no valid CSAF 2.0 or 2.1; the problems are the validator's, by place.

    """
    tree = _checked(document)
    head = tree["document"]
    products = read_products(tree.get("product_tree", {}))
    gathered = Gathered(write=_writer(head.get("lang", "")), products=products)
    _keep_sector_words(head)
    summary = read_notes(head, gathered).text
    for number, node in enumerate(tree.get("vulnerabilities", []), 1):
        read_vulnerability(node, number, gathered)
    references = (*_references(tree), *gathered.references)
    ours = is_tracking_id(head["tracking"]["id"])  # then its aliases are complete
    aliases = list(_own_numbers(head))
    aliases += [] if ours else [*gathered.aliases, *_linked(gathered, references)]
    tlp = _tlp(head.get("distribution", {}))
    return Imported(
        content=_content(tree, gathered, summary, references, public=tlp is Tlp.CLEAR),
        aliases=tuple(dict.fromkeys(aliases)),
        tlp=tlp,
    )


def _checked(document: bytes) -> Node:
    if len(document) > MAX_BYTES:
        raise InputError({"/": f"larger than {MAX_BYTES} bytes"})
    try:
        tree = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise InputError({"/": f"not JSON: {error}"}) from error
    head = tree.get("document") if isinstance(tree, dict) else None
    version = head.get("csaf_version") if isinstance(head, dict) else None
    if version not in csaf_gate.VERSIONS:
        raise InputError({"/document/csaf_version": "not a CSAF 2.0 or 2.1 document"})
    if found := csaf_gate.problems(tree, version):
        raise InputError(found)
    checked: Node = tree
    return checked


def _writer(language: str) -> Callable[[str], Text]:
    def write(text: str) -> Text:
        return Text(ja=text) if language.lower().startswith("ja") else Text(en=text)

    return write


def _content(
    tree: Node, gathered: Gathered, summary: str, references: tuple[Reference, ...], *, public: bool
) -> Content:
    write, head = gathered.write, tree["document"]
    title = _BREAKS.sub(" ", head.pop("title")).strip()
    thanks = tuple(dict.fromkeys(_acknowledgements(tree)))
    dropped = () if public or not thanks else (THANKS_LEFT,)
    return Content(
        title=write(title),
        summary=write(summary),
        products=gathered.products.listed,
        vulnerabilities=tuple(gathered.vulnerabilities),
        attack_method=write("\n\n".join(dict.fromkeys(gathered.attack_methods))),
        exploitation=gathered.exploitation,
        automatable=gathered.automatable,
        technical_impact=gathered.technical_impact,
        likelihood=write("\n\n".join(gathered.likelihoods)),
        impact=write("\n\n".join(gathered.impacts)),
        countermeasures=gathered.countermeasures(),
        signatures=tuple(dict.fromkeys(gathered.signatures)),
        not_provided=tuple(dict.fromkeys(gathered.not_provided)),
        references=references,
        news=write("\n\n".join(dict.fromkeys(gathered.news))),
        acknowledgements=thanks if public else (),
        unmapped=(*dropped, *_left(_without_envelope(tree), "")),
    )


def _tlp(distribution: Node) -> Tlp | None:
    label = distribution.pop("tlp", {}).get("label", "")
    if label == "RED" and distribution.get("text", "").startswith(Tlp.AMBER_STRICT.label):
        return Tlp.AMBER_STRICT  # which CSAF 2.0 cannot say
    return _LABELS.get(label)


def _keep_sector_words(head: Node) -> None:
    """Keep what a publisher says of sectors in its own words: they suggest ours, and a person chooses."""
    for note in head.get("notes", []):
        if csaf_sectors.TITLE.search(note.get("title", "")):
            note["category"] = "other"  # one of category "description" must not run into the summary


def _references(tree: Node) -> tuple[Reference, ...]:
    nodes = (tree["document"], *tree.get("vulnerabilities", []))
    found = [each for node in nodes for each in node.pop("references", [])]
    return tuple(dict.fromkeys(Reference(summary=each["summary"], url=each["url"]) for each in found))


def _acknowledgements(tree: Node) -> Iterator[str]:
    for node in (tree["document"], *tree.get("vulnerabilities", [])):
        for each in node.pop("acknowledgments", []):
            who = [*each.get("names", []), each.get("organization", "")]
            said = ", ".join(name for name in who if name)
            yield ": ".join(part for part in (said, each.get("summary", ""), *each.get("urls", [])) if part)


def _own_numbers(head: Node) -> Iterator[Alias]:
    publisher, tracking = head["publisher"]["name"], head["tracking"]
    for number in (tracking.pop("id"), *tracking.pop("aliases", [])):
        issuer = next((issuer for issuer, start in _NUMBERS if number.startswith(start)), publisher)
        yield Alias(issuer=OUR_SYSTEM if is_tracking_id(number) else issuer, number=number)


def _linked(gathered: Gathered, references: tuple[Reference, ...]) -> Iterator[Alias]:
    links = [each.url for each in references] + [url for _, _, url in gathered.remedies]
    for issuer, pattern, form in _PAGES:
        for link in links:
            if found := pattern.search(link):
                yield Alias(issuer=issuer, number=form.format(found[1], found[2]))


def _without_envelope(tree: Node) -> Node:
    tree.pop("$schema", None)
    tree["document"].pop("csaf_version")
    return tree


def _left(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _left(inner, f"{path}/{key}")
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for index, inner in enumerate(value):
            yield from _left(inner, f"{path}/{index}")
    elif value not in (None, "", []):
        told = value if isinstance(value, str) else orjson.dumps(value).decode()
        yield f"{path}: {told}"
