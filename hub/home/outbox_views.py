"""Work that was given up: the dead letters of the outbox, and how to have them tried again.

What a job is about is not shown, only of what kind it is and of what class its last problem was: those who
look here may not read advisories, or not all of them.
"""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from hub.accounts.models import Role
from hub.core import audit, outbox
from hub.core.errors import NotFoundError
from hub.core.outbox import Job
from hub.home.job_words import KINDS, PROBLEMS
from hub.web.access import allow
from hub.web.wiring import actor, now, wired

bp = Blueprint("outbox", __name__, template_folder="templates", url_prefix="/outbox")


@bp.get("")
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def listed() -> ResponseReturnValue:
    """List the dead letters, the latest first."""
    dead = _dead()
    kinds = sorted({job.kind for job in dead})
    return render_template(
        "home/outbox.html", dead=dead, kinds=kinds, words=KINDS, problems=PROBLEMS, now=now()
    )


@bp.route("/jobs/<uuid:job_id>/again", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def again(job_id: uuid.UUID) -> ResponseReturnValue:
    """Ask, then have one dead letter tried again."""
    return _asked([job for job in _dead() if job.id == job_id], job_id=job_id)


@bp.route("/kinds/<kind>/again", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def all_again(kind: str) -> ResponseReturnValue:
    """Ask, then have all dead letters of a kind tried again."""
    return _asked([job for job in _dead() if job.kind == kind], kind=kind)


def _dead() -> list[Job]:
    with wired().db.reading() as session:
        return list(outbox.dead_letters(session))


def _asked(
    jobs: list[Job], *, job_id: uuid.UUID | None = None, kind: str | None = None
) -> ResponseReturnValue:
    if not jobs:
        raise NotFoundError("no such dead letter")
    if not FlaskForm().validate_on_submit():
        return render_template("home/outbox_again.html", jobs=jobs, words=KINDS)
    with wired().db.transaction() as session:
        count = outbox.revive(session, job_id=job_id, kind=kind, now=now())
        audit.record(
            session,
            "outbox.again",
            by=actor(),
            subject=job_id,
            now=now(),
            kind=jobs[0].kind,
            count=str(count),
        )
    flash(_("Will be tried again: %(count)s", count=count), "success")
    return redirect(url_for("outbox.listed"), HTTPStatus.SEE_OTHER)
