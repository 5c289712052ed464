"""The coordinator's pages on which a draft is written."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.advisories import duplicates, pages, queries, service, unsaved, vector_form
from feeds.advisories.draft import Draft, written
from feeds.advisories.draft_form import DraftForm, draft_form
from feeds.advisories.forms import seen_version
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.notice import sector_names
from feeds.advisories.unsaved import Unsaved
from feeds.products import queries as products
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.language import language
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.catalogue import queries as catalogue

bp = Blueprint("drafts", __name__, template_folder="templates", url_prefix="/advisories")


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """Take the draft of a new advisory."""
    hub = wired()
    with hub.db.reading() as session:
        kept = _kept(session, unsaved.NEW)
        form = _form(session, None, kept)
    if not vector_form.asked() and form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                advisory = service.create_draft(
                    session, form.value(None), vault=hub.vault, by=actor(), now=now()
                )
                unsaved.forget(session, unsaved.NEW, by=signed_in().account_id)
            return _to(advisory.id)
        except InputError as refused:
            show_problems(form, refused.problems)
    return _page(form, kept)


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
        kept = _kept(session, revision.id)
        form = _form(session, before, kept)
        form.version.data = form.version.data or str(revision.version)
    if not vector_form.asked() and form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                service.save_draft(
                    session,
                    advisory_id,
                    form.value(before.content),
                    version=seen_version(form.version.data),
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
                unsaved.forget(session, revision.id, by=signed_in().account_id)
            flash(_("The draft is saved"), "success")
            return _to(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
        except ConflictError as refused:  # what was typed stays on the page
            form.form_errors.append(_(str(refused)))
    return _page(form, kept, advisory, revision)


def _kept(session: orm.Session, about: uuid.UUID) -> Unsaved | None:
    """Return what the person typed and did not save; nothing where a form is being sent."""
    if request.method == "POST":
        return None
    return unsaved.unsaved(session, about, vault=wired().vault, by=signed_in().account_id, now=now())


def _restoring() -> bool:
    return "restore" in request.args


def _form(session: orm.Session, draft: Draft | None, kept: Unsaved | None) -> DraftForm:
    codes = {each.code for each in catalogue.sectors_on(session, now().astimezone(JST).date())}
    names = sector_names(session, codes | (draft.sectors if draft else frozenset()))
    shown = {each.code: each.en if language() == "en" else each.ja for each in names}
    choices = [(each.id, pages.body_choice(each, shown)) for each in bodies.bodies(session)]
    fields = kept.fields if kept and _restoring() else None
    return draft_form(names, choices, draft=draft, fields=fields)


def _page(
    form: DraftForm,
    kept: Unsaved | None,
    advisory: Advisory | None = None,
    revision: Revision | None = None,
) -> ResponseReturnValue:
    """Show the form, with the vector in its list if one was asked for."""
    vectors, version = vector_form.vector_forms(), vector_form.asked()
    if version and (put := vectors[version].put_into(form.vulnerabilities.data or "")) is not None:
        form.vulnerabilities.data = put
        form.vulnerabilities.render_kw |= {"autofocus": True}  # there the person reads on
    hub = wired()
    with hub.db.reading() as session:  # hints, no choice; looked for only where the form is shown
        alike = duplicates.duplicates(session, advisory, vault=hub.vault) if advisory else ()
        suggested = products.suggested(session, form.products.read().items, vault=hub.vault)
    page = render_template(
        "advisories/draft.html",
        form=form,
        vectors=vectors,
        asked=version,
        kept=kept,
        restored=kept is not None and _restoring(),
        outdated=kept is not None and revision is not None and _version(kept) != str(revision.version),
        revision=revision,
        advisory=advisory,
        duplicates=alike,
        suggested=suggested,
    )
    wrong = any(each.errors for each in vectors.values())
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else status_of(form)


def _version(kept: Unsaved) -> str:
    return dict(kept.fields).get("version", "")


def _to(advisory_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("advisories.show", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
