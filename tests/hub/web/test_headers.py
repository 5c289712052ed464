"""Headers of every answer, and the names by which the hub may be called."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from hub.accounts.models import Role
from hub.web.access import anyone
from hub.web.headers import ALWAYS
from tests.support.browser import Browser


def with_a_fault(app: Flask) -> Flask:
    def fail() -> str:
        raise ValueError("kingfisher-7431")

    app.add_url_rule("/fault", "fault", anyone(fail))
    return app


def assert_guarded(answer: TestResponse) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.getlist(name) == [value], name
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/sign-in", 200),
        ("POST", "/sign-in", 400),
        ("GET", "/review", 303),
        ("GET", "/nowhere", 404),
        ("GET", "/sign-out", 405),
        ("TRACE", "/", 405),
        ("OPTIONS", "/", 200),
        ("GET", "/fault", 500),
        ("GET", "/taxii2/", 401),
        ("GET", "/priority/nowhere/", 404),
        ("DELETE", "/taxii2/", 405),
    ],
)
def test_every_answer_carries_the_headers(app: Flask, method: str, path: str, status: int) -> None:
    answer = with_a_fault(app).test_client().open(path, method=method)
    assert answer.status_code == status
    assert_guarded(answer)


def test_a_page_of_a_person_is_kept_by_no_cache(client_as: Callable[..., Browser]) -> None:
    assert_guarded(client_as(Role.AUDITOR).get("/log"))


def test_scripts_styles_and_frames_come_from_nowhere_else(browser: Browser) -> None:
    policy = browser.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_browsers_keep_to_https_once_they_came_by_it(app_told: Callable[..., Flask], app: Flask) -> None:
    https = app_told(base_url="https://hub.example.jp")
    for path in ("/", "/nowhere", "/taxii2/"):
        answer = https.test_client().get(path, base_url="https://hub.example.jp")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers


@pytest.mark.parametrize("host", ["evil.example", "hub.example.jp.evil.example", "hub.example.jp@evil", ""])
def test_a_request_for_another_host_is_refused(app_told: Callable[..., Flask], host: str) -> None:
    app = app_told(base_url="https://hub.example.jp", trusted_hosts=("hub.example.jp",))
    for path in ("/", "/sign-in", "/nowhere", "/taxii2/"):
        answer = app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil" not in answer.text
        assert_guarded(answer)


def test_the_address_of_a_proxy_is_believed_for_as_many_hops_as_there_are(
    app_told: Callable[..., Flask], app: Flask
) -> None:
    forged = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2", "X-Forwarded-Host": "evil.example"}
    seen = []

    def look() -> str:
        from flask import request  # noqa: PLC0415 - only this view needs it

        seen.append((request.remote_addr, request.host))
        return ""

    for each in (app, app_told(proxy_hops=1)):
        each.add_url_rule("/look", "look", anyone(look))
        each.test_client().get("/look", headers=forged)
    assert seen == [("127.0.0.1", "localhost"), ("192.0.2.2", "evil.example")]
