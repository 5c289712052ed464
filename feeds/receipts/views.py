"""The notices as a contact sees them: what they say, their receipt, the body's answer."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import orm

from feeds.advisories import at_rest
from feeds.advisories.finding import Wanted
from feeds.advisories.search_form import SearchForm
from feeds.delivery import queries as deliveries
from feeds.delivery import receipts
from feeds.delivery.queries import Received
from feeds.delivery.telling import told
from feeds.drills.forms import ReceiptForm
from feeds.formats import calendar
from feeds.questions import queries as questions
from feeds.questions import service as asking
from feeds.questions.forms import QuestionForm
from feeds.receipts import finding, queries, service
from feeds.receipts.forms import CHOICES, STANDINGS, AnswerForm, DisseminationForm
from hub.accounts.models import Role
from hub.core import audit
from hub.web.access import allow
from hub.web.forms import status_of
from hub.web.wiring import actor, now, signed_in, wired
from sectors.bodies import queries as bodies
from sectors.bodies.models import Body

bp = Blueprint("notices", __name__, template_folder="templates", url_prefix="/notices")


@dataclass(slots=True)
class Forms:
    """The forms of a notice's page; the one that was refused keeps what was typed."""

    receipt: ReceiptForm | None = None
    answer: AnswerForm | None = None
    dissemination: DisseminationForm | None = None
    question: QuestionForm | None = None

    def shown(self) -> dict[str, object]:
        """Return all; those that nobody sent are empty."""
        return {
            "form": self.receipt or ReceiptForm(formdata=None),
            "answering": self.answer or AnswerForm(formdata=None),
            "passing_on": self.dissemination or DisseminationForm(formdata=None),
            "asking": self.question or QuestionForm(formdata=None),
        }


@bp.route("", methods=["GET", "POST"])
@allow(Role.CONTACT)
def received() -> ResponseReturnValue:
    """List what has arrived at the body, or what of it a search is for."""
    hub, form = wired(), SearchForm().prepare(STANDINGS)
    wanted = form.value() if form.validate_on_submit() else Wanted()
    with hub.db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        found = finding.find(session, body, wanted, page=form.page.data or 1, vault=hub.vault, now=now())
        steps = queries.ladders(session, [each.release.id for each in found.rows], body.id)
    searched = wanted != Wanted()
    page = render_template("notices/list.html", found=found, steps=steps, form=form, searched=searched)
    return page, status_of(form)


@bp.get("/receipts")
@allow(Role.CONTACT)
def ladder() -> ResponseReturnValue:
    """Show what became of each notice at the body: at its tools, at each contact, in its answers."""
    with wired().db.reading() as session:
        body = bodies.own_body(session, signed_in().organisation_id)
        listed = deliveries.received(session, body, now=now())
        steps = queries.ladders(session, [each.release.id for each in listed], body.id)
    return render_template("notices/receipts.html", listed=listed, steps=steps)


@bp.get("/<tracking_id>")
@allow(Role.CONTACT)
def notice(tracking_id: str) -> ResponseReturnValue:
    """Show a notice as this body may know it."""
    return _shown(tracking_id, Forms())


@bp.post("/<tracking_id>/receipt")
@allow(Role.CONTACT)
def acknowledge(tracking_id: str) -> ResponseReturnValue:
    """Take the receipt code."""
    hub, form = wired(), ReceiptForm()
    if not form.validate_on_submit():
        return _refused(tracking_id, Forms(receipt=form))
    with hub.db.transaction() as session:
        body, _found = _own(session, tracking_id)
        right = receipts.acknowledge(
            session, form.code.data or "", body_id=body.id, key=hub.token_key, by=actor(), now=now()
        )
    if not right:
        form.code.errors = [_("This is not the receipt code of a notice to your body")]
        return _refused(tracking_id, Forms(receipt=form))
    flash(_("Thank you. The receipt is recorded."), "success")
    return _back(tracking_id)


@bp.post("/<tracking_id>/answer")
@allow(Role.CONTACT)
def answer(tracking_id: str) -> ResponseReturnValue:
    """Take the body's answer; a later one takes its place, the earlier ones stay in the history."""
    hub, form = wired(), AnswerForm()
    if not form.validate_on_submit():
        return _refused(tracking_id, Forms(answer=form))
    with hub.db.transaction() as session:
        body, found = _own(session, tracking_id)
        service.answer(
            session,
            found.release.id,
            body.id,
            form.value(),
            text=form.text.data or "",
            vault=hub.vault,
            by=actor(),
            now=now(),
        )
    flash(_("Thank you. Your answer is recorded. You can change it at any time."), "success")
    return _back(tracking_id)


