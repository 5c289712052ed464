"""A notice as a CSAF 2.0 or 2.1 document (OASIS Standards) that passes the mandatory tests of its version.

Sector texts are not in it: one document goes to every recipient.
"""

from collections.abc import Iterator
from typing import Any, Literal

import orjson

from feeds.formats import csaf_gate, csaf_own
from feeds.formats.content import Kind, Notice, Text
from feeds.formats.csaf_own import ATTACK_METHOD, IMPACT, LIKELIHOOD, NOT_PROVIDED, REFERENCE
from feeds.formats.csaf_tree import Tree
from feeds.formats.csaf_vulnerability_out import likelihood, vulnerability
from feeds.formats.handling import statement
from feeds.formats.letter_words import moved
from feeds.formats.subject import WORDS, MailKind
from feeds.formats.texts import both, is_link
from feeds.formats.tlp import Tlp
from hub.core.clock import both_zones, rfc3339
from hub.core.errors import InputError

Version = Literal["2.0", "2.1"]
Node = dict[str, Any]

_SCHEMA = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"
# CSAF 2.0 knows TLP 1.0: a label that it lacks becomes the next narrower one, never a wider.
_OLD_LABELS = {Tlp.CLEAR: "WHITE", Tlp.AMBER_STRICT: "RED"}
# The profile "Security Advisory" wants the status of products in every vulnerability (section 4.4): where
# the content cannot give that, the document says it is none.
_CATEGORIES = ("csaf_security_advisory", "csaf_base")


def export(notice: Notice, version: Version) -> bytes:
    """Return the notice as a CSAF document of this version.

    Raises:
        InputError: the content breaks a mandatory test that the writer cannot mend; named by place.

    """
    found: dict[str, str] = {}
    for category in _CATEGORIES:
        document = _whole(notice, version, category)
        found = csaf_gate.problems(document, version)
        if not found:
            return orjson.dumps(document, option=orjson.OPT_INDENT_2)
    raise InputError(found)


def _whole(notice: Notice, version: Version, category: str) -> Node:
    tree = Tree.of(notice.content.products, version)
    parts: Node = {
        "$schema": _SCHEMA if version == "2.1" else None,
        "document": _document(notice, version, category),
        "product_tree": tree.node(),
        "vulnerabilities": [
            vulnerability(notice, place, tree, version)
            for place in range(len(notice.content.vulnerabilities))
        ],
    }
    return {name: part for name, part in parts.items() if part}


def _document(notice: Notice, version: Version, category: str) -> Node:
    content = notice.content
    node: Node = {
        "category": category,
        "csaf_version": version,
        "distribution": _distribution(notice.tlp, version),
        "lang": "ja",
        "notes": list(_notes(notice)),
        "publisher": {
            "category": "coordinator",
            "name": "JPCERT Coordination Center",
            "namespace": "https://www.jpcert.or.jp",
        },
        "title": content.title.best() or notice.tracking_id,
        "tracking": _tracking(notice),
    }
    if content.acknowledgements:
        node["acknowledgments"] = [{"summary": each} for each in dict.fromkeys(content.acknowledgements)]
    if links := [each for each in content.references if is_link(each.url)]:
        node["references"] = [
            {"category": "external", "summary": each.summary or each.url, "url": each.url} for each in links
        ]
    return node


def _distribution(tlp: Tlp, version: Version) -> Node:
    label = tlp.value if version == "2.1" else _OLD_LABELS.get(tlp, tlp.value)
    return {"text": f"{tlp.label}\n{both(statement(tlp))}", "tlp": {"label": label}}


def _tracking(notice: Notice) -> Node:
    known = [*notice.earlier[: notice.revision - 1]]
    known += [known[-1] if known else notice.created] * (notice.revision - 1 - len(known))
    released = rfc3339(max([notice.released_at, *known]))
    words = f"{WORDS[MailKind(notice.kind)]} / {notice.kind.value}"
    history = [
        {"date": date, "number": str(number), "summary": words if number == notice.revision else f"r{number}"}
        for number, date in enumerate([*map(rfc3339, known), released], 1)
    ]
    node: Node = {
        "current_release_date": released,
        "id": notice.tracking_id,
        "initial_release_date": history[0]["date"],
        "revision_history": history,
        "status": "final",
        "version": str(notice.revision),
    }
    others = dict.fromkeys(each.number for each in notice.aliases)
    if numbers := [each for each in others if each not in {"", notice.tracking_id}]:
        node["aliases"] = numbers
    return node


def _notes(notice: Notice) -> Iterator[Node]:
    content = notice.content
    yield _note("summary", "概要 / Summary", content.summary or content.title)
    clock = [f"{both_zones(notice.publication_at)} [{notice.clock_status.value}]", *map(moved, notice.moves)]
    yield _note("general", "公表日 / Publication date", Text(ja="\n".join(clock)))
    if content.news:
        yield _note("general", csaf_own.NEWS, content.news)
    if notice.kind is Kind.WITHDRAWN:
        yield _note("general", "取下げ / Withdrawn", Text(ja="取り下げました。", en="Withdrawn."))
    if not content.vulnerabilities:
        yield from _without_vulnerabilities(notice)
    for number, signature in enumerate(content.signatures, 1):
        text = Text(ja=csaf_own.signature_text(signature))
        yield _note("other", csaf_own.signature_title(number, signature), text)
    for reference in content.references:
        if not is_link(reference.url):
            words = " ".join(part for part in (reference.summary, reference.url) if part)
            yield _note("other", REFERENCE, Text(ja=words))
    if content.not_provided:
        names = ", ".join(content.not_provided)
        yield _note("other", NOT_PROVIDED, Text(ja=names))


def _without_vulnerabilities(notice: Notice) -> Iterator[Node]:
    content = notice.content
    for title, text in (
        (ATTACK_METHOD, content.attack_method),
        (LIKELIHOOD, Text(ja=likelihood(content))),
        (IMPACT, content.impact),
    ):
        if text:
            yield _note("details", title, text)
    for each in content.countermeasures:
        words = "\n".join(part for part in (both(each.text), each.url) if part)
        yield _note("details", csaf_own.countermeasure_title(each.kind), Text(ja=words))


def _note(category: str, title: str, text: Text) -> Node:
    return {"category": category, "text": both(text) or "-", "title": title}
