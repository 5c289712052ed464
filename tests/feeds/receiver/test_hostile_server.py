"""A server that wants to hurt its clients: no answer costs more than its limit, and the next pass goes on."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from hub.core.clock import rfc3339
from tests.feeds.receiver import shelf as shelves
from tests.feeds.receiver.conftest import LIMITS, Recipient
from tests.feeds.receiver.sender import MATTERS, Sender
from tests.feeds.receiver.shelf import Shelf, answer

Misbehave = Callable[[BaseHTTPRequestHandler], bool]


def reply(body: bytes, code: int = 200, **headers: str) -> Misbehave:
    def misbehave(handler: BaseHTTPRequestHandler) -> bool:
        answer(handler, body, code, **headers)
        return True

    return misbehave


def drip(first: bytes) -> Misbehave:
    """Send a byte from time to time, for ever."""

    def misbehave(handler: BaseHTTPRequestHandler) -> bool:
        try:
            handler.wfile.write(first)
            for _ in range(200):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass
        handler.close_connection = True
        return True

    return misbehave


def endless(handler: BaseHTTPRequestHandler) -> bool:
    """Send a body without a length and without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", shelves.TAXII)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65536)
    except OSError:
        handler.close_connection = True
        return True


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/taxii+json;version=2.1\r\n"
LATE = rfc3339(datetime.now(UTC) + timedelta(days=400))
ONE = b'{"more": true, "next": "x", "objects": [{"type": "x"}]}'
ATTACKS: dict[str, tuple[Misbehave, str]] = {
    "a body larger than allowed": (reply(b" " * (LIMITS.body_bytes + 1)), "larger than"),
    "a body without an end": (endless, "larger than"),
    "slow headers": (drip(b"HTTP/1.1 200 OK\r\nX: "), "took longer"),
    "a slow body": (drip(OK + b"Content-Length: 10000\r\n\r\n"), "took longer"),
    "another type": (reply(b"{}", Content_Type="text/html"), "not of TAXII"),
    "no JSON": (reply(b"<html>"), "not of TAXII"),
    "deep JSON": (reply(b"[" * 4000), "not of TAXII"),
    "JSON of many parts": (reply(b"[" + b"[]," * 6000 + b"[]]"), "too many parts"),
    "a number of many digits": (reply(b'{"objects": [{"x": ' + b"9" * 6000 + b"}]}"), "not of TAXII"),
    "a list": (reply(b"[]"), "not of TAXII"),
    "objects that are none": (reply(b'{"objects": [1]}'), "not of TAXII"),
    "objects that are no list": (reply(b'{"objects": {"a": 1}}'), "not of TAXII"),
    "no date_added": (reply(ONE), "not of TAXII"),
    "a date_added that is none": (reply(ONE, X_TAXII_Date_Added_Last="soon"), "not of TAXII"),
    "a date_added far ahead": (reply(ONE, X_TAXII_Date_Added_Last=LATE), "in the future"),
    "a compressed body": (reply(b"\x1f\x8b", Content_Encoding="gzip"), "compressed"),
    "a fault": (reply(b"{}", 500), "answered 500"),
    "a refusal": (reply(b"{}", 401), "answered 401"),
    "nothing at all": (lambda handler: bool(handler.connection.shutdown(2) or True), "does not answer"),
}


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_a_hostile_answer_is_refused_within_its_limits_and_the_next_pass_goes_on(
    recipient: Recipient, sealed: tuple[dict[str, object], ...], attack: str
) -> None:
    misbehave, said = ATTACKS[attack]
    recipient.shelf.misbehave = misbehave
    began = time.monotonic()
    made = recipient.pull()
    assert time.monotonic() - began < LIMITS.seconds + 3
    assert made.failed
    [(what, told)] = recipient.heard.alarmed
    assert (what, said in told) == ("hub", True), told
    assert recipient.notices == []
    recipient.shelf.misbehave = None
    if attack in {"a fault", "deep JSON", "a date_added far ahead"}:  # the others leave the same behind
        recipient.shelf.lay(*sealed)
        recipient.pull()
        assert (recipient.heard.alarmed, len(recipient.notices)) == ([], 1)


@pytest.fixture(scope="session")
def sealed(request: pytest.FixtureRequest) -> tuple[dict[str, object], ...]:
    """A copy and a heartbeat, made once."""
    seat = request.getfixturevalue("seat")
    sender = Sender(seat=seat, to=seat.power)
    return sender.copy(), sender.beat()


@pytest.fixture
def elsewhere() -> Iterator[Shelf]:
    with shelves.shelf() as made:
        yield made


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else(
    recipient: Recipient, elsewhere: Shelf, code: int
) -> None:
    recipient.shelf.misbehave = reply(b"", code, Location=elsewhere.url)
    recipient.pull()
    assert recipient.heard.alarmed == [("hub", "the hub sends us elsewhere; redirects are not followed")]
    assert elsewhere.asked == []


def test_pages_that_do_not_move_on_end_the_pass(recipient: Recipient) -> None:
    recipient.shelf.misbehave = reply(ONE, X_TAXII_Date_Added_Last="2026-11-20T01:00:00.000000Z")
    recipient.pull()
    assert recipient.heard.alarmed[-1] == ("hub", "the pages do not move on")
    assert len(recipient.shelf.asked) == 2


def test_pages_without_an_end_are_cut_and_the_next_pass_goes_on(recipient: Recipient) -> None:
    began, count = datetime(2026, 11, 20, tzinfo=UTC), iter(range(10_000))

    def misbehave(handler: BaseHTTPRequestHandler) -> bool:
        number = next(count)
        body = {"more": True, "next": "x", "objects": [{"type": "x", "n": number}]}
        last = rfc3339(began + timedelta(seconds=number))
        return reply(json.dumps(body).encode(), X_TAXII_Date_Added_Last=last)(handler)

    recipient.shelf.misbehave = misbehave
    recipient.pull()
    assert len(recipient.shelf.asked) == LIMITS.pages
    assert "more pages than one pass takes" in recipient.heard.alarmed[-1][1]
    recipient.pull()
    assert len(recipient.shelf.asked) == 2 * LIMITS.pages
    assert "added_after=2026-11-20T00%3A00%3A09" in recipient.shelf.asked[LIMITS.pages]


@pytest.mark.parametrize(("told", "seconds"), [("7", 7), ("999999", 3600), ("soon", 0), ("-1", 0)])
def test_the_hub_may_ask_to_be_left_alone_for_some_time(
    recipient: Recipient, told: str, seconds: int
) -> None:
    recipient.shelf.misbehave = reply(b"{}", 429, Retry_After=told)
    assert recipient.pull().retry_after == seconds


def test_an_odd_answer_to_a_receipt_loses_nothing(
    recipient: Recipient, sealed: tuple[dict[str, object], ...]
) -> None:
    recipient.shelf.lay(*sealed)
    for body in (b"[]", b"{}", b'{"id": 7}', b'{"id": "x", "status": "pending"}'):
        recipient.shelf.misbehave = lambda handler, body=body: (
            handler.command == "POST" and reply(body, 202)(handler)
        )
        recipient.pull()
        assert set(recipient.heard.reasons) == {"hub"}
        assert recipient.notices == [f"{MATTERS[0]}-r1-s1"]
    recipient.shelf.misbehave = None
    recipient.pull()
    assert len(recipient.shelf.given) == 1
