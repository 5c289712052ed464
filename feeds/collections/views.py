"""Pages on which a body manages its TAXII clients and staff sees them."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.collections import queries, service
from feeds.collections.forms import ClientForm, RevokeForm
from feeds.collections.models import TaxiiClient
from feeds.delivery.series import series_of
from hub.accounts.models import Role
from hub.core.errors import InputError, NotFoundError
from hub.web.access import allow, fresh
from hub.web.forms import show_problems, status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

bp = Blueprint("clients", __name__, template_folder="templates", url_prefix="/clients")


@bp.get("")
@allow(Role.CONTACT)
def mine() -> ResponseReturnValue:
    """List the body's clients."""
    with wired().db.transaction() as session:
        return _listed(session, bodies.own_body(session, signed_in().organisation_id), ClientForm())


@bp.post("")
@allow(Role.CONTACT)
@fresh
def add() -> ResponseReturnValue:
    """Add a client and show its token, this once."""
    hub, form = wired(), ClientForm()
    with hub.db.transaction() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        if not form.validate_on_submit():
            return _listed(session, body, form), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            client, token = service.add_client(
                session,
                body.id,
                form.name.data or "",
                key=hub.token_key,
                by=actor(),
                now=now(),
                life=form.token_life,
                networks=form.allowed_networks,
                certificate=form.shown_certificate if hub.config.client_certificate_header else None,
            )
        except InputError as error:
            show_problems(form, error.problems)
            return _listed(session, body, form), HTTPStatus.UNPROCESSABLE_ENTITY
        series = series_of(session, body.id)
        return render_template("clients/token.html", client=client, token=token, series=series, base=_base())


@bp.get("/of/<uuid:body_id>")
@allow(Role.COORDINATOR)
def of_body(body_id: uuid.UUID) -> ResponseReturnValue:
    """Show a body's clients to staff."""
    with wired().db.reading() as session:
        body = bodies.body(session, body_id)
        clients = queries.clients_of(session, body.id)
        return render_template("clients/of_body.html", body=body, clients=clients, now=now())


@bp.route("/<uuid:client_id>/revoke", methods=["GET", "POST"])
@allow(Role.CONTACT, Role.COORDINATOR)
def revoke(client_id: uuid.UUID) -> ResponseReturnValue:
    """Ask once more, then end a client's token."""
    form = RevokeForm()
    with wired().db.transaction() as session:
        client = _visible(session, client_id)
        back = _back(client)
        if not form.validate_on_submit():
            page = render_template("clients/revoke.html", client=client, form=form, back=back)
            return page, status_of(form)
        service.revoke_client(session, client, by=actor(), now=now())
    flash(_("The token is revoked and works no more."), "success")
    return redirect(back, HTTPStatus.SEE_OTHER)


def _listed(session: orm.Session, body: Body, form: ClientForm) -> str:
    clients = queries.clients_of(session, body.id)
    return render_template(
        "clients/list.html",
        clients=clients,
        series=series_of(session, body.id),
        form=form,
        now=now(),
        base=_base(),
        with_certificate=wired().config.client_certificate_header is not None,
    )


def _visible(session: orm.Session, client_id: uuid.UUID) -> TaxiiClient:
    """Return what the person may see: coordinators all clients, contacts their own body's."""
    client, person = queries.client(session, client_id), signed_in()
    body = bodies.body(session, client.body_id)
    if person.role is Role.CONTACT and body.organisation_id != person.organisation_id:
        raise NotFoundError("no such client")
    return client


def _back(client: TaxiiClient) -> str:
    if signed_in().role is Role.CONTACT:
        return url_for("clients.mine")
    return url_for("clients.of_body", body_id=client.body_id)


def _base() -> str:
    return wired().config.base_url
