"""Sealing and sending that only note for whom, so that thousands of deliveries can be read in a second.

That a sealed copy or mail opens for its recipient alone is what the other tests of this folder show, with
gpg; here the question is what is sealed to whom.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from feeds.delivery import mails, sealed_copy
from feeds.delivery.sealed_mail import Letter
from feeds.formats import csaf_out
from feeds.formats.content import Notice
from feeds.formats.mail_headers import Headers
from hub.core import smtp
from hub.core.config import Mail
from keys.sealing import Sealable

MARK = b"sealed-to "


@dataclass
class Outbound:
    """What the mail server took: address and bytes, in order."""

    mails: list[tuple[str, bytes]] = field(default_factory=list)

    def send(self, message: bytes, *, to: str, mail: Mail, return_path: str | None = None) -> None:  # noqa: ARG002 - as smtp.send
        self.mails.append((to, message))


def install(patch: pytest.MonkeyPatch) -> Outbound:
    """Put both in the places of the real ones."""
    outbound = Outbound()
    patch.setattr(sealed_copy, "seal", _seal)
    patch.setattr(sealed_copy, "signer_of", lambda _config: None)
    patch.setattr(mails, "sealed_mail", _sealed_mail)
    patch.setattr(smtp, "send", outbound.send)
    patch.setattr(csaf_out, "export", _once(csaf_out.export))
    return outbound


def _once(export: Callable[[Notice, csaf_out.Version], bytes]) -> Callable[..., bytes]:
    """Write each notice once only: its validator takes longer than all the rest."""
    made: dict[tuple[str, int, datetime], bytes] = {}

    def exported(notice: Notice, version: csaf_out.Version) -> bytes:
        key = (notice.tracking_id, notice.revision, notice.released_at)
        if key not in made:
            made[key] = export(notice, version)
        return made[key]

    return exported


def _seal(plaintext: bytes, *, certificate: Sealable, signer: Any, now: datetime) -> bytes:  # noqa: ANN401, ARG001 - as keys.sealing.seal
    return MARK + certificate.fingerprint.encode() + b"\n" + plaintext


def _sealed_mail(letter: Letter, outside: Headers, *, certificate: Sealable, **_others: object) -> bytes:
    texts = [outside.subject.encode(), letter.subject.encode(), letter.text.encode()]
    plain = b"\n".join([*texts, *(each.content for each in letter.attachments)])
    return MARK + certificate.fingerprint.encode() + b"\n" + plain


def opened(payload: bytes, fingerprint: str) -> str:
    """Return what was sealed, for whoever holds the key that it was sealed to."""
    head, _, plain = payload.partition(b"\n")
    assert head == MARK + fingerprint.encode(), "sealed to somebody else"
    return plain.decode()


def artifact_payload(found: dict[str, object]) -> bytes:
    """Return the payload of a stored artifact."""
    return base64.b64decode(str(found["payload_bin"]))
