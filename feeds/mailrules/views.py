"""The page with filter rules for a contact's mail program, and the rules as files."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from feeds.mailrules.rules import rules, sieve, thunderbird
from hub.accounts.models import Role
from hub.web.access import allow
from hub.web.wiring import wired

bp = Blueprint("mailrules", __name__, template_folder="templates", url_prefix="/mail-rules")


@bp.get("")
@allow(Role.CONTACT)
def shown() -> ResponseReturnValue:
    """Show how to sort the hub's mail in Outlook, Thunderbird and on a server with sieve."""
    return render_template("mailrules/shown.html", rules=rules(), sender=_sender())


@bp.get("/priority.sieve")
@allow(Role.CONTACT)
def sieve_file() -> ResponseReturnValue:
    """Hand out the rules as a sieve script."""
    return _file(sieve(_sender()), "application/sieve", "priority.sieve")


@bp.get("/msgFilterRules.dat")
@allow(Role.CONTACT)
def thunderbird_file() -> ResponseReturnValue:
    """Hand out the rules in Thunderbird's form."""
    return _file(thunderbird(_sender()), "text/plain", "msgFilterRules.dat")


def _file(text: str, kind: str, name: str) -> Response:
    answer = Response(text, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sender() -> str:
    return wired().config.mail.sender
