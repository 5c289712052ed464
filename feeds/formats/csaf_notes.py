"""The notes of a CSAF document or of one of its vulnerabilities: what describes, and what ours hold.

Reading takes away, as in `csaf_products`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from feeds.formats import csaf_own
from feeds.formats.content import Reference, Score
from feeds.formats.csaf_gathered import Gathered
from feeds.formats.csaf_products import Node

_DESCRIBING = ("summary", "description", "details")
_PLAIN_TITLE = re.compile(r"summary|description|details|topic|evaluation|概要|説明", re.IGNORECASE)
_EXPLOITABILITY = "Exploitability"  # CISA's word for how likely an attack is


@dataclass(slots=True, kw_only=True)
class Said:
    """What the notes of one place say of that place alone."""

    words: list[str] = field(default_factory=list)
    ratings: list[Score] = field(default_factory=list)
    cwes: list[str] = field(default_factory=list)
    none_affected: bool = False

    @property
    def text(self) -> str:
        """Return the description, each piece once."""
        return "\n\n".join(dict.fromkeys(self.words))


def read_notes(node: Node, into: Gathered, *, label: str = "") -> Said:
    """Take the notes away that can be mapped; `label` names the vulnerability that they belong to."""
    said = Said()
    kept = []
    for note in node.pop("notes", []):
        title, text = note.get("title", ""), note["text"]
        if _own(title, text, said, into, label):
            continue
        if note["category"] in _DESCRIBING or _PLAIN_TITLE.search(title):
            said.words.append(f"{title}: {text}" if title and not _PLAIN_TITLE.search(title) else text)
        else:
            kept.append(f"({note['category']}) {title}: {text}")
    node["notes"] = {str(number): each for number, each in enumerate(kept, 1)}
    return said


def _own(title: str, text: str, said: Said, into: Gathered, label: str) -> bool:
    """Take a note whose title says where it belongs; tell whether it was one."""
    places: dict[str, Callable[[str], object]] = {
        csaf_own.ATTACK_METHOD: into.attack_methods.append,
        csaf_own.IMPACT: into.add_impact,
        csaf_own.LIKELIHOOD: into.add_likelihood,
        _EXPLOITABILITY: into.add_likelihood,
        csaf_own.WEAKNESS: said.cwes.append,
        csaf_own.NOT_PROVIDED: lambda names: into.not_provided.extend(names.split(", ")),
        csaf_own.NEWS: into.news.append,
        csaf_own.REFERENCE: lambda words: into.references.append(Reference(summary=words, url="")),
    }
    if title in places:
        places[title](text)
        return True
    if (title, text) == (csaf_own.AFFECTED, csaf_own.NONE_AFFECTED):
        said.none_affected = True
        return True
    if told := csaf_own.countermeasure(title):
        kind, products = told
        into.add_remedy((kind, text, ""), products, label, for_all=not products)
        return True
    if rating := csaf_own.rating(title, text):
        said.ratings.append(rating)
        return True
    if signature := csaf_own.signature(title, text):
        into.signatures.append(signature)
        return True
    return False
