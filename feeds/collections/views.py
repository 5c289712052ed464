"""Pages on which a body manages its TAXII clients, and the TAXII endpoints themselves."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import orm

from feeds.collections import queries, service
from feeds.collections.backend import HubBackend
from feeds.collections.forms import ClientForm
from feeds.delivery.series import series_of
from feeds.taxii.views import taxii_blueprint
from hub.accounts.models import Role
from hub.core.errors import InputError
from hub.core.instance import Instance
from hub.web.access import allow
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

bp = Blueprint("clients", __name__, template_folder="templates", url_prefix="/clients")


def install_taxii(app: Flask, hub: Instance, csrf: CSRFProtect) -> None:
    """Serve TAXII: no cookies, so no CSRF tokens; a rate limit for each credential."""
    backend = HubBackend(hub)
    backend.prepare()
    taxii = taxii_blueprint(backend)
    limiter = Limiter(_credential, app=app, storage_uri=hub.config.rate_storage, headers_enabled=True)
    limiter.limit(hub.config.taxii_rate)(taxii)
    csrf.exempt(taxii)
    app.register_blueprint(taxii)


def _credential() -> str:
    given = request.authorization
    if given is None:
        return request.remote_addr or "nowhere"
    return f"{request.remote_addr} {given.username or 'bearer'}"


@bp.get("")
@allow(Role.CONTACT)
def mine() -> ResponseReturnValue:
    """List the body's clients."""
    with wired().db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        clients = queries.clients_of(session, body.id)
    return render_template("clients/list.html", clients=clients, form=ClientForm(), now=now(), base=_base())


@bp.post("")
@allow(Role.CONTACT)
def add() -> ResponseReturnValue:
    """Add a client and show its token, this once."""
    hub, form = wired(), ClientForm()
    with hub.db.transaction() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        if not form.validate_on_submit():
            return _refused(session, body, form)
        try:
            client, token = service.add_client(
                session, body.id, form.name.data or "", key=hub.token_key, by=actor(), now=now()
            )
        except InputError as error:
            form.name.errors = [_(error.problems["name"])]
            return _refused(session, body, form)
        series = series_of(session, body.id)
        return render_template("clients/token.html", client=client, token=token, series=series, base=_base())


def _refused(session: orm.Session, body: Body, form: ClientForm) -> ResponseReturnValue:
    clients = queries.clients_of(session, body.id)
    page = render_template("clients/list.html", clients=clients, form=form, now=now(), base=_base())
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/<uuid:client_id>/revoke")
@allow(Role.CONTACT)
def revoke(client_id: uuid.UUID) -> ResponseReturnValue:
    """End a client's token."""
    with wired().db.transaction() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        service.revoke_client(session, client_id, body_id=body.id, by=actor(), now=now())
    flash(_("The token is revoked and works no more."), "success")
    return redirect(url_for("clients.mine"), HTTPStatus.SEE_OTHER)


def _base() -> str:
    return wired().config.base_url
