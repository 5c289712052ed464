"""The coordinator's and IPA's pages of advisories: list, draft, import, the staff view, consultations."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import orm

from feeds.advisories import consulting, finding, import_words, importing, pages, queries, service, words
from feeds.advisories.draft import Draft, written
from feeds.advisories.draft_form import DraftForm, draft_form
from feeds.advisories.finding import Wanted
from feeds.advisories.forms import ChosenSectorsForm, ConsultationForm, ImportForm, IpaForm, seen_version
from feeds.advisories.notice import sector_names
from feeds.advisories.search_form import SearchForm
from feeds.advisories.states import Answer, State
from feeds.formats import handling, letter_words, scoring
from feeds.formats.content import affected_products
from feeds.products import queries as products
from feeds.products.queries import Suggested
from hub.accounts.models import Role
from hub.core.clock import JST, both_zones
from hub.core.errors import ConflictError, InputError
from hub.web.access import allow
from hub.web.language import language
from hub.web.state_words import text_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.catalogue import queries as catalogue

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


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """Take the draft of a new advisory."""
    hub = wired()
    with hub.db.reading() as session:
        form = _form(session, None)
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                advisory = service.create_draft(
                    session, form.value(None), vault=hub.vault, by=actor(), now=now()
                )
            return _to(advisory.id)
        except InputError as refused:
            show_problems(form, refused.problems)
    page = render_template("advisories/draft.html", form=form, revision=None, suggested=_suggested(form))
    return page, status_of(form)


@bp.route("/import", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def import_() -> ResponseReturnValue:
    """Take a CSAF document as a draft."""
    hub, form = wired(), ImportForm()
    problems: dict[str, str] = {}
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                advisory = importing.import_csaf(
                    session, form.document.data.read(), vault=hub.vault, by=actor(), now=now()
                )
            return redirect(url_for("advisories.imported", advisory_id=advisory.id), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            problems = refused.problems
            form.document.errors = [_("The document was not taken over. The reasons stand below.")]
    return render_template("advisories/import.html", form=form, problems=problems), status_of(form)


@bp.route("/<uuid:advisory_id>/imported", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def imported(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Give account of an import: what was taken, what was left and why; let a person choose the sectors."""
    hub = wired()
    with hub.db.reading() as session:
        page = pages.staff_page(session, advisory_id, vault=hub.vault, now=now())
        service.refuse_to_write(page.revision)
        before = written(session, page.revision, vault=hub.vault)
        names = _sector_names(session)
    suggested = importing.suggestion(before.content, names)
    form = ChosenSectorsForm(data={"sectors": sorted(before.sectors)}).prepare(names, suggested.codes)
    form.version.data = form.version.data or str(page.revision.version)
    if form.validate_on_submit():
        chosen = replace(before, sectors=frozenset(form.sectors.data or ()))
        try:
            _save(advisory_id, chosen, form.version.data)
            return _to(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
        except ConflictError as refused:
            form.form_errors.append(_(str(refused)))
    left = import_words.left(before.content)
    shown = render_template(
        "advisories/imported.html", form=form, page=page, left=left, suggested=suggested, names=names
    )
    return shown, status_of(form)


@bp.route("/<uuid:advisory_id>/edit", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Write the open draft anew."""
    hub = wired()
    with hub.db.reading() as session:
        advisory = queries.advisory(session, advisory_id)
        revision = queries.latest_revision(session, advisory_id)
        service.refuse_to_write(revision)
        before = written(session, revision, vault=hub.vault)
        form = _form(session, before)
        form.version.data = form.version.data or str(revision.version)
    if form.validate_on_submit():
        try:
            _save(advisory_id, form.value(before.content), form.version.data)
            return _to(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
        except ConflictError as refused:  # what was typed stays on the page
            form.form_errors.append(_(str(refused)))
    page = render_template(
        "advisories/draft.html",
        form=form,
        revision=revision,
        advisory=advisory,
        suggested=_suggested(form),
    )
    return page, status_of(form)


def _suggested(form: DraftForm) -> tuple[Suggested, ...]:
    """Return the bodies that listed one of the products as they stand in the form; a hint, no choice."""
    hub = wired()
    with hub.db.reading() as session:
        return products.suggested(session, form.products.read().items, vault=hub.vault)


def _save(advisory_id: uuid.UUID, draft: Draft, version: str | None) -> None:
    hub = wired()
    with hub.db.transaction() as session:
        service.save_draft(
            session,
            advisory_id,
            draft,
            version=seen_version(version),
            vault=hub.vault,
            by=actor(),
            now=now(),
        )
    flash(_("The draft is saved"), "success")


def _sector_names(session: orm.Session) -> dict[str, str]:
    holding = catalogue.sectors_on(session, now().astimezone(JST).date())
    return {each.code: each.en if language() == "en" else each.ja for each in holding}


def _form(session: orm.Session, draft: Draft | None) -> DraftForm:
    codes = {each.code for each in catalogue.sectors_on(session, now().astimezone(JST).date())}
    names = sector_names(session, codes | (draft.sectors if draft else frozenset()))
    shown = {each.code: each.en if language() == "en" else each.ja for each in names}
    choices = [(each.id, pages.body_choice(each, shown)) for each in bodies.bodies(session)]
    return draft_form(names, choices, draft=draft)


@bp.get("/<uuid:advisory_id>")
@allow(Role.COORDINATOR)
def show(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Show where an advisory stands and what is missing for its release."""
    hub = wired()
    with hub.db.reading() as session:
        page = pages.staff_page(session, advisory_id, vault=hub.vault, now=now())
        mine = signed_in().account_id in page.revision.editor_ids
        return render_template("advisories/show.html", page=page, mine=mine)


@bp.route("/<uuid:advisory_id>/consultations", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def consultations(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Record what a product developer said."""
    hub, form = wired(), ConsultationForm()
    with hub.db.reading() as session:
        advisory = queries.advisory(session, advisory_id)
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                consulting.record_consultation(
                    session, advisory_id, form.value(), vault=hub.vault, by=actor(), now=now()
                )
            return _to(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
    return render_template("advisories/consultation.html", form=form, advisory=advisory), status_of(form)


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


def show_problems(form: FlaskForm, problems: Mapping[str, str]) -> None:
    """Put a service's problems beside their fields; what has no field stands above the form."""
    for name, said in problems.items():
        if name in form:
            form[name].errors = [*form[name].errors, _(said)]
        else:
            form.form_errors.append(_(said))


def status_of(form: FlaskForm) -> HTTPStatus:
    """Return 422 for a form that is shown again with its problems."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or form.form_errors else HTTPStatus.OK


def _to(advisory_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("advisories.show", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
