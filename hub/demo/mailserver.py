"""A real SMTP server on loopback that puts what it takes, byte for byte, into a maildir."""

import itertools
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"
HEAD_ENDS = b"\r\n\r\n"
LARGEST = 32 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """One mail in the maildir: whom the SMTP transaction named, and the message."""

    to: tuple[str, ...]
    file: Path
    message: EmailMessage


class IntoMaildir:
    """Takes every message; a file appears in `new` only when it is whole (maildir's own rule).

    Nobody lives at addresses whose local part is `nobody`.
    """

    def __init__(self, folder: Path, nobody: str | None = None) -> None:
        self.folder, self.nobody = folder, nobody
        self.numbers = itertools.count()
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - likewise
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],  # noqa: ARG002 - likewise
    ) -> str:
        """Take mail for an address, or answer why not."""
        if refused := self.refusal(address):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def refusal(self, address: str) -> str | None:
        """Return the answer where no mail is taken for an address: nobody lives there (RFC 3463, 3.2)."""
        return "550 5.1.1 User unknown" if address.partition("@")[0] == self.nobody else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's name and signature
        """Keep the message under the envelope's addresses, as a mail server does at final delivery."""
        name = f"{time.time_ns()}.{os.getpid()}_{next(self.numbers)}.demo"
        trace = [f"Return-Path: <{envelope.mail_from}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
        head = "".join(f"{line}\r\n" for line in trace).encode()
        half = self.folder / "tmp" / name
        half.write_bytes(head + _as_bytes(envelope.content))
        half.rename(self.folder / "new" / name)
        return "250 Message accepted for delivery"


def _as_bytes(content: bytes | str | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


@contextmanager
def mail_server(folder: Path, *, nobody: str | None = None) -> Iterator[int]:
    """Run the server in a thread of its own and give its port."""
    port = free_port()
    controller = Controller(
        IntoMaildir(folder, nobody), hostname=LOOPBACK, port=port, data_size_limit=LARGEST
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def delivered(folder: Path, to: str | None = None) -> Iterator[Delivered]:
    """Yield what the server took, for one address or all, the oldest first."""
    wanted = b"" if to is None else f"Delivered-To: {to}\r\n".encode()
    for file in sorted((folder / "new").iterdir(), key=lambda each: each.name):
        raw = file.read_bytes()
        if wanted in raw.partition(HEAD_ENDS)[0] + b"\r\n":  # before parsing: there may be thousands
            message = message_from_bytes(raw, policy=policy.default)
            yield Delivered(tuple(map(str, message.get_all("Delivered-To", []))), file, message)
