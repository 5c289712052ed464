"""The first page: what this is, who does what next, and what waits for the person who is signed in."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from hub.accounts.models import Role
from hub.home import dashboard, waiting
from hub.web.access import anyone
from hub.web.wiring import now, signed_in, wired

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@anyone
def first() -> ResponseReturnValue:
    """Explain the scheme to a visitor; show what waits to a person who is signed in."""
    if not current_user.is_authenticated:
        return render_template("home/visitor.html")
    with wired().db.reading() as session:
        tasks = waiting.tasks(session, signed_in(), now=now())
        if signed_in().role is Role.COORDINATOR:
            shown = dashboard.dashboard(session, tasks, now=now())
            return render_template("home/dashboard.html", dashboard=shown)
    return render_template("home/person.html", tasks=tasks, person=signed_in())
