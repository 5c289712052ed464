"""What a contact does with an encrypted notice: take it from the maildir and open it with gpg.

In clear it may show the subject tag and nothing of the content; the true subject is protected inside.
"""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from hub.demo.errors import DemoError, ProofError
from hub.demo.mailserver import Delivered, delivered
from hub.demo.people import LOOK_EVERY, MAIL_LIMIT
from hub.demo.recipients import GnupgHome

ENCRYPTED = "multipart/encrypted"
PROTOCOL = "application/pgp-encrypted"
DRILL = "[DRILL]"
TAGS = ("[PRIORITY]", DRILL)
ACTION = "[ACTION]"
ASCII = 128


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A contact's mail and key."""

    email: str
    maildir: Path
    home: GnupgHome
    pin: str

    def notices(self, *, unseen: Collection[str] = ()) -> Iterator[EmailMessage]:
        """Yield the opened notices, the oldest first; words of `unseen` may not stand in one in clear.

        Raises:
            ProofError: one of them does not open, is not signed by the pinned key, has another form, or
                shows what it must not.

        """
        for mail in self.encrypted():
            _must_not_show(mail, unseen)
            if not any(tag in str(mail.message["Subject"]) for tag in (ACTION, DRILL)):
                yield self._opened(mail)

    def challenge(self) -> str:
        """Return the text of the newest mail that asks to prove possession of the key.

        Raises:
            DemoError: none has come in time.
            ProofError: it does not open, is not signed by the pinned key, or has another form.

        """
        return self._newest(ACTION, "challenge")

    def drill(self, tracking_id: str) -> str:
        """Return the text of the mail of a drill; raises as `challenge` does."""
        return self._newest(f"{DRILL}[TLP:GREEN][{tracking_id} r1]", "drill")

    def _newest(self, tag: str, what: str) -> str:
        until = time.monotonic() + MAIL_LIMIT
        while time.monotonic() < until:
            found = [mail for mail in self.encrypted() if tag in str(mail.message["Subject"])]
            if found:
                return text_of(self._opened(found[-1]))
            time.sleep(LOOK_EVERY)
        raise DemoError(f"no {what} reached {self.email} within {MAIL_LIMIT:.0f} s")

    def encrypted(self) -> list[Delivered]:
        """Return the encrypted mails as they came."""
        mails = delivered(self.maildir, self.email)
        return [mail for mail in mails if mail.message.get_content_type() == ENCRYPTED]

    def _opened(self, mail: Delivered) -> EmailMessage:
        what = f"the mail {mail.message['Message-ID']} to {self.email}"
        _check_form(mail, what)
        _, sealed = mail.message.iter_parts()
        plain = self.home.open(sealed.get_content(), pin=self.pin, what=what)
        inner = message_from_bytes(plain, policy=policy.default)
        if inner.get_param("hp") != "cipher" or "Subject" not in inner:
            raise ProofError(f"protected headers of {what}", "the true subject is not inside")
        return inner


def text_of(notice: EmailMessage) -> str:
    """Return what a person reads in an opened notice."""
    body = notice.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def attachments_of(notice: EmailMessage) -> list[str]:
    """Return the names of what is attached to an opened notice."""
    return [str(part.get_filename()) for part in notice.iter_attachments()]


def _must_not_show(mail: Delivered, words: Collection[str]) -> None:
    seen = mail.file.read_bytes().decode("ascii", errors="replace")
    seen += "\n".join(str(value) for value in mail.message.values())
    if any(word in seen for word in words):
        raise ProofError(f"the mail {mail.message['Message-ID']} in clear", "it shows what it must not")


def _check_form(mail: Delivered, what: str) -> None:
    message = mail.message
    right = {
        "one recipient": len(mail.to) == 1,
        "only ASCII on the wire": max(mail.file.read_bytes()) < ASCII,
        "a subject tag": str(message["Subject"]).startswith(TAGS),
        "PGP/MIME (RFC 3156)": message.get_param("protocol") == PROTOCOL
        and [part.get_content_type() for part in message.iter_parts()]
        == [PROTOCOL, "application/octet-stream"],
        "Auto-Submitted": message["Auto-Submitted"] == "auto-generated",
    }
    for check, holds in right.items():
        if not holds:
            raise ProofError(f"form of {what}: {check}", "it is not so")
