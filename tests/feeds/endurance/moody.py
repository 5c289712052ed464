"""A mail server in all its moods: slow, busy, gone in the middle, and one mailbox that is never well."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hub.demo.mailserver import LOOPBACK, IntoMaildir, free_port

BUSY = "451 4.3.0 not now"
HOSTILE = (
    "450 " + "x" * 400,
    "421 4.7.0 \x07\x1b[2J <script>alert(1)</script>",
    "452-\r\n452 4.2.2 again",
    "450 \x00",
)


class Moody(IntoMaildir):
    """Takes most mails; of the others, some although it says no or nothing at all."""

    def __init__(self, folder: Path, *, unwell: str, seed: int) -> None:
        super().__init__(folder)
        self.unwell = unwell
        self.chance = random.Random(seed)  # noqa: S311 - moods, no secret

    def refusal(self, address: str) -> str | None:
        """Answer oddly for the one mailbox."""
        return self.chance.choice(HOSTILE) if address == self.unwell else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the message, or not, and tell the truth, or not."""
        mood = self.chance.random()
        if mood < 0.1:
            return BUSY
        if mood < 0.2:
            await asyncio.sleep(0.5)
        taken = await super().handle_DATA(server, session, envelope)
        if mood > 0.9 and server.transport is not None:
            server.transport.close()  # taken, and nobody is told
        return BUSY if 0.8 < mood < 0.9 else taken


@contextmanager
def moody_server(folder: Path, *, unwell: str, seed: int) -> Iterator[int]:
    """Run it and give its port."""
    port = free_port()
    moody = Moody(folder, unwell=unwell, seed=seed)
    controller = Controller(moody, hostname=LOOPBACK, port=port, data_size_limit=2**25)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
