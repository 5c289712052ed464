"""One-time passwords: the vectors of the standard, and each code once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from hub.accounts import second_factor

SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B (SHA-1)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert second_factor.step_of(SECRET, code, last=None, now=now) == seconds // 30


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    for off, taken in ((-60, False), (-30, True), (30, True), (60, False)):
        now = datetime.fromtimestamp(1111111111, UTC) + timedelta(seconds=off)
        assert (second_factor.step_of(SECRET, "050471", last=None, now=now) is not None) is taken


def test_a_code_is_refused_once_its_step_or_a_later_one_was_used() -> None:
    now = datetime.fromtimestamp(59, UTC)
    assert second_factor.step_of(SECRET, "287082", last=0, now=now) == 1
    assert second_factor.step_of(SECRET, "287082", last=1, now=now) is None
    assert second_factor.step_of(SECRET, "287082", last=2, now=now) is None


def test_the_secret_of_an_invitation_cannot_be_told_without_the_key() -> None:
    first = second_factor.secret_for("token", key=b"a" * 32)
    assert first == second_factor.secret_for("token", key=b"a" * 32)
    assert first != second_factor.secret_for("token", key=b"b" * 32)
    assert len(base64.b32decode(first)) == 20  # RFC 4226, 4: at least 128 bits, 160 recommended
