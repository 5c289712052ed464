"""Mail leaves by a real SMTP transaction; what the server answers decides what follows."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hub.core.config import Mail
from hub.core.smtp import MailRefusedError, send
from hub.demo.mailserver import LOOPBACK, free_port

TO = "contact@water.example.jp"
MESSAGE = b"Subject: x\r\n\r\nline\r\n.line that begins with a dot\r\n"


@dataclass
class Server:
    """Answers as it is told, and keeps what it took."""

    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's name and signature
        if self.to_data.startswith("250"):
            self.taken.append(envelope)
        return self.to_data


@contextmanager
def serving(server: Server) -> Iterator[Mail]:
    port = free_port()
    controller = Controller(server, hostname=LOOPBACK, port=port)
    controller.start()
    try:
        yield Mail(host=LOOPBACK, port=port, tls="none", sender="hub@hub.example.jp", timeout=5)
    finally:
        controller.stop()


def test_a_message_arrives_byte_for_byte_at_its_one_recipient() -> None:
    server = Server()
    with serving(server) as mail:
        send(MESSAGE, to=TO, mail=mail)
    [envelope] = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("hub@hub.example.jp", [TO])
    assert envelope.content == MESSAGE


@pytest.mark.parametrize(
    "server",
    [
        Server(to_recipient="550 no such person"),
        Server(to_data="554 refused"),
        Server(to_data="552 too large"),
    ],
)
def test_a_permanent_refusal_is_told_by_its_code_alone(server: Server) -> None:
    with serving(server) as mail, pytest.raises(MailRefusedError, match=r"^the mail server answered 55\d$"):
        send(MESSAGE, to=TO, mail=mail)


@pytest.mark.parametrize(
    "server", [Server(to_recipient="450 greylisted"), Server(to_data="451 later"), Server(to_data="421 busy")]
)
def test_a_passing_refusal_is_an_error_to_try_again_on(server: Server) -> None:
    with serving(server) as mail, pytest.raises(smtplib.SMTPException) as refused:
        send(MESSAGE, to=TO, mail=mail)
    assert not isinstance(refused.value, MailRefusedError)
    assert server.taken == []


def test_a_server_that_is_away_is_an_error_to_try_again_on() -> None:
    with pytest.raises(OSError, match="refused"):
        send(MESSAGE, to=TO, mail=Mail(host=LOOPBACK, port=free_port(), tls="none", timeout=5))


def test_nothing_is_sent_in_the_clear_when_the_server_offers_no_tls() -> None:
    server = Server()
    with serving(server) as mail:
        strict = Mail(host=LOOPBACK, port=mail.port, tls="starttls", timeout=5)
        with pytest.raises(smtplib.SMTPNotSupportedError):
            send(MESSAGE, to=TO, mail=strict)
    assert server.taken == []


@pytest.mark.parametrize(
    "to", ["a@example.jp\r\nRCPT TO:<b@example.jp>", "a@example.jp>\nDATA", "あ@example.jp"]
)
def test_an_address_that_smuggles_commands_reaches_nobody_else(to: str) -> None:
    server = Server()
    with serving(server) as mail, suppress(ValueError, smtplib.SMTPException, MailRefusedError):
        send(MESSAGE, to=to, mail=mail)
    assert all(envelope.rcpt_tos == ["a@example.jp"] for envelope in server.taken)
    assert all(envelope.content == MESSAGE for envelope in server.taken)
