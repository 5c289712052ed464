"""Figures in the reader's words: tables, and the charts that stand beside them."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feeds.figures import answered_showing
from feeds.figures.charts import Chart, Datum, chart
from feeds.figures.gathering import Figures, OwnFigures, OwnNotice, tells_of_others
from feeds.figures.periods import Days, Span
from feeds.figures.tables import Cell, Table, text
from feeds.figures.tally import Tally
from hub.core.clock import JST
from hub.web.look import day_text
from sectors.catalogue.models import Sector

MEASURES: tuple[tuple[LazyString, Callable[[Tally], Cell]], ...] = (
    (_l("Notices provided"), lambda each: each.notices),
    (_l("Bodies addressed"), lambda each: each.bodies),
    (_l("Opened at any time"), lambda each: each.opened),
    (_l("Opened before publication"), lambda each: each.opened_early),
    (_l("Answered before publication"), lambda each: each.answered_early),
    (_l("Hours until opened (median)"), lambda each: each.hours_to_open),
    (_l("Days of head start (median)"), lambda each: each.head_start),
    (_l("Overlooked: opened only after a reminder"), lambda each: each.overlooked),
    (_l("Members reached"), lambda each: each.reached),
)
OF_A_BODY = (MEASURES[0], *MEASURES[2:])  # how many bodies it is goes without saying
PERCENT = 100.0


def tables(figures: Figures) -> list[Table]:
    """Return every table of the staff's page."""
    answered = answered_showing.tables(figures.answered)
    return [whole(figures.whole), *answered, by_sector(figures), by_notice(figures), provided(figures)]


def own_tables(figures: OwnFigures) -> list[Table]:
    """Return every table of a body's page."""
    return [own_whole(figures), own_notices(figures), *answered_showing.own_tables(figures.answered)]


def whole(tallied: Tally) -> Table:
    """Return what the scheme did, all told."""
    rows = tuple((str(said), of(tallied)) for said, of in MEASURES)
    return Table(name="whole", title=_("The period as a whole"), head=(_("Figure"), _("Value")), rows=rows)


def by_sector(figures: Figures) -> Table:
    """Return the figures of each sector; a body that serves two counts in both."""
    return Table(
        name="sectors",
        title=_("By sector"),
        head=(_("Sector"), *_heads(MEASURES)),
        rows=tuple((name_of(sector), *_cells(each)) for sector, each in figures.by_sector),
    )


def by_notice(figures: Figures) -> Table:
    """Return the figures of each notice, the oldest first."""
    rows = tuple(
        (notice.tracking_id, _day(notice.released_at), _day(public), *_cells(each, MEASURES[1:]))
        for notice, public, each in figures.by_notice
    )
    head = (_("Tracking ID"), _("First released"), _("Published"), *_heads(MEASURES[1:]))
    return Table(name="notices", title=_("By notice"), head=head, rows=rows)


def provided(figures: Figures) -> Table:
    """Return how many notices were provided in each quarter, and to which sectors."""
    named = [("", _("All sectors")), *((each.code, name_of(each)) for each, _tally in figures.by_sector)]
    counted = figures.provided.values()
    return Table(
        name="quarters",
        title=_("Provisions by quarter and sector")
        if _by_quarters(figures)
        else _("Provisions by year and sector"),
        head=(_("Sector"), *map(period_text, figures.provided)),
        rows=tuple((name, *(each[code] for each in counted)) for code, name in named),
    )


def own_whole(figures: OwnFigures) -> Table:
    """Return the body's figures beside those of all bodies together."""
    of_all = figures.all_bodies
    rows = tuple(
        (str(said), of(figures.own), _("Withheld") if of_all is None else of(of_all))
        for said, of in OF_A_BODY
    )
    return Table(
        name="whole",
        title=_("The period as a whole"),
        head=(_("Figure"), _("Our own"), _("All bodies, published notices")),
        rows=rows,
    )


def own_notices(figures: OwnFigures) -> Table:
    """Return each notice as the body had it."""
    head = (_("Tracking ID"), _("First released"), _("Published"), _("First opened"), _("First answered"))
    return Table(
        name="notices",
        title=_("By notice"),
        head=(
            *head,
            _("Days of head start"),
            _("Members reached"),
            _("All bodies: opened before publication"),
        ),
        rows=tuple(_own_row(each) for each in figures.notices),
    )


