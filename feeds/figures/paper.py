"""Figures as a paper in Japanese, for a report or the approval inside (決裁)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from feeds.figures import showing
from feeds.figures.charts import FULL, Chart
from feeds.figures.gathering import Figures, OwnFigures
from feeds.figures.tables import Table
from hub.core.clock import both_zones
from hub.core.paper import printed

TEMPLATE = "figures.typ"


def of_all(figures: Figures, *, sector: str, at: datetime) -> bytes:
    """Return what staff see as PDF; `sector` is the Japanese name of the one that was chosen, or empty.

    Raises:
        IncompleteError: this machine has no Japanese font.

    """
    with force_locale("ja"):
        about = [showing.period_text(figures.period), sector or _("All sectors")]
        return _paper(about, showing.tables(figures), showing.charts(figures), showing.notes(), at=at)


def of_body(figures: OwnFigures, name: str, *, at: datetime) -> bytes:
    """Return what a body sees as PDF.

    Raises:
        IncompleteError: this machine has no Japanese font.

    """
    with force_locale("ja"):
        about = [showing.period_text(figures.period), name]
        notes = showing.own_notes(figures)
        return _paper(about, showing.own_tables(figures), showing.own_charts(figures), notes, at=at)


def _paper(
    about: Sequence[str],
    tables: Sequence[Table],
    charts: Mapping[str, Chart],
    notes: Sequence[str],
    *,
    at: datetime,
) -> bytes:
    made = _("As of %(instant)s", instant=both_zones(at))
    values = {
        "title": _("Figures of the priority information provision"),
        "foot": made,
        "about": about,
        "notes": notes,
        "parts": [_part(each, charts.get(each.name)) for each in tables if each.rows],
    }
    return printed("feeds.figures", TEMPLATE, values, at=at)


def _part(table: Table, drawn: Chart | None) -> dict[str, object]:
    return {
        "heading": table.title,
        "head": table.head,
        "rows": table.texts,
        "chart": drawn.title if drawn and drawn.title != table.title else "",
        "bars": [(each.label, each.length / FULL, each.text) for each in drawn.bars] if drawn else [],
    }
