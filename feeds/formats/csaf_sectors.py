"""The sector words of CISA's advisories, and the sectors of the scheme that they suggest.

One word often covers several of ours (all of transport is "Transportation Systems"): all are suggested and
a person chooses. Words are searched for, not split at commas: one of them has commas inside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

TITLE = re.compile(r"critical\s+in\w+\s+sectors?", re.IGNORECASE)

_TRANSPORT = ("aviation", "airports", "railway", "logistics")
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"nuclear reactors,? materials,? and waste", ("electricity",)),
    (r"electrical(?: \(power generation\))?", ("electricity",)),
    (r"oil (?:&|and) gas", ("gas", "petroleum")),
    (r"petrochemicals?", ("petroleum", "chemical")),
    (r"chemicals?", ("chemical",)),
    (r"information technology", ("ict",)),
    (r"communications?", ("ict",)),
    (r"financial(?: services)?", ("finance", "credit")),
    (r"transportation(?: systems)?", _TRANSPORT),
    (r"energy", ("electricity", "gas", "petroleum")),
    (r"dams", ("electricity", "water")),
    (r"health ?care(?: and public health)?", ("medical",)),
    (r"life sciences", ("medical",)),
    (r"water and wastewater(?: systems)?", ("water",)),
    (r"government(?: services and)?(?: facilit\w+)?", ("government",)),
    (r"emergency services", ("government",)),
)
_JOINTS = re.compile(r"\b(?:and|sectors?)\b|[\s,;.]", re.IGNORECASE)


def suggested(words: str) -> tuple[tuple[str, ...], bool]:
    """Return the codes that the words suggest, and whether every word was understood."""
    codes: dict[str, None] = {}
    for pattern, meant in _WORDS:
        words, hits = re.subn(pattern, " ", words, flags=re.IGNORECASE)
        if hits:
            codes.update(dict.fromkeys(meant))
    return tuple(codes), not _JOINTS.sub("", words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a publisher said of sectors, the codes that it suggests, and whether every word was understood."""

    said: str = ""
    codes: tuple[str, ...] = ()
    understood: bool = True


def in_lines(lines: Iterable[str]) -> Suggestion:
    """Return what the lines of a document that were kept (`Content.unmapped`) say of sectors."""
    said = [line[found.end() :].lstrip(": ") for line in lines if (found := TITLE.search(line))]
    read = [suggested(words) for words in said]
    return Suggestion(
        said="; ".join(said),
        codes=tuple(dict.fromkeys(code for codes, _ in read for code in codes)),
        understood=all(understood for _, understood in read),
    )
