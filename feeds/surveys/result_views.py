"""What came back: for each notice and each trial period who has answered, and what, counted."""

import uuid
from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from feeds.surveys import categories, finding, results
from feeds.surveys.finding import Found
from feeds.surveys.results import Results
from feeds.surveys.words import CATEGORIES, MERGED, REASONS, text_here
from hub.accounts.models import Role
from hub.core.errors import NotFoundError
from hub.web.access import allow
from hub.web.wiring import now, wired

bp = Blueprint("survey_results", __name__, template_folder="templates", url_prefix="/survey-results")
STAFF = (Role.REVIEWER, Role.COORDINATOR)


@bp.get("")
@allow(*STAFF)
def listed() -> ResponseReturnValue:
    """List the notices and trial periods that were asked about, the newest first."""
    with wired().db.reading() as session:
        found = finding.every(session)
    notices = sorted((each for each in found if each.tracking_id), key=_notice, reverse=True)
    grouped = [list(rows) for _key, rows in groupby(notices, key=_notice)]
    trials = [each for each in found if each.tracking_id is None]
    return render_template("survey_results/list.html", notices=grouped, trials=trials, now=now())


@bp.get("/notice/<uuid:advisory_id>")
@allow(*STAFF)
def notice(advisory_id: uuid.UUID) -> ResponseReturnValue:
    """Show what all bodies answered about one notice."""
    hub = wired()
    with hub.db.reading() as session:
        surveys = finding.about(session, advisory_id)
        if not surveys:
            raise NotFoundError("nobody was asked about it")
        found = results.results(session, surveys, vault=hub.vault)
    return _page(surveys[0], found, bodies={each.survey.id: each.body for each in surveys})


@bp.get("/trial/<uuid:survey_id>")
@allow(*STAFF)
def trial(survey_id: uuid.UUID) -> ResponseReturnValue:
    """Show what one body answered about its trial period."""
    hub = wired()
    with hub.db.reading() as session:
        survey = finding.one(session, survey_id)
        found = results.results(session, [survey], vault=hub.vault)
    return _page(survey, found, bodies={survey.survey.id: survey.body})


def _page(about: Found, found: Results, *, bodies: dict[uuid.UUID, object]) -> str:
    return render_template(
        "survey_results/results.html",
        about=about,
        found=found,
        bodies=bodies,
        merged=categories.merged(found.categories, found.reasons),
        judged=categories.judged(found.categories, found.reasons),
        words={"categories": CATEGORIES, "reasons": REASONS, "merged": MERGED},
        text_here=text_here,
    )


def _notice(found: Found) -> tuple[str, str]:
    return (found.survey.about_at.isoformat(), str(found.survey.advisory_id))