@bp.post("/<tracking_id>/dissemination")
@allow(Role.CONTACT)
def disseminate(tracking_id: str) -> ResponseReturnValue:
    """Take note that the notice was passed on."""
    form = DisseminationForm()
    if not form.validate_on_submit():
        return _refused(tracking_id, Forms(dissemination=form))
    with wired().db.transaction() as session:
        body, found = _own(session, tracking_id)
        operators = form.operators.data or 0
        service.disseminate(session, found.release, body.id, operators, by=actor(), now=now())
    flash(_("Thank you. The onward dissemination is recorded."), "success")
    return _back(tracking_id)


@bp.post("/<tracking_id>/questions")
@allow(Role.CONTACT)
def ask(tracking_id: str) -> ResponseReturnValue:
    """Take a question about the notice."""
    hub, form = wired(), QuestionForm()
    if not form.validate_on_submit():
        return _refused(tracking_id, Forms(question=form))
    with hub.db.transaction() as session:
        body, found = _own(session, tracking_id)
        typed = form.question.data or ""
        asking.ask(session, found.release.id, body, typed, vault=hub.vault, by=actor(), now=now())
    flash(_("Your question was sent. You are told by mail once it is answered."), "success")
    return _back(tracking_id)


@bp.get("/<tracking_id>/stix.json")
@allow(Role.CONTACT)
def stix_bundle(tracking_id: str) -> ResponseReturnValue:
    """Hand out the exact STIX bytes that were released."""
    hub = wired()
    with hub.db.transaction() as session:
        _body, found = _own(session, tracking_id)
        audit.record(session, "notice.downloaded", by=actor(), subject=found.release.id, now=now())
        bundle = at_rest.bundle_of(found.release, vault=hub.vault)
    answer = Response(bundle, mimetype="application/stix+json")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{found.tracking_id}-r{found.release.revision}.json"'
    )
    return answer


@bp.get("/<tracking_id>/publication.ics")
@allow(Role.CONTACT)
def publication_file(tracking_id: str) -> ResponseReturnValue:
    """Hand out the instant of publication as a calendar: it says the tracking ID, and nothing else."""
    hub = wired()
    with hub.db.reading() as session:
        body, found = _own(session, tracking_id)
        entry = calendar.publication(told(found.release, body, vault=hub.vault).notice)
    answer = Response(entry, mimetype=calendar.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.tracking_id}.ics"'
    return answer


def _refused(tracking_id: str, forms: Forms) -> ResponseReturnValue:
    return _shown(tracking_id, forms), HTTPStatus.UNPROCESSABLE_ENTITY


def _back(tracking_id: str) -> ResponseReturnValue:
    revision = request.args.get("revision", type=int)
    to = url_for("notices.notice", tracking_id=tracking_id, revision=revision)
    return redirect(to, HTTPStatus.SEE_OTHER)


def _shown(tracking_id: str, forms: Forms) -> str:
    hub = wired()
    with hub.db.transaction() as session:
        body, found = _own(session, tracking_id)
        audit.record(session, "notice.viewed", by=actor(), subject=found.release.id, now=now())
        what = told(found.release, body, vault=hub.vault)
        every = deliveries.received(session, body, now=now())
        ladder = queries.ladder(session, found.release.id, body.id)
        history = queries.answers(session, found.release.id, body.id, vault=hub.vault)
        heard = questions.heard(session, body, tracking_id, vault=hub.vault, now=now())
    return render_template(
        "notices/notice.html",
        found=found,
        told=what,
        revisions=[each for each in every if each.tracking_id == tracking_id],
        ladder=ladder,
        history=history,
        words=CHOICES,
        heard=heard,
        inside_only=found.release.tlp in service.INSIDE_ONLY,
        **forms.shown(),
    )


def _own(session: orm.Session, tracking_id: str) -> tuple[Body, Received]:
    """Return the person's body and the release that the address names, or the newest."""
    body = bodies.own_body(session, signed_in().organisation_id)
    revision = request.args.get("revision", type=int)
    return body, deliveries.received_release(session, body, tracking_id, revision, now=now())
