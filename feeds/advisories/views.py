"""The coordinator's and IPA's pages of advisories: list, import, the staff view, consultations."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.advisories import consulting, duplicates, finding, pages, queries, words
from feeds.advisories.finding import Wanted
from feeds.advisories.forms import ConsultationForm, IpaForm
from feeds.advisories.search_form import SearchForm
from feeds.advisories.states import Answer, State
from feeds.formats import handling, letter_words, markdown, scoring
from feeds.formats.content import affected_products
from hub.accounts.models import Role
from hub.core.clock import both_zones
from hub.core.errors import InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.state_words import text_of
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("advisories", __name__, template_folder="templates", url_prefix="/advisories")


@bp.record_once
def _words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(
        advisory_words=words,
        notice_words=letter_words,
        notice_handling=handling,
        severity_of=scoring.severity,
        affected_products=affected_products,
        both_zones=both_zones,
    )
    state.app.jinja_env.filters["markdown"] = markdown.html


@bp.route("", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.REVIEWER)
def index() -> ResponseReturnValue:
    """List the advisories, or those that a search is for; to IPA only those it is to be consulted about."""
    hub, form = wired(), SearchForm().prepare({each.value: text_of(each.value) for each in State})
    wanted = form.value() if form.validate_on_submit() else Wanted()
    with hub.db.reading() as session:
        ipa = signed_in().role is Role.REVIEWER
        only = {each.id for each in queries.waiting_for_ipa(session)} if ipa else None
        found = finding.find(session, wanted, page=form.page.data or 1, vault=hub.vault, only=only)
        page = render_template(
            "advisories/list.html", found=found, form=form, ipa=ipa, searched=wanted != Wanted()
        )
    return page, status_of(form)


@bp.get("/<uuid:advisory_id>")
@allow(Role.COORDINATOR)
def show(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Show where an advisory stands and what is missing for its release."""
    hub = wired()
    with hub.db.reading() as session:
        page = pages.staff_page(session, advisory_id, vault=hub.vault, now=now())
        mine = signed_in().account_id in page.revision.editor_ids
        alike = duplicates.duplicates(session, page.advisory, vault=hub.vault)
        return render_template("advisories/show.html", page=page, mine=mine, duplicates=alike)


@bp.route("/<uuid:advisory_id>/consultations", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def consultations(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Record what a product developer said."""
    hub, form = wired(), ConsultationForm()
    with hub.db.reading() as session:
        advisory = queries.advisory(session, advisory_id)
        revision = queries.latest_revision(session, advisory_id)
        missing = consulting.not_consulted(session, revision, vault=hub.vault)
    if missing and not form.is_submitted():
        form.name.data = missing[0]
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                consulting.record_consultation(
                    session, advisory_id, form.value(), vault=hub.vault, by=actor(), now=now()
                )
            return _to(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
    shown = render_template("advisories/consultation.html", form=form, advisory=advisory, missing=missing)
    return shown, status_of(form)


@bp.route("/<uuid:advisory_id>/consult", methods=["GET", "POST"])
@allow(Role.REVIEWER)
def consult(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Let IPA read what is to be provided, and record its own consultation."""
    hub, form = wired(), IpaForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                consulting.confirm_ipa(
                    session,
                    advisory_id,
                    answer=Answer(form.answer.data),
                    reason=form.reason.data or "",
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
            flash(_("IPA's consultation is recorded"), "success")
            return redirect(url_for("advisories.index"), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            show_problems(form, refused.problems)
    with hub.db.reading() as session:
        page = pages.ipa_page(session, advisory_id, vault=hub.vault, now=now())
        return render_template("advisories/consult.html", form=form, page=page), status_of(form)


def _to(advisory_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("advisories.show", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
