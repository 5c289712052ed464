"""Public pages: what the scheme is, who may apply, what to have ready; the blank form and the template."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from hub.core.clock import JST
from hub.web.access import anyone
from hub.web.language import language
from hub.web.wiring import now, wired
from sectors.applications import members, sentences
from sectors.catalogue.queries import editions, sectors_on
from sectors.filling import papers
from sectors.filling.desk import offered_on
from sectors.filling.steps import Content

bp = Blueprint("scheme", __name__, template_folder="templates", url_prefix="/scheme")


@bp.get("")
@anyone
def about() -> ResponseReturnValue:
    """Explain the scheme to a body that thinks of applying."""
    hub = wired()
    with hub.db.reading() as session:
        return render_template(
            "filling/scheme.html",
            sectors=sectors_on(session, now().astimezone(JST).date()),
            editions=editions(session),
            english=language() == "en",
            review_days=hub.config.review_days,
            words=sentences,
        )


@bp.get("/application.pdf")
@anyone
def blank_form() -> ResponseReturnValue:
    """Hand out the blank form as PDF, in Japanese."""
    with wired().db.reading() as session:
        today = offered_on(session, language="ja", now=now())
    made = papers.application(Content(), today, documents=(), at=now(), is_blank=True)
    return _file(made, "application/pdf", papers.BLANK)


@bp.get("/members.csv")
@anyone
def roster_template() -> ResponseReturnValue:
    """Hand out an empty roster with its headings."""
    return _file(members.template(), "text/csv; charset=utf-8", "members.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
