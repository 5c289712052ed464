"""The pages of the explanatory pack: to read, to print, to confirm; and who has, for staff."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.delivery import packing
from feeds.delivery.composing import PDF
from feeds.pack import paper, queries, service
from feeds.pack.details import HEADING, Details
from feeds.pack.forms import ReadForm
from feeds.pack.texts import CURRENT, blocks
from hub.accounts.models import Role
from hub.core.blocks import grouped
from hub.core.errors import ConflictError, NotFoundError
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Contact

bp = Blueprint("pack", __name__, template_folder="templates", url_prefix="/pack")


@bp.route("", methods=["GET", "POST"])
@allow(Role.CONTACT)
def ours() -> ResponseReturnValue:
    """Show the pack with the body's details, and take that its reader has understood it."""
    form = ReadForm()
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                contact, shown = _own_contact(session), form.version.data or ""
                service.understood(session, contact.id, shown, by=actor(), now=now())
        except ConflictError as refused:
            form.form_errors.append(_(str(refused)))
        else:
            flash(_("Thank you. It is recorded that you have read and understood the pack."), "success")
            return redirect(url_for("pack.ours"), HTTPStatus.SEE_OTHER)
    form.version.data = CURRENT
    with wired().db.transaction() as session:
        contact, details = _own_contact(session), _details(session)
        reading = queries.reading(session, contact.id, CURRENT)
    page = render_template(
        "pack/ours.html",
        form=form,
        groups=list(grouped(blocks(CURRENT, language()))),
        heading=HEADING.best(language()),
        rows=details.rows(language()),
        reading=reading,
    )
    return page, status_of(form)


@bp.get("/explanatory-pack.pdf")
@allow(Role.CONTACT)
def file() -> ResponseReturnValue:
    """Hand out the pack as PDF."""
    with wired().db.transaction() as session:
        details = _details(session)
    answer = Response(paper.printed(CURRENT, details), mimetype=PDF)
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper.file_name(CURRENT)}"'
    return answer


@bp.get("/readers")
@allow(Role.REVIEWER, Role.COORDINATOR)
def readers() -> ResponseReturnValue:
    """Show which contact was sent the present version, and who has read and understood it."""
    with wired().db.reading() as session:
        shown = queries.readers(session, page=request.args.get("page", default=1, type=int))
        return render_template("pack/readers.html", shown=shown, version=CURRENT)


def _own_contact(session: orm.Session) -> Contact:
    """Return the person's own row.

    Raises:
        NotFoundError: the person is no point of contact yet.

    """
    contact = bodies.contact_of(session, signed_in().account_id)
    if contact is None:
        raise NotFoundError("no such contact")
    return contact


def _details(session: orm.Session) -> Details:
    body = bodies.own_body(session, signed_in().organisation_id)
    return packing.details_of(session, body, config=wired().config)