def charts(figures: Figures) -> dict[str, Chart]:
    """Return the charts of the staff's page by the name of the table beside them."""
    sectors = [
        Datum(label=name_of(sector), size=(each.opened_early.tenths or 0) / 10, text=text(each.opened_early))
        for sector, each in figures.by_sector
    ]
    provisions = [
        Datum(label=period_text(part), size=counted[""], text=str(counted[""]))
        for part, counted in figures.provided.items()
    ]
    title = _("Provisions by quarter") if _by_quarters(figures) else _("Provisions by year")
    return {
        "whole": early_chart("whole", figures.whole),
        **answered_showing.charts(figures.answered),
        "sectors": chart("sectors", _("Opened before publication, by sector"), sectors, most=PERCENT),
        "quarters": chart("quarters", title, provisions, most=_most(provisions)),
    }


def own_charts(figures: OwnFigures) -> dict[str, Chart]:
    """Return the charts of a body's page by the name of the table beside them."""
    leads = [
        Datum(label=each.pair.tracking_id, size=days, text=_("%(days)s days", days=text(days)))
        for each in figures.notices
        if (days := each.pair.head_start) is not None
    ]
    title = _("Days of head start, by notice")
    return {
        "whole": early_chart("whole", figures.own),
        "notices": chart("notices", title, leads, most=_most(leads)),
    }


def early_chart(name: str, of: Tally) -> Chart:
    """Return a chart of what was opened, answered and overlooked."""
    measured = (
        (_("Opened before publication"), of.opened_early),
        (_("Answered before publication"), of.answered_early),
        (_("Overlooked: opened only after a reminder"), of.overlooked),
    )
    data = [Datum(label=said, size=(share.tenths or 0) / 10, text=text(share)) for said, share in measured]
    return chart(name, _("Opened, answered, overlooked"), data, most=PERCENT)


def _by_quarters(figures: Figures) -> bool:
    return all(part.quarter for part in figures.provided)


def period_text(period: Span) -> str:
    """Write a period as people of the scheme do."""
    if isinstance(period, Days):
        return str(_("%(first)s to %(last)s", first=day_text(period.first), last=day_text(period.last)))
    if not period.quarter:
        return str(_("%(year)s (January to December)", year=period.year))
    first, last = period.first_month, period.first_month + 2
    said = {"year": period.year, "quarter": period.quarter, "first": first, "last": last}
    return str(_("%(year)s, quarter %(quarter)s (months %(first)s to %(last)s)", **said))


def name_of(sector: Sector) -> str:
    """Return a sector's name in the language that is spoken now."""
    locale = get_locale()
    is_english = locale is not None and locale.language == "en"
    return sector.en if is_english else sector.ja


def notes() -> list[str]:
    """Return how the figures are to be read."""
    return [
        _("A notice belongs to the period of its first release; its revisions count with it."),
        _("A notice counts as opened by a body once a receipt code or an answer came back."),
        _("Shares before publication, and the head start, count notices that are published by now."),
        _("Overlooked is what was opened only after the hub had reminded of it."),
    ]


def withheld_note() -> str:
    """Return why a body may not see a figure."""
    said = _("Withheld: fewer than three other bodies stand behind it, or behind what it would give away.")
    return str(said)


def own_notes(figures: OwnFigures) -> list[str]:
    """Return how a body's figures are to be read."""
    return [*notes(), withheld_note() if tells_of_others(figures.period) else alone_note()]


def alone_note() -> str:
    """Return why a body sees its own figures only in days of its own choice."""
    said = _(
        "In days of your own choice you see your own figures only: from periods that overlap, "
        "figures of others could be worked out."
    )
    return str(said)


def _own_row(each: OwnNotice) -> tuple[Cell, ...]:
    pair = each.pair
    days = (pair.released_at, pair.published_at, pair.opened_at, pair.answered_at)
    of_all = _("Withheld") if each.is_withheld else each.all_bodies
    return (pair.tracking_id, *(_day(at) for at in days), pair.head_start, pair.reached, of_all)


def _heads(measures: Collection[tuple[LazyString, Callable[[Tally], Cell]]]) -> list[str]:
    return [str(said) for said, _of in measures]


def _cells(
    each: Tally, measures: Collection[tuple[LazyString, Callable[[Tally], Cell]]] = MEASURES
) -> list[Cell]:
    return [of(each) for _said, of in measures]


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else instant.astimezone(JST).date()


def _most(data: Collection[Datum]) -> float:
    return max((each.size for each in data), default=0.0)
