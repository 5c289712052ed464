"""The pages on which a body passes a notice on: who gets it, the packages, the mail for each member."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.delivery import queries as deliveries
from feeds.delivery.queries import Received
from feeds.dissemination import at_rest, parcel, passing, queries, service
from feeds.dissemination.forms import MembersForm, SureForm
from feeds.dissemination.models import MemberPackage
from feeds.dissemination.states import TAKEABLE
from feeds.formats.subject import outer_subject
from hub.accounts.models import Role
from hub.core.errors import NotFoundError
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body, MemberOperator

bp = Blueprint("kit", __name__, template_folder="templates", url_prefix="/passing-on")


@bp.get("/<tracking_id>")
@allow(Role.CONTACT)
def members(tracking_id: str) -> ResponseReturnValue:
    """Show who may be given the notice, who may not and why, and what became of each package."""
    return _roster_page(tracking_id, MembersForm(formdata=None), all_chosen="all" in request.args)


@bp.post("/<tracking_id>/check")
@allow(Role.CONTACT)
def check(tracking_id: str) -> ResponseReturnValue:
    """Show once more to whom the notice will be passed on; nothing is done yet."""
    form = MembersForm()
    with wired().db.reading() as session:
        body, found = _own(session, tracking_id)
        service.refuse(session, found.release, body, now=now())
        eligible = _eligible(session, found, body)
        certified = queries.roster(session, found.release.id, body.id, now=now()).certified
    if not form.prepare(eligible).validate_on_submit():
        return _roster_page(tracking_id, form)
    chosen = [each for each in eligible if each.id in form.value()]
    return render_template("kit/check.html", found=found, chosen=chosen, certified=certified, form=form)


@bp.post("/<tracking_id>/order")
@allow(Role.CONTACT)
def order(tracking_id: str) -> ResponseReturnValue:
    """Have the packages made."""
    form = MembersForm()
    with wired().db.reading() as session:
        body, found = _own(session, tracking_id)
        form.prepare(_eligible(session, found, body))
    if not form.validate_on_submit():
        return _roster_page(tracking_id, form)
    with wired().db.transaction() as session:
        body, found = _own(session, tracking_id)
        count = service.order(session, found.release, body, form.value(), by=actor(), now=now())
    flash(
        _("Packages are being made: %(count)s. Each stands on this page once it is ready.", count=count),
        "success",
    )
    return redirect(url_for("kit.members", tracking_id=tracking_id), HTTPStatus.SEE_OTHER)


@bp.get("/packages/<uuid:package_id>")
@allow(Role.CONTACT)
def package(package_id: uuid.UUID) -> ResponseReturnValue:
    """Show one package: its state, its files, the mail that the body sends with it."""
    hub = wired()
    with hub.db.reading() as session:
        body, found, shown = _own_package(session, package_id)
        why = passing.refused(session, found.release, body, now=now()) or passing.barred(
            shown.member, now=now()
        )
        open_ = why is None and shown.state in TAKEABLE
        mail = at_rest.mail_of(shown, vault=hub.vault) if open_ else ""
    release = found.release
    return render_template(
        "kit/package.html",
        found=found,
        package=shown,
        reason=_(service.SENTENCES[why]) if why else "",
        is_open=open_,
        again=why is None and service.may_order_again(shown),
        subject=outer_subject(release.kind, release.tlp, found.tracking_id, release.revision),
        mail=mail,
        file=_file_name(found, shown),
        sentences=service.SENTENCES,
        form=SureForm(formdata=None),
    )


@bp.post("/packages/<uuid:package_id>/file")
@allow(Role.CONTACT)
def file(package_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out the files of a package."""
    hub = wired()
    with hub.db.transaction() as session:
        body, found, taken = _own_package(session, package_id, lock=True)
        content = service.take(session, taken, body, vault=hub.vault, by=actor(), now=now())
    kind = parcel.SEALED if taken.fingerprint else parcel.ZIP
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(found, taken)}"'
    return answer


@bp.post("/packages/<uuid:package_id>/again")
@allow(Role.CONTACT)
def again(package_id: uuid.UUID) -> ResponseReturnValue:
    """Have a package made anew, with the member's present certificate and a new link."""
    with wired().db.transaction() as session:
        body, _found, package = _own_package(session, package_id, lock=True)
        service.order_again(session, package, body, by=actor(), now=now())
    flash(_("The package is made anew. The earlier link works no more."), "success")
    return redirect(url_for("kit.package", package_id=package_id), HTTPStatus.SEE_OTHER)


def _roster_page(tracking_id: str, form: MembersForm, *, all_chosen: bool = False) -> ResponseReturnValue:
    with wired().db.reading() as session:
        body, found = _own(session, tracking_id)
        why = passing.refused(session, found.release, body, now=now())
        roster = queries.roster(session, found.release.id, body.id, now=now())
        reached = queries.reached(session, body.id, found.release.advisory_id)
    form.prepare(roster.eligible)
    if all_chosen:
        form.members.data = [str(each.id) for each in roster.eligible]
    page = render_template(
        "kit/members.html",
        found=found,
        body=body,
        roster=roster,
        reached=reached,
        reason=_(service.SENTENCES[why]) if why else "",
        sentences=service.SENTENCES,
        form=form,
        most=service.MOST_AT_ONCE,
    )
    return page, status_of(form)


def _own(session: orm.Session, tracking_id: str) -> tuple[Body, Received]:
    """Return the person's body and the newest revision of the notice that has arrived at it."""
    body = bodies.own_body(session, signed_in().organisation_id)
    return body, deliveries.received_release(session, body, tracking_id, None, now=now())


def _own_package(
    session: orm.Session, package_id: uuid.UUID, *, lock: bool = False
) -> tuple[Body, Received, MemberPackage]:
    """Return a package of the person's body, with the notice that it is of.

    Raises:
        NotFoundError: the body has none of this id, or may not know of the notice now.

    """
    body = bodies.own_body(session, signed_in().organisation_id)
    found = queries.package(session, package_id, body_id=body.id, lock=lock)
    of = [
        each for each in deliveries.received(session, body, now=now()) if each.release.id == found.release_id
    ]
    if not of:
        raise NotFoundError("no such package")
    return body, of[0], found


def _eligible(session: orm.Session, found: Received, body: Body) -> tuple[MemberOperator, ...]:
    return queries.roster(session, found.release.id, body.id, now=now()).eligible


def _file_name(found: Received, package: MemberPackage) -> str:
    number, is_sealed = package.copy_number, package.fingerprint is not None
    return parcel.named(found.tracking_id, found.release.revision, number, sealed=is_sealed)
