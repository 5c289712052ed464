"""Japanese unless the reader asks for English; the choice stays in the session."""

from http import HTTPStatus

from flask import Blueprint, Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from hub.web.access import anyone
from hub.web.login import own_page

LANGUAGES = {"ja": "日本語", "en": "English"}
DEFAULT = "ja"
ASKED = "lang"

bp = Blueprint("language", __name__)


def install_language(app: Flask) -> None:
    """Choose the language of each answer."""
    Babel(app, default_locale=DEFAULT, default_timezone="Asia/Tokyo", locale_selector=language)
    app.register_blueprint(bp)
    app.context_processor(_words)
    app.before_request(_keep_what_the_address_asks)


def language() -> str:
    """Return the language of this request."""
    chosen = session.get("language", DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def _words() -> dict[str, object]:
    other = "en" if language() == "ja" else "ja"
    if "token" in (request.view_args or {}):
        href = f"{request.path}?{ASKED}={other}"  # a secret in the path must not get into a query
    else:
        href = url_for("language.choose", chosen=other, next=request.path)
    link = {"text": LANGUAGES[other], "lang": other, "href": href}
    return {"language": language(), "other_language": link}


def _keep_what_the_address_asks() -> None:
    if (chosen := request.args.get(ASKED)) in LANGUAGES:
        session["language"] = chosen


@bp.get("/language/<chosen>")
@anyone
def choose(chosen: str) -> ResponseReturnValue:
    """Keep the reader's choice, and go back to the page it was made on."""
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(own_page(request.args.get("next")), HTTPStatus.SEE_OTHER)
