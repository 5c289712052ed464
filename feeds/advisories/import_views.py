"""The coordinator's pages on which a CSAF document becomes a draft, and gives account of what was left."""

import uuid
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.advisories import import_words, importing, pages, service
from feeds.advisories.draft import Draft, written
from feeds.advisories.forms import ChosenSectorsForm, ImportForm, seen_version
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.core.errors import ConflictError, InputError
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.language import language
from hub.web.wiring import actor, now, wired
from sectors.catalogue import queries as catalogue

bp = Blueprint("imports", __name__, template_folder="templates", url_prefix="/advisories")


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
            return redirect(url_for("imports.imported", advisory_id=advisory.id), HTTPStatus.SEE_OTHER)
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


def _to(advisory_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("advisories.show", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
