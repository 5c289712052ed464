"""Who may open a page: every page says so, or the application does not start (deny by default).

`@allow(Role.REVIEWER)` names roles, `@anyone` a public page. An endpoint that authenticates each request
itself (TAXII) carries the rule "machine" (`feeds/taxii/views.py`). The object behind a page is checked in
the view or its service: there, what one may not know of is a 404.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from hub.accounts.models import Role

P = ParamSpec("P")
R = TypeVar("R")
Rule = frozenset[Role] | str

ANYONE = "anyone"
MACHINE = "machine"
ATTRIBUTE = "access_rule"


def allow(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let people with one of these roles open the page."""
    return _marked(frozenset(roles))


def anyone(view: Callable[P, R]) -> Callable[P, R]:
    """Let everybody open the page, signed in or not."""
    return _marked(ANYONE)(view)


def guard(app: Flask) -> None:
    """Check each request against its page's rule; call last, when every page is registered.

    Raises:
        RuntimeError: a page has no rule.

    """
    setattr(app.view_functions["static"], ATTRIBUTE, ANYONE)
    rules = {endpoint: rule_of(app, endpoint) for endpoint in app.view_functions}
    if unruled := sorted(endpoint for endpoint, rule in rules.items() if not rule):
        raise RuntimeError(f"pages without a rule of access: {unruled}")

    @app.before_request
    def _check() -> ResponseReturnValue | None:
        rule = rules.get(request.endpoint or "")
        if rule is None or isinstance(rule, str):
            return None  # no such page (404 follows), a public one, or one that checks by itself
        if not current_user.is_authenticated:
            return redirect(url_for("login.sign_in", next=_own_path()), HTTPStatus.SEE_OTHER)
        if current_user.role not in rule:
            abort(HTTPStatus.FORBIDDEN)
        return None


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """Return the rule that a page states, or None."""
    return getattr(app.view_functions[endpoint], ATTRIBUTE, None)


def _own_path() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _marked(rule: Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, ATTRIBUTE, rule)
        return view

    return mark
