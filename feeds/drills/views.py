"""Pages of drills: begun and watched by coordinators, opened and answered by contacts."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.drills import queries, service
from feeds.drills.forms import DrillForm, ReceiptForm
from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies

bp = Blueprint("drills", __name__, template_folder="templates", url_prefix="/drills")


@bp.get("")
@allow(Role.COORDINATOR)
def listed() -> ResponseReturnValue:
    """List every drill with how many passed."""
    with wired().db.reading() as session:
        rows = [(each, queries.parts(session, each.id)) for each in queries.drills(session)]
        return render_template("drills/list.html", rows=rows, now=now())


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def start() -> ResponseReturnValue:
    """Begin a drill."""
    form = DrillForm()
    with wired().db.reading() as session:
        form.bodies.choices = _choices(session)
    if form.validate_on_submit():
        body_ids, hours = form.value()
        try:
            with wired().db.transaction() as session:
                drill = service.start(session, body_ids, hours=hours, by=actor(), now=now())
            flash(_("The drill has begun. What is sent to each body is on its way."), "success")
            return redirect(url_for("drills.shown", tracking_id=drill.tracking_id), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            form.bodies.errors = [_(said) for said in refused.problems.values()]
    page = render_template("drills/new.html", form=form)
    return page, status_of(form)


def _choices(session: orm.Session) -> list[tuple[str, str]]:
    """Return every body that can take part, with how long ago it passed a drill."""
    invited = [each for each in bodies.bodies(session) if each.state in queries.INVITED]
    return [(str(each.id), each.name_en if language() == "en" else each.name_ja) for each in invited]


@bp.get("/<tracking_id>")
@allow(Role.COORDINATOR)
def shown(tracking_id: str) -> ResponseReturnValue:
    """Show how far each body has come, with the times."""
    with wired().db.reading() as session:
        drill = queries.drill(session, tracking_id)
        parts = queries.parts(session, drill.id)
        names = queries.names(session, parts)
        return render_template("drills/drill.html", drill=drill, parts=parts, names=names, now=now())


@bp.get("/ours")
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """List the body's own drills."""
    with wired().db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        return render_template("drills/ours.html", parts=queries.parts_of(session, body.id), now=now())


@bp.get("/ours/<tracking_id>")
@allow(Role.CONTACT)
def our(tracking_id: str) -> ResponseReturnValue:
    """Show a drill of the own body."""
    return _our(tracking_id, ReceiptForm(formdata=None))


@bp.post("/ours/<tracking_id>/receipt")
@allow(Role.CONTACT)
def acknowledge(tracking_id: str) -> ResponseReturnValue:
    """Take the receipt code of a drill."""
    hub, form = wired(), ReceiptForm()
    if not form.validate_on_submit():
        return _our(tracking_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with hub.db.transaction() as session:
        body_id = _own_part(session, tracking_id).body.id
        code = form.code.data or ""
        right = service.acknowledge(session, code, body_id=body_id, key=hub.token_key, by=actor(), now=now())
    if not right:
        form.code.errors = [_("This is not the receipt code of a drill of your body")]
        return _our(tracking_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Thank you. The receipt is recorded."), "success")
    return redirect(url_for("drills.our", tracking_id=tracking_id), HTTPStatus.SEE_OTHER)


@bp.post("/ours/<tracking_id>/answer")
@allow(Role.CONTACT)
def answer(tracking_id: str) -> ResponseReturnValue:
    """Take the body's answer to a drill."""
    with wired().db.transaction() as session:
        body_id = _own_part(session, tracking_id).body.id
        service.answer(session, tracking_id, body_id=body_id, by=actor(), now=now())
    flash(_("Thank you. Your answer to the drill is recorded."), "success")
    return redirect(url_for("drills.our", tracking_id=tracking_id), HTTPStatus.SEE_OTHER)


def _our(tracking_id: str, form: ReceiptForm) -> str:
    with wired().db.reading() as session:
        part = _own_part(session, tracking_id)
        names = queries.names(session, [part])
        return render_template("drills/our.html", part=part, names=names, form=form, now=now())


def _own_part(session: orm.Session, tracking_id: str) -> queries.Part:
    body: uuid.UUID = bodies.own_body(session, signed_in().organisation_id).id
    return queries.part(session, tracking_id, body)
