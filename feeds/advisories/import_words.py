"""What of an imported document the draft has no field for, each piece with the reason that people read.

It is kept with the draft, so the account can be given as long as the draft is written.
"""

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from feeds.formats import csaf_sectors
from feeds.formats.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Pieces of the document that were left for one reason: where each stands, and what it says."""

    why: object
    pieces: tuple[tuple[str, str], ...]


# By the begin of the place; the first that fits counts.
REASONS = (
    (r"/document/publisher", _l("The hub gives its notices out under the coordinating body's own name.")),
    (r"/document/tracking", _l("The hub gives its own tracking ID, dates and revisions.")),
    (r"/document/(category|lang|title)", _l("The hub sets it anew when it writes a notice as CSAF.")),
    (r"/document/distribution", _l("The handling rules of this provision take its place.")),
    (r"/document/aggregate_severity", _l("Severity is told by the CVSS vectors of each vulnerability.")),
    (r"/document/notes/.*" + csaf_sectors.TITLE.pattern, _l("It suggests sectors; a person chooses them.")),
    (r"/(document|vulnerabilities/\d+)/notes", _l("A notice has no part for a note of this kind.")),
    (r"/product_tree", _l("A notice lists products by vendor, name and versions only.")),
    (
        r"/vulnerabilities/\d+/(scores|metrics|flags|product_status)",
        _l(
            "A notice tells which products are affected and which are fixed; finer distinctions are left out."
        ),
    ),
    (r"/vulnerabilities/\d+/(remediations|threats)", _l("A notice keeps the text of it, not this detail.")),
    (r"/vulnerabilities/\d+/\w+_date", _l("A notice has no dates of single vulnerabilities.")),
    (r"Acknowledgements", _l("The hub keeps no finder's name.")),
)
OTHERWISE = _l("A notice has no part for it.")


def left(content: Content) -> tuple[Left, ...]:
    """Return what of the document was left, by reason."""
    by_reason: dict[int, list[tuple[str, str]]] = {}
    for line in content.unmapped:
        place, _, said = line.partition(": ")
        by_reason.setdefault(_reason(line), []).append((place, said))
    return tuple(
        Left(why=REASONS[number][1] if number < len(REASONS) else OTHERWISE, pieces=tuple(pieces))
        for number, pieces in sorted(by_reason.items(), reverse=True)
    )


def _reason(line: str) -> int:
    """Return the number of the reason, or the one after the last where none fits."""
    fitting = (number for number, (form, _) in enumerate(REASONS) if re.match(form, line, re.IGNORECASE))
    return next(fitting, len(REASONS))
