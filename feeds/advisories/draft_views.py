"""The coordinator's pages on which a draft is written."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.advisories import pages, queries, service, vector_form
from feeds.advisories.draft import Draft, written
from feeds.advisories.draft_form import DraftForm, draft_form
from feeds.advisories.forms import seen_version
from feeds.advisories.models import Advisory, Revision
from feeds.advisories.notice import sector_names
from feeds.advisories.views import show_problems, status_of
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError
from hub.web.access import allow
from hub.web.language import language
from hub.web.wiring import actor, now, wired
from sectors.bodies import queries as bodies
from sectors.catalogue import queries as catalogue

bp = Blueprint("drafts", __name__, template_folder="templates", url_prefix="/advisories")


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """Take the draft of a new advisory."""
    hub = wired()
    with hub.db.reading() as session:
        form = _form(session, None)
    if not vector_form.asked() and form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                advisory = service.create_draft(
                    session, form.value(None), vault=hub.vault, by=actor(), now=now()
                )
            return _to(advisory.id)
        except InputError as refused:
            show_problems(form, refused.problems)
    return _page(form)


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
            flash(_("The draft is saved"), "success")
            return _to(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
        except ConflictError as refused:  # what was typed stays on the page
            form.form_errors.append(_(str(refused)))
    return _page(form, advisory, revision)


def _form(session: orm.Session, draft: Draft | None) -> DraftForm:
    codes = {each.code for each in catalogue.sectors_on(session, now().astimezone(JST).date())}
    names = sector_names(session, codes | (draft.sectors if draft else frozenset()))
    shown = {each.code: each.en if language() == "en" else each.ja for each in names}
    choices = [(each.id, pages.body_choice(each, shown)) for each in bodies.bodies(session)]
    return draft_form(names, choices, draft=draft)


def _page(
    form: DraftForm, advisory: Advisory | None = None, revision: Revision | None = None
) -> ResponseReturnValue:
    """Show the form, with the vector in its list if one was asked for."""
    vectors, version = vector_form.vector_forms(), vector_form.asked()
    if version and (put := vectors[version].put_into(form.vulnerabilities.data or "")) is not None:
        form.vulnerabilities.data = put
    page = render_template(
        "advisories/draft.html",
        form=form,
        vectors=vectors,
        asked=version,
        revision=revision,
        advisory=advisory,
    )
    wrong = any(each.errors for each in vectors.values())
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else status_of(form)


def _to(advisory_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("advisories.show", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
