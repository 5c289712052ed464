"""The pages on which a body looks after its contacts and says once a year that all is right."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core.errors import InputError, NotFoundError
from hub.web.access import allow, fresh
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.applications.sentences import CONTACTS
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, ContactKind
from sectors.upkeep import people, service
from sectors.upkeep.forms import DetailsForm, LeftForm, NewContactForm, SureForm, WindowForm

bp = Blueprint("upkeep", __name__, template_folder="templates", url_prefix="/bodies")
BOTH = (Role.COORDINATOR, Role.CONTACT)


@bp.route("/<uuid:body_id>/contacts/new", methods=["GET", "POST"])
@allow(*BOTH)
@fresh
def new_contact(body_id: uuid.UUID) -> ResponseReturnValue:
    """Name a further point of contact; the invitation goes by mail."""
    with wired().db.reading() as session:
        body = visible(session, body_id)
    form = NewContactForm()
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                people.add(session, body_id, form.value(), by=actor(), now=now())
        except InputError as refused:
            show_problems(form, refused.problems)
        else:
            flash(
                _("The person was invited by mail. The telephone number counts once it is approved."),
                "success",
            )
            return _to_body(body_id)
    page = render_template("upkeep/new_contact.html", form=form, body=body)
    return page, status_of(form)


@bp.get("/<uuid:body_id>/contacts/<uuid:contact_id>")
@allow(*BOTH)
@fresh
def contact(body_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Show a contact, and what can be changed about the person."""
    return _contact_page(body_id, contact_id)


@bp.post("/<uuid:body_id>/contacts/<uuid:contact_id>/window")
@allow(*BOTH)
@fresh
def give_window(body_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Give a contact another window."""
    form = WindowForm()
    if not form.validate_on_submit():
        return _contact_page(body_id, contact_id, window=form)
    kind = ContactKind(form.kind.data)
    try:
        with wired().db.transaction() as session:
            people.give_window(session, body_id, contact_id, kind, by=actor(), now=now())
    except InputError as refused:
        form.kind.errors = [_(said) for said in refused.problems.values()]
        return _contact_page(body_id, contact_id, window=form)
    flash(_("The window was changed."), "success")
    return _to_body(body_id)


@bp.post("/<uuid:body_id>/contacts/<uuid:contact_id>/left")
@allow(*BOTH)
@fresh
def left(body_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Take note that a contact has left; it is effective at once."""
    with wired().db.reading() as session:
        form = _leaving(session, visible(session, body_id), contact_id, LeftForm())
    if not form.validate_on_submit():
        return _contact_page(body_id, contact_id, leaving=form)
    with wired().db.transaction() as session:
        people.leave(session, body_id, contact_id, successor_id=form.value(), by=actor(), now=now())
    flash(_("It is recorded that this person has left. Account and certificates have ended."), "success")
    return _to_body(body_id)


@bp.route("/<uuid:body_id>/check", methods=["GET", "POST"])
@allow(Role.CONTACT)
def check(body_id: uuid.UUID) -> ResponseReturnValue:
    """Ask whether everything that is recorded of the body is still right."""
    if SureForm().validate_on_submit():
        with wired().db.transaction() as session:
            service.still_right(session, body_id, by=actor(), now=now())
        flash(_("Thank you. It is recorded that everything is still right."), "success")
        return _to_body(body_id)
    return _check_page(body_id)


@bp.post("/<uuid:body_id>/details")
@allow(Role.CONTACT)
def details(body_id: uuid.UUID) -> ResponseReturnValue:
    """Take the body's present address and representative."""
    form = DetailsForm()
    if not form.validate_on_submit():
        return _check_page(body_id, form)
    with wired().db.transaction() as session:
        service.move_house(
            session,
            body_id,
            address=form.address.data or "",
            representative=form.representative.data or "",
            by=actor(),
            now=now(),
        )
    flash(_("Address and representative are saved."), "success")
    return redirect(url_for("upkeep.check", body_id=body_id), HTTPStatus.SEE_OTHER)


def visible(session: orm.Session, body_id: uuid.UUID) -> Body:
    """Return what the person may see: coordinators all bodies, contacts their own.

    Raises:
        NotFoundError: there is none, or it is another organisation's.

    """
    body = bodies.body(session, body_id)
    person = signed_in()
    if person.role is Role.CONTACT and body.organisation_id != person.organisation_id:
        raise NotFoundError("no such body")
    return body


def _check_page(body_id: uuid.UUID, failed: DetailsForm | None = None) -> ResponseReturnValue:
    with wired().db.reading() as session:
        body = visible(session, body_id)
        present = {"address": body.address, "representative": body.representative}
        page = render_template(
            "upkeep/check.html",
            body=body,
            contacts=bodies.contacts(session, body.id),
            roster=bodies.roster_counts(session, [body.id]).get(body.id, bodies.Roster()),
            words=CONTACTS,
            due=service.check_due(body),
            form=failed or DetailsForm(formdata=None, data=present),
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _contact_page(
    body_id: uuid.UUID,
    contact_id: uuid.UUID,
    *,
    window: WindowForm | None = None,
    leaving: LeftForm | None = None,
) -> ResponseReturnValue:
    with wired().db.reading() as session:
        body = visible(session, body_id)
        found = bodies.contact(session, contact_id)
        page = render_template(
            "upkeep/contact.html",
            body=body,
            contact=found,
            confirmed=bodies.is_confirmed(session, found),
            words=CONTACTS,
            window=window or WindowForm(formdata=None, data={"kind": found.kind.value}),
            leaving=leaving or _leaving(session, body, contact_id, LeftForm(formdata=None)),
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if window or leaving else HTTPStatus.OK


def _leaving(session: orm.Session, body: Body, contact_id: uuid.UUID, form: LeftForm) -> LeftForm:
    present = bodies.contacts(session, body.id)
    mine = next((each for each in present if each.id == contact_id), None)
    if mine is None:
        raise NotFoundError("no such contact")
    others = {each.id: each.name for each in present if each.id != contact_id}
    return form.prepare(others, is_main=mine.kind is ContactKind.MAIN)


def _to_body(body_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("bodies.show", body_id=body_id), HTTPStatus.SEE_OTHER)
