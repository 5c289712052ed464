"""Mail servers that are slow, odd, hostile or somebody else: a try is lost, never a mail, never in clear."""

import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from hub.core.config import Mail
from hub.core.smtp import MailRefusedError, send
from hub.demo.mailserver import LOOPBACK, free_port
from tests.hub.core.test_smtp import MESSAGE, TO, Server
from tests.support.odd_smtp import Answer, but, endless, odd_server, polite
from tests.support.tls import made_certificate

TIMEOUT = 0.3  # seconds


def at(port: int) -> Mail:
    return Mail(host=LOOPBACK, port=port, tls="none", sender="hub@hub.example.jp", timeout=TIMEOUT)


@pytest.mark.parametrize(
    ("greeting", "every"), [(b"220-and so on\r\n", 0.0), (b"220", 0.1), (b"x" * 9000, 0.0), (b"250\r\n", 0.0)]
)
def test_a_server_that_never_comes_to_an_end_is_left_within_the_patience(
    greeting: bytes, every: float
) -> None:
    begun = time.monotonic()
    with endless(greeting, every=every) as port, pytest.raises(smtplib.SMTPException) as left:
        send(MESSAGE, to=TO, mail=at(port))
    assert not isinstance(left.value, MailRefusedError)
    assert time.monotonic() - begun < 5 * TIMEOUT
    timers = [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
    assert all(each.finished.is_set() for each in timers)


@pytest.mark.parametrize("command", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    "answer", [None, b"abc what\r\n", b"\xff\xfe\x00\r\n", b"500 " + b"x" * 9000 + b"\r\n", b"999 no\r\n"]
)
def test_what_is_no_refusal_is_tried_again(command: str, answer: bytes | None) -> None:
    """A line without an end is a fault, although smtplib calls it a 500."""
    with odd_server(but(**{command: answer})) as port:
        if command == "EHLO" and answer in {b"abc what\r\n", b"999 no\r\n"}:
            send(MESSAGE, to=TO, mail=at(port))  # it falls back to HELO, as RFC 5321 has it
            return
        with pytest.raises(smtplib.SMTPException):
            send(MESSAGE, to=TO, mail=at(port))


@pytest.mark.parametrize("answer", [b"530 sign in first\r\n", b"550 5.7.1 you may not\r\n"])
def test_a_refusal_of_the_sender_is_nobodys_bounce(answer: bytes) -> None:
    with odd_server(but(MAIL=answer)) as port, pytest.raises(smtplib.SMTPSenderRefused):
        send(MESSAGE, to=TO, mail=at(port))


@pytest.mark.parametrize("leave", [None, b"421 too busy to say bye\r\n", b"550 no\r\n", b"??\r\n", b""])
def test_a_message_that_was_taken_is_taken_however_the_server_leaves(leave: bytes | None) -> None:
    with odd_server(but(QUIT=leave)) as port:
        send(MESSAGE, to=TO, mail=at(port))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"550 5.1.1 <secret words> unknown\r\n", "5.1.1"),
        (b"550-5.2.2 over\r\n550 5.2.2 quota\r\n", "5.2.2"),
        (b"554 <b>no</b>\r\n", "554"),
        (b"550 5.1.1.9 strange\r\n", "550"),
        (b"550 5.7.1234 long\r\n", "550"),
    ],
)
def test_of_a_refusal_only_the_code_is_kept(answer: bytes, code: str) -> None:
    for command in ("RCPT", "END"):
        with odd_server(but(**{command: answer})) as port, pytest.raises(MailRefusedError) as refused:
            send(MESSAGE, to=TO, mail=at(port))
        assert (refused.value.code, str(refused.value)) == (code, f"the mail server answered {code}")
        assert refused.value.__cause__ is None


def test_failures_of_delivery_go_to_the_return_path() -> None:
    said: list[bytes] = []

    def heard(line: bytes) -> bytes | None:
        said.append(line)
        return b"220 here\r\n" if not line else polite(line)

    answer: Answer = heard
    with odd_server(answer) as port:
        send(MESSAGE, to=TO, mail=at(port), return_path="bounce+x@hub.example.jp")
    assert any(line.startswith(b"mail FROM:<bounce+x@hub.example.jp>") for line in said)


@contextmanager
def over_tls(folder: Path, *, name: str = LOOPBACK, implicit: bool = False) -> Iterator[tuple[Server, Mail]]:
    """Give a server with a certificate of its own making, for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made_certificate(folder, name))
    server, port = Server(), free_port()
    tls = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
    controller = Controller(server, hostname=LOOPBACK, port=port, **tls)
    controller.start()
    try:
        yield server, replace(at(port), tls="implicit" if implicit else "starttls", timeout=5)
    finally:
        controller.stop()


@pytest.mark.parametrize("implicit", [False, True])
def test_a_server_with_a_trusted_certificate_of_its_name_gets_the_mail_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, implicit: bool
) -> None:
    with over_tls(tmp_path, implicit=implicit) as (server, mail):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        send(MESSAGE, to=TO, mail=mail)
    assert [each.content for each in server.taken] == [MESSAGE]


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("wrong", ["nobody vouches for it", "it is another's"])
def test_a_server_with_a_wrong_certificate_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, *, implicit: bool
) -> None:
    name = LOOPBACK if wrong == "nobody vouches for it" else "mail.elsewhere.example"
    with over_tls(tmp_path, name=name, implicit=implicit) as (server, mail):
        if wrong == "it is another's":
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        with pytest.raises(ssl.SSLCertVerificationError):
            send(MESSAGE, to=TO, mail=mail)
    assert server.taken == []


@pytest.mark.parametrize("answer", [b"454 no TLS today\r\n", b"250 go on in clear\r\n", None])
def test_a_server_that_talks_us_out_of_tls_gets_nothing(answer: bytes | None) -> None:
    said: list[bytes] = []

    def hides(line: bytes) -> bytes | None:
        said.append(line)
        if line.upper().startswith(b"EHLO"):
            return b"250-here\r\n250 STARTTLS\r\n"
        return answer if line.upper().startswith(b"STARTTLS") else polite(line)

    with (
        odd_server(lambda line: hides(line) if line else b"220 here\r\n") as port,
        pytest.raises(smtplib.SMTPException),
    ):
        send(MESSAGE, to=TO, mail=replace(at(port), tls="starttls"))
    assert not any(line.upper().startswith((b"MAIL", b"RCPT", b"DATA", b"AUTH")) for line in said)
