"""What organisations answered, in the reader's words: the report's figures 3-2 and 3-3."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feeds.figures.answered import Answered
from feeds.figures.charts import Chart, Datum, chart
from feeds.figures.gathering import OwnAnswered
from feeds.figures.shares import Share
from feeds.figures.tables import Table, text
from feeds.surveys.models import Kind
from feeds.surveys.words import CATEGORIES, MERGED, REASONS

K = TypeVar("K")
PERCENT = 100.0
ABOUT: dict[Kind, LazyString] = {
    Kind.NOTICE: _l("after each notice"),
    Kind.TRIAL: _l("at the end of a trial period"),
}


def tables(answered: Mapping[Kind, Answered]) -> list[Table]:
    """Return the tables of every kind of questionnaire that anybody answered."""
    return [each for kind, found in answered.items() if found.organisations for each in _of(kind, found)]


def charts(answered: Mapping[Kind, Answered]) -> dict[str, Chart]:
    """Return the chart of each of these tables, by its name."""
    drawn = [
        _drawn(name, title, rows)
        for kind, found in answered.items()
        if found.organisations
        for name, title, rows in _parts(kind, found)
    ]
    return {each.name: each for each in drawn}


def own_tables(answered: Mapping[Kind, OwnAnswered]) -> list[Table]:
    """Return what a body's organisations answered beside all bodies."""
    return [_own(kind, found) for kind, found in answered.items() if found.own.organisations]


def _of(kind: Kind, answered: Answered) -> list[Table]:
    return [
        Table(name=name, title=title, head=(_("Answer"), _("Organisations")), rows=tuple(rows))
        for name, title, rows in _parts(kind, answered)
    ]


def _parts(kind: Kind, answered: Answered) -> list[tuple[str, str, list[tuple[str, Share]]]]:
    """Return name, title and rows of what there is to show of one kind."""
    said = {"about": ABOUT[kind], "number": answered.organisations, "asked": answered.asked}
    judged = (_("Judged: disseminated, or found not in use"), answered.judged)
    found = [
        (
            f"dissemination-{kind}",
            _("Whether it could be disseminated, %(about)s (N=%(number)s of %(asked)s asked)", **said),
            _rows(answered.categories.items(), CATEGORIES),
        ),
        (
            f"judged-{kind}",
            _("Whether it was judged and used, %(about)s (N=%(number)s)", **said),
            [*_rows(answered.merged.items(), MERGED), judged],
        ),
    ]
    told = next(iter(answered.reasons.values())).of
    title = _("Why it was not disseminated, %(about)s (N=%(told)s)", about=ABOUT[kind], told=told)
    reasons = (f"reasons-{kind}", title, _rows(answered.reasons.items(), REASONS))
    return [*found, reasons] if told else found


def _rows(shares: Iterable[tuple[K, Share]], words: Mapping[K, LazyString]) -> list[tuple[str, Share]]:
    return [(str(words[each]), share) for each, share in shares]


def _drawn(name: str, title: str, rows: list[tuple[str, Share]]) -> Chart:
    data = [Datum(label=said, size=(share.tenths or 0) / 10, text=text(share)) for said, share in rows]
    return chart(name, title, data, most=PERCENT)


def _own(kind: Kind, answered: OwnAnswered) -> Table:
    of_all = answered.all_bodies
    return Table(
        name=f"dissemination-{kind}",
        title=_("Whether it could be disseminated, %(about)s", about=ABOUT[kind]),
        head=(_("Answer"), _("Our own"), _("All bodies")),
        rows=tuple(
            (str(CATEGORIES[each]), share, _("Withheld") if of_all is None else of_all.categories[each])
            for each, share in answered.own.categories.items()
        ),
    )
