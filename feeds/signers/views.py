"""The pages of the passkeys that the signing machine believes: who is pinned, what is proposed and signed."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feeds.signers import queries, service
from feeds.signers.entry import Change, Entry, challenge, entries_of
from feeds.signers.forms import VouchForm
from feeds.signers.states import State
from hub.accounts import queries as accounts
from hub.accounts.models import Role
from hub.accounts.passkeys import queries as passkeys
from hub.accounts.passkeys.assertion import AssertionRefusedError
from hub.web.access import allow, fresh
from hub.web.forms import status_of
from hub.web.signing import question
from hub.web.wiring import actor, now, signed_in, wired

bp = Blueprint("signers", __name__, template_folder="templates", url_prefix="/signers")


@bp.get("")
@allow(Role.COORDINATOR, Role.REVIEWER)
def listed() -> ResponseReturnValue:
    """Show who is pinned, what waits, and the person's own passkeys with their fingerprints."""
    with wired().db.reading() as session:
        pinned, waiting = queries.pinned(session), queries.open_changes(session)
        own = entries_of(session, accounts.account(session, signed_in().account_id))
        ids = {each.credential_id: each.id for each in passkeys.passkeys_of(session, signed_in().account_id)}
    known = {each.credential_id for each in (*pinned, *waiting)}
    return render_template("signers/list.html", pinned=pinned, waiting=waiting, own=own, ids=ids, known=known)


@bp.post("/own/<uuid:passkey_id>")
@allow(Role.COORDINATOR, Role.REVIEWER)
@fresh
def propose_own(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Propose that one's own passkey be pinned."""
    with wired().db.transaction() as session:
        mine = passkeys.own_passkey(session, passkey_id, account_id=signed_in().account_id)
        account = accounts.account(session, signed_in().account_id)
        entry = _entry_of(entries_of(session, account), mine.credential_id)
        service.propose(session, entry, Change.ADD, by=actor(), now=now())
    return _listed(_("It is proposed. Two coordinators who are pinned must sign it."))


@bp.post("/<uuid:change_id>/removal")
@allow(Role.COORDINATOR)
@fresh
def propose_removal(change_id: uuid.UUID) -> ResponseReturnValue:
    """Propose that a pinned passkey be removed."""
    with wired().db.transaction() as session:
        entry = queries.change(session, change_id).entry
        service.propose(session, entry, Change.REMOVE, by=actor(), now=now())
    return _listed(_("The removal is proposed. Two coordinators who are pinned must sign it."))


@bp.route("/<uuid:change_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def vouch(change_id: uuid.UUID) -> ResponseReturnValue:
    """Show a change and take a coordinator's signature under it."""
    form = VouchForm()
    if form.validate_on_submit():
        try:
            with wired().db.transaction() as session:
                service.vouch(session, change_id, signature=form.signature(), by=actor(), now=now())
            return _listed(_("Signed. With the second signature it counts after the waiting time."))
        except AssertionRefusedError as refused:
            form.form_errors.append(_(str(refused)))
    with wired().db.reading() as session:
        change = queries.change(session, change_id)
        options = question(session, challenge(change.entry, change.change, change_id=change.id))
    signed = signed_in().account_id in {each.account_id for each in change.vouches}
    may_sign = change.state is State.PROPOSED and not signed
    page = render_template(
        "signers/vouch.html", change=change, form=form, options=options, may_sign=may_sign, signed=signed
    )
    return page, status_of(form)


@bp.post("/<uuid:change_id>/drop")
@allow(Role.COORDINATOR)
def drop(change_id: uuid.UUID) -> ResponseReturnValue:
    """Give up a change."""
    with wired().db.transaction() as session:
        service.drop(session, change_id, by=actor(), now=now())
    return _listed(_("The proposal is dropped."))


def _entry_of(entries: tuple[Entry, ...], credential_id: bytes) -> Entry:
    return next(each for each in entries if each.credential_id == credential_id)


def _listed(message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("signers.listed"), HTTPStatus.SEE_OTHER)
