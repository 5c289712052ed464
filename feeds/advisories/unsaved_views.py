"""Where the form of a draft sends what is typed and not saved yet, and where that is discarded."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.advisories import queries, service, unsaved
from feeds.advisories.vector_form import BUILD
from hub.accounts.models import Role
from hub.core.clock import JST
from hub.web.access import allow
from hub.web.rates import count
from hub.web.wiring import now, signed_in, wired

bp = Blueprint("unsaved", __name__, url_prefix="/advisories")

RATE = "12 per minute"  # the script asks for three
About = Callable[[orm.Session], uuid.UUID]
_NOT_TYPED = frozenset(("csrf_token", BUILD))


@bp.post("/new/unsaved")
@allow(Role.COORDINATOR)
def keep_new() -> ResponseReturnValue:
    """Keep what is typed of a new advisory."""
    return _keep(lambda _session: unsaved.NEW)


@bp.post("/<uuid:advisory_id>/unsaved")
@allow(Role.COORDINATOR)
def keep(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is typed of the open draft."""
    return _keep(lambda session: _revision(session, advisory_id))


@bp.post("/new/unsaved/discard")
@allow(Role.COORDINATOR)
def discard_new() -> ResponseReturnValue:
    """Remove what this person typed of a new advisory."""
    return _discard(lambda _session: unsaved.NEW, url_for("drafts.new"))


@bp.post("/<uuid:advisory_id>/unsaved/discard")
@allow(Role.COORDINATOR)
def discard(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Remove what this person typed of the open draft."""
    to = url_for("drafts.edit", advisory_id=advisory_id)
    return _discard(lambda session: _revision(session, advisory_id), to)


def _keep(about: About) -> ResponseReturnValue:
    """Keep the form for this person alone; answer with the sentence that says so."""
    count("unsaved", RATE)
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_TYPED]
    hub, by = wired(), signed_in().account_id
    with hub.db.transaction() as session:
        unsaved.keep(session, about(session), fields, vault=hub.vault, by=by, now=now())
    said = _(
        "What you typed is kept since %(time)s JST. It is not saved yet.",
        time=f"{now().astimezone(JST):%H:%M:%S}",
    )
    return said, {"Content-Type": "text/plain; charset=utf-8"}


def _discard(about: About, to: str) -> ResponseReturnValue:
    with wired().db.transaction() as session:
        unsaved.forget(session, about(session), by=signed_in().account_id)
    flash(_("What was not saved is discarded"), "success")
    return redirect(to, HTTPStatus.SEE_OTHER)


def _revision(session: orm.Session, advisory_id: uuid.UUID) -> uuid.UUID:
    queries.advisory(session, advisory_id)
    revision = queries.latest_revision(session, advisory_id)
    service.refuse_to_write(revision)
    return revision.id
