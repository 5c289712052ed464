"""The pages of figures: IPA and the coordinators see all bodies, a body itself and the anonymous whole."""

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import orm

from feeds.figures import gathering, paper, periods, queries, showing
from feeds.figures.forms import Wanted
from feeds.figures.gathering import Figures, OwnFigures
from feeds.figures.periods import Period, Span
from feeds.figures.tables import Table
from hub.accounts.models import Role
from hub.core.errors import NotFoundError
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body
from sectors.catalogue import queries as catalogue

bp = Blueprint("figures", __name__, template_folder="templates", url_prefix="/figures")
STAFF = (Role.REVIEWER, Role.COORDINATOR)


@bp.get("")
@allow(*STAFF)
def everybody() -> ResponseReturnValue:
    """Show the figures of all bodies, or of those of a sector."""
    with wired().db.reading() as session:
        wanted = _of_all(session)
        figures = _gathered(session, wanted) if wanted.span else None
        return render_template(
            "figures/everybody.html",
            wanted=wanted,
            figures=figures,
            tables=showing.tables(figures) if figures else [],
            charts=showing.charts(figures) if figures else {},
            notes=showing.notes(),
        ), status_of(wanted.days)


@bp.get("/<name>.csv")
@allow(*STAFF)
def as_csv(name: str) -> ResponseReturnValue:
    """Give one table of the page as CSV."""
    with wired().db.reading() as session:
        figures = _gathered(session, _of_all(session))
    return _csv(showing.tables(figures), name, figures.period)


@bp.get("/figures.pdf")
@allow(*STAFF)
def as_pdf() -> ResponseReturnValue:
    """Give the whole page as a paper."""
    with wired().db.reading() as session:
        wanted = _of_all(session)
        figures = _gathered(session, wanted)
        sector = catalogue.sector(session, wanted.sector).ja if wanted.sector else ""
    return _pdf(paper.of_all(figures, sector=sector, at=now()), figures.period)


@bp.get("/ours")
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """Show a body what the scheme did for it, beside all bodies together."""
    with wired().db.reading() as session:
        wanted = _of_own(session)
        figures = _own(session, wanted)[1] if wanted.span else None
        return render_template(
            "figures/ours.html",
            wanted=wanted,
            figures=figures,
            tables=showing.own_tables(figures) if figures else [],
            charts=showing.own_charts(figures) if figures else {},
            notes=showing.own_notes(figures) if figures else [],
        ), status_of(wanted.days)


@bp.get("/ours/<name>.csv")
@allow(Role.CONTACT)
def our_csv(name: str) -> ResponseReturnValue:
    """Give one table of the body's page as CSV."""
    with wired().db.reading() as session:
        _body, figures = _own(session, _of_own(session))
    return _csv(showing.own_tables(figures), name, figures.period)


@bp.get("/ours/figures.pdf")
@allow(Role.CONTACT)
def our_pdf() -> ResponseReturnValue:
    """Give the body's page as a paper."""
    with wired().db.reading() as session:
        body, figures = _own(session, _of_own(session))
        name = body.name_ja
    return _pdf(paper.of_body(figures, name, at=now()), figures.period)


def _of_all(session: orm.Session) -> Wanted:
    """Return what the address asks of all bodies."""
    sectors = {each.code: showing.name_of(each) for each in catalogue.every_sector(session)}
    return Wanted(request.args, _offered(session), sectors)


def _of_own(session: orm.Session) -> Wanted:
    """Offer a body whole years: a year without its quarters would leave what is withheld in one."""
    return Wanted(request.args, [each for each in _offered(session) if not each.quarter], {})


def _offered(session: orm.Session) -> list[Period]:
    first, last = queries.span(session) or (now(), now())
    return periods.periods(first, last)


def _gathered(session: orm.Session, wanted: Wanted) -> Figures:
    return gathering.gathered(session, wanted.whole(), sector=wanted.sector, now=now())


def _own(session: orm.Session, wanted: Wanted) -> tuple[Body, OwnFigures]:
    body = bodies.own_body(session, signed_in().organisation_id)
    return body, gathering.of_body(session, body, wanted.whole(), now=now())


def _csv(tables: Sequence[Table], name: str, period: Span) -> Response:
    wanted = next((each for each in tables if each.name == name), None)
    if wanted is None:
        raise NotFoundError("no such table")
    return _file("".join(wanted.csv()), "text/csv; charset=utf-8", f"figures-{name}-{period}.csv")


def _pdf(made: bytes, period: Span) -> Response:
    return _file(made, "application/pdf", f"figures-{period}.pdf")


def _file(content: str | bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
