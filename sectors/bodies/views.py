"""The pages of sector bodies: the list for JPCERT/CC, and one body for it and for the body's contacts."""

import uuid
from collections.abc import Collection
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import orm

from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import NotAllowedError, NotFoundError
from hub.web.access import allow
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from keys.queries import usable_certificate
from sectors.bodies import queries, service
from sectors.bodies.forms import MailForm, ReceivingForm
from sectors.bodies.models import Body
from sectors.catalogue.queries import sectors
from sectors.requirements.models import Requirement
from sectors.requirements.queries import attested

OPEN_TO_ALL = {"static", "login.sign_out", "language.choose"}

bp = Blueprint("bodies", __name__, template_folder="templates", url_prefix="/bodies")


@bp.before_app_request
def _only_present_contacts() -> None:
    """Let nobody act for a body who is not its point of contact any more, whatever the account says.

    Raises:
        NotAllowedError: the person has left, or the hub did not write the row of the contact.

    """
    if request.endpoint in OPEN_TO_ALL or not current_user.is_authenticated:
        return
    person = signed_in()
    if person.role is not Role.CONTACT:
        return
    with wired().db.reading() as session:
        acts = queries.may_act(session, person.account_id, person.organisation_id)
    if not acts:
        raise NotAllowedError("You are no point of contact of this body any more.")


@bp.get("")
@allow(Role.COORDINATOR)
def listed() -> ResponseReturnValue:
    """List every body."""
    with wired().db.reading() as session:
        found = queries.bodies(session)
        names = _names(session, {code for body in found for code in body.sector_codes})
        lost = queries.with_lost_mail(session)
        rosters = queries.roster_counts(session, [body.id for body in found])
        return render_template("bodies/listed.html", bodies=found, names=names, lost=lost, rosters=rosters)


@bp.get("/mine")
@allow(Role.CONTACT)
def mine() -> ResponseReturnValue:
    """Lead a contact to the own body."""
    with wired().db.reading() as session:
        body = queries.own_body(session, signed_in().organisation_id)
    return redirect(url_for("bodies.show", body_id=body.id), HTTPStatus.SEE_OTHER)


@bp.get("/<uuid:body_id>")
@allow(Role.COORDINATOR, Role.CONTACT)
def show(body_id: uuid.UUID) -> ResponseReturnValue:
    """Show a body: state, contacts, sectors, requirements, operators."""
    return _page(body_id, None)


@bp.post("/<uuid:body_id>/receiving")
@allow(Role.CONTACT)
def receiving(body_id: uuid.UUID) -> ResponseReturnValue:
    """Choose the contact whose certificate the body's tools decrypt with."""
    with wired().db.reading() as session:
        body = _visible(session, body_id)
        form = ReceivingForm().prepare({each.id: each.name for each in queries.contacts(session, body.id)})
    if not form.validate():
        return _page(body_id, form)
    with wired().db.transaction() as session:
        service.choose_receiving_contact(session, body_id, form.value(), by=actor(), now=now())
    flash(_("The contact for your tools was changed."), "success")
    return redirect(url_for("bodies.show", body_id=body_id), HTTPStatus.SEE_OTHER)


@bp.post("/<uuid:body_id>/mail-form")
@allow(Role.CONTACT)
def mail_form(body_id: uuid.UUID) -> ResponseReturnValue:
    """Choose which contacts get their encrypted mail as an attachment."""
    with wired().db.transaction() as session:
        body = _visible(session, body_id)
        form = MailForm().prepare({each.id: each.name for each in queries.contacts(session, body.id)})
        service.choose_mail_form(session, body.id, form.value(), by=actor(), now=now())
    flash(_("The form of your encrypted mail was changed."), "success")
    return redirect(url_for("bodies.show", body_id=body_id), HTTPStatus.SEE_OTHER)


@bp.post("/<uuid:body_id>/contacts/<uuid:contact_id>/mailbox-works")
@allow(Role.COORDINATOR, Role.CONTACT)
def mailbox_works(body_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Take note that mail arrives at a contact again."""
    with wired().db.transaction() as session:
        body = _visible(session, body_id)
        service.mailbox_works(session, body.id, contact_id, by=actor(), now=now())
    flash(_("It is noted that mail arrives there again."), "success")
    return redirect(url_for("bodies.show", body_id=body_id), HTTPStatus.SEE_OTHER)


def _page(body_id: uuid.UUID, failed: ReceivingForm | None) -> ResponseReturnValue:
    with wired().db.reading() as session:
        body = _visible(session, body_id)
        page = render_template(
            "bodies/show.html",
            body=body,
            **_people(session, body, failed),
            **_promises(session, body),
            own=signed_in().role is Role.CONTACT,
        )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK


def _people(session: orm.Session, body: Body, failed: ReceivingForm | None) -> dict[str, object]:
    contacts = queries.contacts(session, body.id)
    receiving = queries.receiving_contact(session, body)
    chosen = str(receiving.id) if receiving is not None else None
    form = failed or ReceivingForm(formdata=None, data={"contact": chosen})
    attached = [str(each.id) for each in contacts if each.encrypted_attachment]
    mailing = MailForm(formdata=None, data={"as_attachment": attached})
    names = {each.id: each.name for each in contacts}
    return {
        "contacts": contacts,
        "confirmed": {each.id for each in contacts if queries.is_confirmed(session, each)},
        "certified": {each.id for each in contacts if usable_certificate(session, each.id, now=now())},
        "receiving": receiving,
        "choosing": form.prepare(names),
        "mailing": mailing.prepare(names),
    }


def _promises(session: orm.Session, body: Body) -> dict[str, object]:
    return {
        "roster": queries.roster_counts(session, [body.id]).get(body.id, queries.Roster()),
        "names": _names(session, body.sector_codes),
        "requirements": list(Requirement),
        "attested": attested(session, body.id, on=now().astimezone(JST).date()),
        "moves": queries.moves(session, body.id),
    }


def _names(session: orm.Session, codes: Collection[str]) -> dict[str, str]:
    return {each.code: each.en if language() == "en" else each.ja for each in sectors(session, codes)}


def _visible(session: orm.Session, body_id: uuid.UUID) -> Body:
    """Return what the person may see: coordinators all bodies, contacts their own."""
    body = queries.body(session, body_id)
    person = signed_in()
    if person.role is Role.CONTACT and body.organisation_id != person.organisation_id:
        raise NotFoundError("no such body")
    return body
