"""The notices as a contact sees them, with the receipt; and the coordinators' board of deliveries."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.advisories import at_rest
from feeds.delivery import queries, receipts
from feeds.delivery.forms import ReceiptForm
from feeds.delivery.queries import Received
from feeds.delivery.telling import told
from hub.accounts.models import Role
from hub.core import audit
from hub.web.access import allow
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

notices = Blueprint("notices", __name__, template_folder="templates", url_prefix="/notices")
deliveries = Blueprint("delivery", __name__, template_folder="templates", url_prefix="/delivery")


@notices.get("")
@allow(Role.CONTACT)
def received() -> ResponseReturnValue:
    """List what has arrived at the body."""
    with wired().db.reading() as session:
        listed = queries.received(session, bodies.own_body(session, signed_in().organisation_id), now=now())
    return render_template("notices/list.html", listed=listed)


@notices.get("/<tracking_id>")
@allow(Role.CONTACT)
def notice(tracking_id: str) -> ResponseReturnValue:
    """Show a notice as this body may know it."""
    return _shown(tracking_id, ReceiptForm())


@notices.post("/<tracking_id>/receipt")
@allow(Role.CONTACT)
def acknowledge(tracking_id: str) -> ResponseReturnValue:
    """Take the receipt code."""
    hub, form = wired(), ReceiptForm()
    if not form.validate_on_submit():
        return _shown(tracking_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with hub.db.transaction() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        _found(session, body, tracking_id)
        right = receipts.acknowledge(
            session, form.code.data or "", body_id=body.id, key=hub.token_key, by=actor(), now=now()
        )
    if not right:
        form.code.errors = [_("This is not the receipt code of a notice to your body")]
        return _shown(tracking_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Thank you. The receipt is recorded."), "success")
    return redirect(url_for("notices.notice", tracking_id=tracking_id), HTTPStatus.SEE_OTHER)


@notices.get("/<tracking_id>/stix.json")
@allow(Role.CONTACT)
def stix_bundle(tracking_id: str) -> ResponseReturnValue:
    """Hand out the exact STIX bytes that were released."""
    hub = wired()
    with hub.db.transaction() as session:
        found = _found(session, bodies.own_body(session, signed_in().organisation_id), tracking_id)
        audit.record(session, "notice.downloaded", by=actor(), subject=found.release.id, now=now())
        bundle = at_rest.bundle_of(found.release, vault=hub.vault)
    answer = Response(bundle, mimetype="application/stix+json")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{found.tracking_id}-r{found.release.revision}.json"'
    )
    return answer


@deliveries.get("")
@allow(Role.COORDINATOR)
def board() -> ResponseReturnValue:
    """Show the deliveries, of one matter or the newest of all, what is held first."""
    tracking_id = request.args.get("notice", "").strip().upper()
    with wired().db.reading() as session:
        lines = queries.board(session, tracking_id=tracking_id)
    return render_template("delivery/board.html", lines=lines, tracking_id=tracking_id)


def _shown(tracking_id: str, form: ReceiptForm) -> str:
    hub = wired()
    with hub.db.transaction() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        found = _found(session, body, tracking_id)
        audit.record(session, "notice.viewed", by=actor(), subject=found.release.id, now=now())
        what = told(found.release, body, vault=hub.vault)
        revisions = [
            each for each in queries.received(session, body, now=now()) if each.tracking_id == tracking_id
        ]
    return render_template("notices/notice.html", found=found, told=what, revisions=revisions, form=form)


def _found(session: orm.Session, body: Body, tracking_id: str) -> Received:
    revision = request.args.get("revision", type=int)
    return queries.received_release(session, body, tracking_id, revision, now=now())
