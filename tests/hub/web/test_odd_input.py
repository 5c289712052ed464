"""Whatever people or machines type: an answer of ours, and never a fault."""

from collections.abc import Callable

import pytest
from bs4 import Tag
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.accounts.models import Role
from tests.support.authenticator import invited
from tests.support.browser import Browser

HOSTILE = [
    "\x00",
    "a\x00b",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%s%n",
    "\r\nBcc: x@example.jp",
    "\ud7ff\uffff\U0010ffff",
    "İ" * 254,
    "あ" * 5000,
    "=1+1",
    "\u202egpj.exe",
]
ODD = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300), st.just(""))
FIELDS = ("email", "password", "organisation", "name", "code", "repeated", "csrf_token", "next")
LOOSE = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def token_of(browser: Browser, page: str) -> str:
    field = browser.soup(page).find("input", {"name": "csrf_token"})
    assert isinstance(field, Tag)
    return str(field["value"])


def send(browser: Browser, page: str, token: str, form: dict[str, str]) -> int:
    answer = browser.client.post(page, data={**form, "csrf_token": token})
    assert answer.status_code < 500, (page, form)
    assert "<script>alert(1)</script>" not in answer.text
    if any("\x00" in value for value in form.values()):
        assert answer.status_code == 400
    return answer.status_code


@LOOSE
@given(form=st.dictionaries(st.sampled_from(FIELDS[:-2]), ODD))
def test_odd_sign_ins_are_answered(browser: Browser, form: dict[str, str]) -> None:
    browser.client.delete_cookie("hub")
    send(browser, "/sign-in", token_of(browser, "/sign-in"), form)


@LOOSE
@given(form=st.dictionaries(st.sampled_from(FIELDS[:-2]), ODD))
def test_odd_registrations_are_answered(browser: Browser, form: dict[str, str]) -> None:
    send(browser, "/apply", token_of(browser, "/apply"), form)


@pytest.fixture
def set_up_page(instance: "object") -> str:
    return f"/set-up/{invited(instance)[1]}"  # type: ignore[arg-type] # the fixture's own type


@LOOSE
@given(form=st.dictionaries(st.sampled_from(FIELDS[:-2]), ODD))
def test_odd_set_ups_are_answered(browser: Browser, set_up_page: str, form: dict[str, str]) -> None:
    send(browser, set_up_page, token_of(browser, set_up_page), form)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("page", ["/sign-in", "/apply"])
def test_hostile_words_in_every_field_are_answered(browser: Browser, page: str, text: str) -> None:
    send(browser, page, token_of(browser, page), dict.fromkeys(FIELDS[:-2], text))


@pytest.mark.parametrize(
    "email", ["a@example.jp" + "x" * 300, "İ@example.jp", "é@日本.jp", "a@b", '"a b"@example.jp']
)
def test_odd_mail_addresses_are_taken_or_refused_beside_their_field(browser: Browser, email: str) -> None:
    form = {"organisation": "X", "name": "X", "email": email}
    assert send(browser, "/apply", token_of(browser, "/apply"), form) in {200, 303, 422}


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/sign-in?next=%00",
        "/sign-in?%00=x",
        "/set-up/%00",
        "/set-up/a%00b",
        "/language/%00",
        "/notices/%00",
        "/taxii2/?x=%00",
        "/priority/collections/?match[id]=%00",
    ],
)
def test_a_nul_anywhere_in_an_address_is_refused(app: Flask, path: str) -> None:
    assert Browser(app).get(path).status_code == 400


def test_a_nul_in_the_name_of_a_field_or_of_a_file_is_refused(browser: Browser) -> None:
    token = token_of(browser, "/apply")
    named = browser.client.post("/apply", data={"csrf_token": token, "na\x00me": "x"})
    assert named.status_code == 400


@pytest.mark.parametrize(
    "path", ["/%ff%fe", "/sign-in?next=%ff", "/set-up/%f0%28%8c%28", "/notices/%ed%a0%80"]
)
def test_bytes_that_are_no_text_are_answered(client_as: Callable[..., Browser], path: str) -> None:
    assert client_as(Role.CONTACT).get(path).status_code < 500


@pytest.mark.parametrize(
    "query",
    [
        "before=0",
        "before=-1",
        "before=99999999999999999999",
        "before=x",
        "action=%25_",
        "action=" + "x" * 500,
    ],
)
def test_odd_questions_to_the_log_are_answered(client_as: Callable[..., Browser], query: str) -> None:
    assert client_as(Role.AUDITOR).get(f"/log?{query}").status_code == 200


def test_a_part_of_a_form_without_a_name_is_answered(browser: Browser) -> None:
    part = "--b\r\nContent-Disposition: form-data{}\r\n\r\nx\r\n--b--\r\n"
    for head in ("", "; filename=x.pdf", '; name=""'):
        answer = browser.client.post(
            "/sign-in", data=part.format(head), content_type="multipart/form-data; boundary=b"
        )
        assert answer.status_code == 400
