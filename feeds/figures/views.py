"""The pages of figures: IPA and the coordinators see all bodies, a body itself and the anonymous whole."""

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import orm

from feeds.figures import gathering, paper, periods, queries, showing
from feeds.figures.forms import WantedForm
from feeds.figures.gathering import Figures, OwnFigures
from feeds.figures.periods import Period
from feeds.figures.tables import Table
from hub.accounts.models import Role
from hub.core.errors import NotFoundError
from hub.web.access import allow
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
        form, figures = _gathered(session)
        return render_template(
            "figures/everybody.html",
            form=form,
            figures=figures,
            tables=showing.tables(figures),
            charts=showing.charts(figures),
            notes=showing.notes(),
            chosen={"period": str(form.chosen), "sector": form.code or None},
        )


@bp.get("/<name>.csv")
@allow(*STAFF)
def as_csv(name: str) -> ResponseReturnValue:
    """Give one table of the page as CSV."""
    with wired().db.reading() as session:
        _form, figures = _gathered(session)
    return _csv(showing.tables(figures), name, figures.period)


@bp.get("/figures.pdf")
@allow(*STAFF)
def as_pdf() -> ResponseReturnValue:
    """Give the whole page as a paper."""
    with wired().db.reading() as session:
        form, figures = _gathered(session)
        sector = catalogue.sector(session, form.code).ja if form.code else ""
    return _pdf(paper.of_all(figures, sector=sector, at=now()), figures.period)


@bp.get("/ours")
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """Show a body what the scheme did for it, beside all bodies together."""
    with wired().db.reading() as session:
        form = _years(session)
        _body, figures = _own(session, form.chosen)
        return render_template(
            "figures/ours.html",
            form=form,
            figures=figures,
            tables=showing.own_tables(figures),
            charts=showing.own_charts(figures),
            notes=[*showing.notes(), showing.withheld_note()],
            chosen={"period": str(form.chosen)},
        )


@bp.get("/ours/<name>.csv")
@allow(Role.CONTACT)
def our_csv(name: str) -> ResponseReturnValue:
    """Give one table of the body's page as CSV."""
    with wired().db.reading() as session:
        _body, figures = _own(session, _years(session).chosen)
    return _csv(showing.own_tables(figures), name, figures.period)


@bp.get("/ours/figures.pdf")
@allow(Role.CONTACT)
def our_pdf() -> ResponseReturnValue:
    """Give the body's page as a paper."""
    with wired().db.reading() as session:
        body, figures = _own(session, _years(session).chosen)
        name = body.name_ja
    return _pdf(paper.of_body(figures, name, at=now()), figures.period)


def _gathered(session: orm.Session) -> tuple[WantedForm, Figures]:
    """Return what the address asks for, and the figures of it."""
    sectors = {each.code: showing.name_of(each) for each in catalogue.every_sector(session)}
    form = WantedForm(request.args).prepare(_offered(session), sectors)
    return form, gathering.gathered(session, form.chosen, sector=form.code, now=now())


def _years(session: orm.Session) -> WantedForm:
    """Offer a body whole years: a year without its quarters would leave what is withheld in one."""
    return WantedForm(request.args).prepare([each for each in _offered(session) if not each.quarter], {})


def _offered(session: orm.Session) -> list[Period]:
    first, last = queries.span(session) or (now(), now())
    return periods.periods(first, last)


def _own(session: orm.Session, period: Period) -> tuple[Body, OwnFigures]:
    body = bodies.own_body(session, signed_in().organisation_id)
    return body, gathering.of_body(session, body, period, now=now())


def _csv(tables: Sequence[Table], name: str, period: Period) -> Response:
    wanted = next((each for each in tables if each.name == name), None)
    if wanted is None:
        raise NotFoundError("no such table")
    return _file("".join(wanted.csv()), "text/csv; charset=utf-8", f"figures-{name}-{period}.csv")


def _pdf(made: bytes, period: Period) -> Response:
    return _file(made, "application/pdf", f"figures-{period}.pdf")


def _file(content: str | bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
