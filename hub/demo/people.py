"""The people of the demo: who they are, how they sign in, and the codes of their second factors."""

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import pyotp

from hub.accounts.passkeys.assertion import decoded
from hub.demo.errors import DemoError
from hub.demo.mailserver import delivered
from hub.demo.pages import Pages, Value
from hub.demo.passkey import SoftPasskey

STEP = 30  # seconds (RFC 6238, 4.1)
MAIL_LIMIT = 30.0  # seconds until the worker has sent a mail
LOOK_EVERY = 0.05  # seconds between two looks into the maildir


@dataclass(slots=True, kw_only=True)
class Person:
    """A person with a browser; password and second factor are set through the invitation."""

    role: str
    email: str
    name: str
    pages: Pages
    body: str | None = None
    password: str = field(default_factory=lambda: f"demo-{secrets.token_urlsafe(15)}")
    totp_secret: str = ""
    passkey: SoftPasskey | None = None

    def __post_init__(self) -> None:
        self.pages.code = lambda: code_for(self)

    def set_up(self, link: str) -> None:
        """Open an invitation and set password and second factor; the person is then signed in.

        A code works once. The one of the step before is used, so that the present one is left for
        whoever signs in as this person next; if the hub refuses that, the present one is.
        """
        self.pages.open(link)
        self.totp_secret = self.pages.text_of("totp-secret")
        try:
            self._send(-1)
        except DemoError:
            self._send(0)

    def add_passkey(self) -> None:
        """Register a passkey, in software here, as the browser would."""
        made = self.passkey = SoftPasskey.create(self._site.hostname or "")
        self.pages.open("/account/passkeys/add")
        answer = made.register(self.pages.asked(), self._origin)
        self.pages.fill({"name": "demo", "answer": answer})

    def sign(self, fields: Mapping[str, Value], *, at: str | None = None) -> None:
        """Fill a form and sign what its page shows with the passkey.

        Raises:
            DemoError: nothing is to be signed there, or the person has no passkey.

        """
        if at is not None:
            self.pages.open(at)
        if self.passkey is None:
            raise DemoError(f"{self.name} has no passkey")
        challenge = decoded(json.loads(self.pages.asked())["challenge"])
        answer = self.passkey.sign(challenge, origin=self._origin).to_json()
        self.pages.fill({**fields, "answer": answer})

    @property
    def _site(self) -> SplitResult:
        return urlsplit(self.pages.base_url)

    @property
    def _origin(self) -> str:
        return f"{self._site.scheme}://{self._site.netloc}"

    def _send(self, step: int) -> None:
        code = code_for(self, step=step)
        self.pages.fill({"password": self.password, "repeated": self.password, "code": code})


def code_for(person: Person, *, step: int = 0) -> str:
    """Return the code that an authenticator application shows now, or some steps before or after."""
    return pyotp.TOTP(person.totp_secret).at(int(time.time()) + step * STEP)


def invitation(maildir: Path, email: str) -> str:
    """Return the set-up link that was mailed to a person."""
    return mailed_link(maildir, email, "/set-up/")


def mailed_link(maildir: Path, email: str, part: str) -> str:
    """Return the first mailed link to a person whose path has this part, waiting for the mail.

    Raises:
        DemoError: no such mail came in time.

    """
    until, link = time.monotonic() + MAIL_LIMIT, re.compile(rf"https?://\S+{re.escape(part)}\S+")
    while time.monotonic() < until:
        for mail in delivered(maildir, email):
            body = mail.message.get_body(("plain",))
            found = link.search(body.get_content()) if body is not None else None
            if found:
                return found[0]
        time.sleep(LOOK_EVERY)
    raise DemoError(f"no mail with a link to {part} reached {email} within {MAIL_LIMIT:.0f} s")
