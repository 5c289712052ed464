"""Reports on undeliverable mail: codes and ids come out of the real ones, nothing out of hostile ones."""

import time
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.formats.returned import LARGEST, MESSAGE_ID, MOST_IDS, STATUS, Returned, read
from tests.support.reports import WORDS, report

TO = "bounce+abc@hub.example.jp"
HEAD = b"Subject: [PRIORITY] x\r\nMessage-ID: <0123abcd@hub.example.jp>\r\n"
EXCHANGE = b"""From: postmaster@example.jp
To: bounce+abc@hub.example.jp
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="b1_x"
Subject: =?utf-8?B?6YWN5L+h5LiN6IO9?=

--b1_x
Content-Type: multipart/alternative; boundary="b2_x"

--b2_x
Content-Type: text/plain; charset="iso-2022-jp"

\x1b$BG[?.$G$-$^$;$s\x1b(B
--b2_x--
--b1_x
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.example.jp

Final-recipient: RFC822;contact@power.example.jp
Action: failed
Status: 5.2.2 (mailbox full)
X-Supplementary-Info: < #5.2.2 smtp;552 5.2.2>

--b1_x
Content-Type: message/rfc822

From: hub@hub.example.jp
Message-Id: <0123abcd@hub.example.jp>
Content-Type: multipart/encrypted; boundary="x"

--x
--b1_x--
"""


def test_a_report_of_postfix_tells_its_code_and_its_mail() -> None:
    assert read(report(to=TO, returned=HEAD)) == Returned(
        failed=True, code="5.1.1", addressed=(TO,), message_ids=("<0123abcd@hub.example.jp>",)
    )


def test_a_report_of_exchange_tells_its_code_and_its_mail() -> None:
    for raw in (EXCHANGE, EXCHANGE.replace(b"\n", b"\r\n")):
        assert read(raw) == Returned(
            failed=True, code="5.2.2", addressed=(TO,), message_ids=("<0123abcd@hub.example.jp>",)
        )


@pytest.mark.parametrize(
    ("action", "status", "failed", "code"),
    [
        ("failed", "4.4.7", True, "4.4.7"),  # it was tried for days, and given up
        ("FAILED", "5.7.1 (policy)", True, "5.7.1"),
        ("failed", "", True, "5.0.0"),
        ("failed", "5.1.1.1", True, "5.0.0"),
        ("failed", WORDS, True, "5.0.0"),
        ("delayed", "4.4.1", False, "4.4.1"),
        ("delayed", "soon", False, "4.0.0"),
    ],
)
def test_what_counts_is_the_action(action: str, status: str, *, failed: bool, code: str) -> None:
    found = read(report(to=TO, action=action, status=status))
    assert found is not None
    assert (found.failed, found.code) == (failed, code)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "failed?"])
def test_a_report_of_something_else_is_none(action: str) -> None:
    assert read(report(to=TO, action=action)) is None


def test_an_answer_of_a_person_on_holiday_is_no_report() -> None:
    assert (
        read(b"From: a@example.jp\r\nTo: " + TO.encode() + b"\r\nSubject: away\r\n\r\nAction: failed\r\n")
        is None
    )


def test_a_report_inside_another_mail_is_not_this_mails() -> None:
    forwarded = b"To: x@y.example\r\nContent-Type: message/rfc822\r\n\r\n" + report(to=TO, returned=HEAD)
    assert read(forwarded) is None


def test_no_word_of_the_remote_text_comes_out() -> None:
    assert WORDS.split()[-1] not in repr(read(report(to=TO, status=f"5.1.1 {WORDS}", returned=HEAD)))
    odd = read(report(to=TO, returned=f"Message-ID: <{WORDS}@x>\r\n".encode()))
    assert odd is not None
    assert odd.message_ids == ()


def sane(found: Returned | None) -> bool:
    """Tell whether everything in it fits its form and its number."""
    if found is None:
        return True
    ids = all(MESSAGE_ID.fullmatch(each) for each in found.message_ids)
    few = max(len(found.addressed), len(found.message_ids)) <= MOST_IDS
    return bool(STATUS.fullmatch(found.code)) and len(found.code) <= 9 and ids and few


HEADERS = st.sampled_from(
    ["To", "Content-Type", "Action", "Status", "Message-ID", "Content-Transfer-Encoding"]
)
LINES = st.one_of(
    st.sampled_from(
        [
            b"",
            b"--b",
            b"--b--",
            b"Content-Type: multipart/report; boundary=b",
            b"Content-Type: message/delivery-status",
            b"Content-Type: message/rfc822",
            b"Content-Type: text/rfc822-headers",
            b"Content-Transfer-Encoding: base64",
            b"Content-Type: multipart/report; boundary*0*=''%00",
            b"Action: failed",
            b"Status: 5.1.1",
            b"Message-ID: <a@b>",
        ]
    ),
    st.builds(lambda name, value: f"{name}: {value}".encode("utf-8", "surrogateescape"), HEADERS, st.text()),
    st.binary(max_size=200),
)


@given(st.lists(LINES, max_size=40).map(b"\r\n".join))
@settings(max_examples=300, deadline=None)
@example(b"Content-Type: multipart/report; boundary=\x00\r\n\r\n--\x00\r\n")
@example(b"To: =?x?q?\xff?=\r\nContent-Type: multipart/report; boundary*=''%ff\r\n\r\n--\xff")
def test_hostile_lines_crash_nothing_and_tell_nothing_odd(raw: bytes) -> None:
    assert sane(read(raw))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_report_crashes_nothing(data: st.DataObject) -> None:
    raw = bytearray(EXCHANGE)
    for _ in range(data.draw(st.integers(1, 30))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert sane(read(bytes(raw)))


REPORT = b"Content-Type: multipart/report; boundary=b\r\n\r\n"


def nested(depth: int) -> bytes:
    """Return parts in parts in parts."""
    return b"".join(
        b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth)
    )


EXHAUSTING = {
    "nested": nested(5000),
    "nested to the limit": nested(99) + b"-\r\n" * 40_000,
    "enclosed": b"Content-Type: message/rfc822\r\n\r\n" * 9000,
    "parts": REPORT + b"--b\r\n\r\n" * 60_000,
    "parts to the limit": REPORT + b"--b\r\n\r\n" * 400 + b"-\r\n" * 40_000,
    "headers": b"To: x\r\n" * 60_000,
    "line": b"To: " + b"bounce+" * 60_000,
    "blocks": REPORT
    + b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    + b"Action: failed\r\n\r\n" * 20_000,
    "empty": b"\r\n" * 200_000,
    "parameters": b"Content-Type: " + b'a="' * 90_000,
}


@pytest.mark.parametrize("raw", EXHAUSTING.values(), ids=EXHAUSTING)
def test_a_mail_made_to_exhaust_is_read_within_bounds(raw: bytes) -> None:
    tracemalloc.start()
    begun = time.thread_time()
    try:
        assert sane(read(raw * 3))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200 * LARGEST
    assert time.thread_time() - begun < 5  # seconds, under the tracing of memory
