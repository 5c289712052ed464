"""Who may open a page: every page says so, or the application does not start (deny by default).

`@allow(Role.REVIEWER)` names roles, `@anyone` a public page. The object behind a page is checked in the
view or its service: there, what one may not know of is a 404. TAXII knows no people and is an application
of its own, each of whose endpoints authenticates the request itself (`feeds/taxii/views.py`).

`@fresh` beside `@allow` says that the person must have proved the second factor less than five minutes
ago (SECURITY 18). It stands on the page of the form as well as on what takes the form, so that people are
asked before they type.
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from hub.accounts.models import Role
from hub.web.wiring import now, signed_in

P = ParamSpec("P")
R = TypeVar("R")
Rule = frozenset[Role] | str

ANYONE = "anyone"
ATTRIBUTE = "access_rule"
FRESH_ATTRIBUTE = "access_fresh"
FRESH = timedelta(minutes=5)


def allow(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let people with one of these roles open the page."""
    return _marked(frozenset(roles))


def anyone(view: Callable[P, R]) -> Callable[P, R]:
    """Let everybody open the page, signed in or not."""
    return _marked(ANYONE)(view)


def fresh(view: Callable[P, R]) -> Callable[P, R]:
    """Let the page be opened only soon after its person proved the second factor."""
    setattr(view, FRESH_ATTRIBUTE, True)
    return view


def guard(app: Flask) -> None:
    """Check each request against its page's rule; call last, when every page is registered.

    Raises:
        RuntimeError: a page has no rule.

    """
    setattr(app.view_functions["static"], ATTRIBUTE, ANYONE)
    rules = {endpoint: rule_of(app, endpoint) for endpoint in app.view_functions}
    if unruled := sorted(endpoint for endpoint, rule in rules.items() if not rule):
        raise RuntimeError(f"pages without a rule of access: {unruled}")

    app.jinja_env.globals["is_fresh"] = is_fresh

    @app.before_request
    def _check() -> ResponseReturnValue | None:
        rule = rules.get(request.endpoint or "")
        if rule is None or isinstance(rule, str):
            return None  # no such page (404 follows), or a public one
        if not current_user.is_authenticated:
            return redirect(url_for("login.sign_in", next=_own_path()), HTTPStatus.SEE_OTHER)
        if current_user.role not in rule:
            abort(HTTPStatus.FORBIDDEN)
        if needs_fresh(app, request.endpoint or "") and not is_fresh():
            return _to_step_up()
        return None


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """Return the rule that a page states, or None."""
    return getattr(app.view_functions[endpoint], ATTRIBUTE, None)


def needs_fresh(app: Flask, endpoint: str) -> bool:
    """Tell whether a page asks for a fresh proof."""
    return getattr(app.view_functions[endpoint], FRESH_ATTRIBUTE, False)


def is_fresh() -> bool:
    """Tell whether the person who is signed in proved the second factor less than five minutes ago."""
    return now() - signed_in().verified_at < FRESH


def page_above() -> str:
    """Return the nearest path, upwards from what was posted to, that is a page: there the form stands."""
    pages = current_app.create_url_adapter(request)
    path = request.path
    while path and pages and not pages.test(path, method="GET"):
        path = path.rpartition("/")[0]
    return path


def _to_step_up() -> ResponseReturnValue:
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("step_up.ask", next=_own_path()), HTTPStatus.SEE_OTHER)
    flash(
        _("Nothing was done yet: your last confirmation is too old. Confirm that it is you, then repeat it."),
        "error",
    )
    return redirect(url_for("step_up.ask", next=page_above()), HTTPStatus.SEE_OTHER)


def _own_path() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _marked(rule: Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, ATTRIBUTE, rule)
        return view

    return mark
