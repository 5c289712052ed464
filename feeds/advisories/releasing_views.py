"""The pages on which an advisory moves: submitted, sent back, released, revised, lifted, withdrawn."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import orm

from feeds.advisories import duplicates, notice, pages, releasing, service, submitting
from feeds.advisories.duplicates import Duplicate
from feeds.advisories.forms import (
    LiftForm,
    ReleaseForm,
    ReviseForm,
    SubmitForm,
    WithdrawForm,
    seen_version,
)
from feeds.advisories.pages import AdvisoryPage
from feeds.advisories.statement import Act, challenge, digest
from feeds.advisories.states import REVISION_MOVES, Move, RevisionMove, RevisionState
from feeds.formats.content import Kind
from hub.accounts.models import Role
from hub.accounts.passkeys.assertion import AssertionRefusedError
from hub.core.errors import ConfigurationError, IllegalMoveError, InputError
from hub.core.machine import step
from hub.web.access import allow
from hub.web.forms import show_problems, status_of
from hub.web.signing import question
from hub.web.wiring import actor, now, signed_in, wired
from keys import hub_certificate

SHOWN = 16  # characters of a statement's hash that two people compare

bp = Blueprint("releasing", __name__, template_folder="templates", url_prefix="/advisories")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person signs: the begin of its hash, and what the browser is asked (None: no passkey yet)."""

    hash: str
    options: str | None


