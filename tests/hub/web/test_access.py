"""Every page says who may open it; every form carries its token; nothing is open by oversight."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from hub.accounts.models import Role
from hub.web.access import MACHINE, allow, anyone, guard, rule_of
from tests.support.browser import Browser

SAFE = {"GET", "HEAD", "OPTIONS"}
PUBLIC = {
    "health.lives",
    "health.ready",
    "static",
    "home.first",
    "language.choose",
    "login.sign_in",
    "login.code",
    "login.sign_out",
    "login.set_up",
    "members.answer",
    "applications.register",
    "scheme.about",
    "scheme.blank_form",
    "scheme.roster_template",
    "hub_certificate.page",
    "hub_certificate.armoured",
    "hub_certificate.policy",
    "hub_certificate.directory",
}


def rules(app: Flask) -> Iterator[tuple[Rule, str, frozenset[str]]]:
    """Yield each rule with a path that fits it, and its methods."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {
            name: UUID(int=7) if "uuid" in repr(rule._converters[name]).lower() else "1"
            for name in rule.arguments
        }
        yield rule, adapter.build(rule.endpoint, values), frozenset(rule.methods or ())


def test_every_page_has_a_rule_of_access(app: Flask) -> None:
    assert [endpoint for endpoint in app.view_functions if rule_of(app, endpoint) is None] == []


def test_the_public_pages_are_these_and_no_others(app: Flask) -> None:
    public = {endpoint for endpoint in app.view_functions if rule_of(app, endpoint) == "anyone"}
    assert public == PUBLIC


def test_only_taxii_authenticates_by_itself(app: Flask) -> None:
    machines = {endpoint for endpoint in app.view_functions if rule_of(app, endpoint) == MACHINE}
    assert machines
    assert all(endpoint.startswith("taxii.") for endpoint in machines)


def test_an_application_with_a_page_without_a_rule_does_not_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", "open", anyone(lambda: "open"))
    guard(app)
    app = Flask("bare")
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with pytest.raises(RuntimeError, match="forgotten"):
        guard(app)


def test_a_page_for_no_role_at_all_does_not_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/nobody", "nobody", allow()(lambda: "secret"))
    with pytest.raises(RuntimeError, match="nobody"):
        guard(app)


def test_a_visitor_is_sent_to_sign_in_from_every_page_that_is_not_public(app: Flask) -> None:
    browser = Browser(app)
    for rule, path, methods in rules(app):
        if rule.endpoint in PUBLIC or rule.endpoint.startswith("taxii."):
            continue
        for method in methods & {"GET", "HEAD"}:
            answer = browser.client.open(path, method=method)
            assert answer.status_code == 303, path
            assert answer.headers["Location"].partition("?")[0] == "/sign-in", path


def test_a_machine_without_a_token_is_refused_at_every_taxii_path(app: Flask) -> None:
    for rule, path, methods in rules(app):
        if rule.endpoint.startswith("taxii."):
            for method in methods - {"HEAD"}:
                answer = Browser(app).client.open(
                    path, method=method, headers={"Accept": "application/taxii+json;version=2.1"}
                )
                assert answer.status_code == 401, (method, path)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_opens_a_page_of_other_roles(
    app: Flask, client_as: Callable[..., Browser], role: Role
) -> None:
    browser = client_as(role)
    for rule, path, methods in rules(app):
        allowed = rule_of(app, rule.endpoint)
        if "GET" in methods and isinstance(allowed, frozenset) and role not in allowed:
            assert browser.get(path).status_code == 403, path


@pytest.mark.parametrize("role", [None, Role.CONTACT, Role.COORDINATOR])
def test_no_unsafe_request_passes_without_its_form_token(
    app: Flask, client_as: Callable[..., Browser], role: Role | None
) -> None:
    browser = client_as(role) if role else Browser(app)
    tried = 0
    for rule, path, methods in rules(app):
        if not rule.endpoint.startswith("taxii."):
            for method in methods - SAFE:
                for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}):
                    assert browser.client.open(path, method=method, data=token).status_code == 400, path
                    tried += 1
    assert tried > 30


def test_a_form_token_of_another_session_is_refused(app: Flask) -> None:
    token = Browser(app).soup("/sign-in").find("input", {"name": "csrf_token"})
    assert token is not None
    browser = Browser(app)
    browser.get("/sign-in")
    refused = browser.client.post("/sign-in", data={"csrf_token": token["value"]})
    assert refused.status_code == 400


def test_signing_out_takes_no_link(client_as: Callable[..., Browser]) -> None:
    assert client_as(Role.AUDITOR).get("/sign-out").status_code == 405
