"""The one way out for mail: finished bytes to one recipient in one SMTP transaction.

Whatever the server answers is judged by its code and forgotten: it is remote text. A server that is slow,
talks without end or hangs up in the middle costs its own mail a try, within limits that are shorter than
the lease of a job, and nobody else anything.
"""

import os
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from hub.core.config import Mail

PATIENCE = 3  # times the timeout of one answer, for a whole transaction
LONGEST_TALK = 64 * 1024  # bytes that a server may answer in one transaction
GOODBYE = 5.0  # seconds; the message is taken already
ENHANCED = re.compile(rb"5\.\d{1,3}\.\d{1,3}(?!\S)")


class MailRefusedError(Exception):
    """The server refused this recipient or message for good (SMTP 5xx); `code` tells why (RFC 3463)."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the mail server answered {code}")
        self.code = code


def send(message: bytes, *, to: str, mail: Mail, return_path: str | None = None) -> None:
    """Hand one message to the mail server; failures of delivery go to `return_path`, else to the sender.

    Raises:
        MailRefusedError: a permanent refusal of the recipient or message; trying again will not help.
        OSError, smtplib.SMTPException: the server is away, busy, odd, or refuses us; try again later.

    """
    with _signed_in(mail) as server:
        try:
            server.sendmail(return_path or mail.sender, [to], message)
        except smtplib.SMTPRecipientsRefused as refused:
            _raise_for(*refused.recipients[to])
            raise
        except smtplib.SMTPDataError as refused:
            _raise_for(refused.smtp_code, refused.smtp_error)
            raise


def greet(mail: Mail) -> None:
    """Go as far as before a mail: connect, TLS, sign in; and send none.

    Raises:
        OSError, smtplib.SMTPException: that far one does not come.

    """
    with _signed_in(mail) as server:
        server.ehlo_or_helo_if_needed()


class _Bounded:
    """What a server says, line by line, up to a limit."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines
        self._left = LONGEST_TALK

    def readline(self, size: int = -1) -> bytes:
        line = self._lines.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("the mail server talks without end")
        return line

    def close(self) -> None:
        self._lines.close()


class _Clear(smtplib.SMTP):
    """A client that bounds how much, and how long, the server talks."""

    _line: socket.socket | None = None
    _cut: threading.Timer | None = None

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
            self._limit(self.sock)
        return super().getreply()

    def close(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
        if self._line is not None:
            self._line.close()
        super().close()

    def _limit(self, sock: socket.socket) -> None:
        if self._cut is None:
            self._line = socket.socket(fileno=os.dup(sock.fileno()))  # sock itself goes over into TLS
            self._cut = threading.Timer(PATIENCE * self.timeout, _hang_up, [self._line])
            self._cut.daemon = True
            self._cut.start()


class _Implicit(smtplib.SMTP_SSL, _Clear):
    """The same over TLS from the first byte."""


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # it may close by itself at this very moment
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def _transaction(mail: Mail) -> Iterator[smtplib.SMTP]:
    """Give a connection; how the server takes its leave changes nothing, for the message is taken by then."""
    server = _connection(mail)
    try:
        yield server
        with suppress(smtplib.SMTPException, OSError, AttributeError):
            server.sock.settimeout(GOODBYE)  # type: ignore[union-attr]  # or None, if it hung up already
            server.quit()
    finally:
        server.close()


@contextmanager
def _signed_in(mail: Mail) -> Iterator[smtplib.SMTP]:
    with _transaction(mail) as server:
        if mail.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.username and mail.password_file:
            server.login(mail.username, mail.password_file.read_text(encoding="utf-8").strip())
        yield server


def _connection(mail: Mail) -> smtplib.SMTP:
    if mail.tls == "implicit":
        context = ssl.create_default_context()
        return _Implicit(mail.host, mail.port, timeout=mail.timeout, context=context)
    return _Clear(mail.host, mail.port, timeout=mail.timeout)


def _raise_for(code: int, text: bytes | str) -> None:
    if 500 <= code < 600:  # noqa: PLR2004 - RFC 5321, 4.2.1: permanent negative completion
        said = text.encode() if isinstance(text, str) else text
        found = ENHANCED.match(said)
        raise MailRefusedError(found[0].decode() if found else str(code)) from None