@bp.route("/<uuid:advisory_id>/submit", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def submit(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Show what would leave, and let a person sign it and hand it to a second one."""
    hub, form = wired(), SubmitForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                submitting.submit(
                    session,
                    advisory_id,
                    signature=form.signature(),
                    looked_at=form.looked(),
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
            flash(_("The revision waits for approval by another person"), "success")
            return to_page(advisory_id)
        except InputError as refused:
            if "looked_at" not in refused.problems:
                return _back_to_draft(advisory_id, refused)
            show_problems(form, refused.problems)
        except AssertionRefusedError as refused:
            form.form_errors.append(_(str(refused)))
    return _confirm_submission(advisory_id, form)


def _confirm_submission(advisory_id: uuid.UUID, form: SubmitForm) -> ResponseReturnValue:
    hub = wired()
    with hub.db.reading() as session:
        page = pages.staff_page(session, advisory_id, vault=hub.vault, now=now())
        step(REVISION_MOVES, page.revision.state, RevisionMove.SUBMIT)
        try:
            submitting.refuse_gaps(session, page.advisory, page.revision, vault=hub.vault)
        except InputError as refused:
            return _back_to_draft(advisory_id, refused)
        alike = () if page.revision.kind in service.PROPOSED else _alike(session, page)
        form.shown.data = " ".join(str(each.advisory.id) for each in alike)
        shown = render_template(
            "advisories/submit.html",
            form=form,
            page=page,
            duplicates=alike,
            asked=_asked(session, page, Act.PROPOSE),
        )
        return shown, status_of(form)


def _alike(session: orm.Session, page: AdvisoryPage) -> tuple[Duplicate, ...]:
    return duplicates.duplicates(session, page.advisory, vault=wired().vault)


def _back_to_draft(advisory_id: uuid.UUID, refused: InputError) -> ResponseReturnValue:
    for said in refused.problems.values():
        flash(_(said), "error")
    return redirect(url_for("drafts.edit", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)


def _asked(session: orm.Session, page: AdvisoryPage, act: Act) -> Asked:
    stated = notice.statement(session, page.revision, vault=wired().vault, now=now()).canonical()
    return Asked(hash=digest(stated).hex()[:SHOWN], options=question(session, challenge(stated, act)))


@bp.post("/<uuid:advisory_id>/send-back")
@allow(Role.COORDINATOR)
def send_back(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Return a submitted revision to its writers."""
    with wired().db.transaction() as session:
        service.send_back(session, advisory_id, by=actor(), now=now())
    return to_page(advisory_id)


@bp.post("/<uuid:advisory_id>/drop")
@allow(Role.COORDINATOR)
def drop(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Give up the open revision."""
    with wired().db.transaction() as session:
        service.drop(session, advisory_id, by=actor(), now=now())
    return to_page(advisory_id)


@bp.route("/<uuid:advisory_id>/release", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def release(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Show what would leave, to whom, and take the second person's word."""
    hub, form = wired(), ReleaseForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                releasing.release(
                    session,
                    advisory_id,
                    version=seen_version(form.version.data),
                    signature=form.signature(),
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
            flash(_("Released. The copies are on their way"), "success")
            return to_page(advisory_id)
        except InputError as refused:
            show_problems(form, refused.problems)
        except AssertionRefusedError as refused:
            form.form_errors.append(_(str(refused)))
    return _confirm_release(advisory_id, form)


def _confirm_release(advisory_id: uuid.UUID, form: ReleaseForm) -> ResponseReturnValue:
    hub = wired()
    with hub.db.reading() as session:
        page = pages.staff_page(session, advisory_id, vault=hub.vault, now=now())
        if page.revision.state is not RevisionState.IN_APPROVAL:
            raise IllegalMoveError(f"cannot release when {page.revision.state}")
        form.version.data = form.version.data or str(page.revision.version)
        asked = _asked(session, page, Act.RELEASE)
        mine = signed_in().account_id in page.revision.editor_ids
        shown = render_template(
            "advisories/release.html",
            form=form,
            page=page,
            duplicates=_alike(session, page),
            asked=asked,
            mine=mine,
            key_ends_early=_key_ends_early(page.revision.publication_at),
        )
        return shown, status_of(form)


def _key_ends_early(publication_at: datetime | None) -> bool:
    """Tell whether the hub's signing subkey ends too soon after the publication, or cannot be told."""
    config = wired().config
    try:
        certificate = hub_certificate.read(config.certificate_file, gpg=config.gpg)
    except ConfigurationError:
        return True
    return publication_at is not None and not certificate.serves(publication_at, now=now())


@bp.route("/<uuid:advisory_id>/revise", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def revise(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Open the next revision."""
    hub, form = wired(), ReviseForm()
    if form.validate_on_submit():
        with hub.db.transaction() as session:
            service.revise(
                session, advisory_id, kind=Kind(form.kind.data), vault=hub.vault, by=actor(), now=now()
            )
        return redirect(url_for("drafts.edit", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
    return _about("advisories/revise.html", advisory_id, form, Move.REVISE)


@bp.route("/<uuid:advisory_id>/lift", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def lift(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Propose to lift the restriction on what is published."""
    hub, form = wired(), LiftForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                releasing.propose_lifting(
                    session, advisory_id, parts=form.value(), vault=hub.vault, by=actor(), now=now()
                )
            return redirect(url_for("releasing.submit", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            show_problems(form, refused.problems)
    return _about("advisories/lift.html", advisory_id, form, Move.LIFT)


@bp.route("/<uuid:advisory_id>/withdraw", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def withdraw(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Propose to withdraw what was released."""
    hub, form = wired(), WithdrawForm()
    if form.validate_on_submit():
        try:
            with hub.db.transaction() as session:
                releasing.propose_withdrawal(
                    session,
                    advisory_id,
                    reason=form.reason(),
                    duties=form.duties(),
                    vault=hub.vault,
                    by=actor(),
                    now=now(),
                )
            return redirect(url_for("releasing.submit", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
        except InputError as refused:
            show_problems(form, refused.problems)
    return _about("advisories/withdraw.html", advisory_id, form, Move.WITHDRAW)


def _about(template: str, advisory_id: uuid.UUID, form: FlaskForm, move: Move) -> ResponseReturnValue:
    hub = wired()
    with hub.db.reading() as session:
        page = pages.staff_page(session, advisory_id, vault=hub.vault, now=now())
        pages.refuse_unless(page, move)
        return render_template(template, form=form, page=page), status_of(form)


def to_page(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Go to the staff view of an advisory."""
    return redirect(url_for("advisories.show", advisory_id=advisory_id), HTTPStatus.SEE_OTHER)
