import smtplib
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from hub.demo.errors import ProofError
from hub.demo.letterbox import Letterbox, attachments_of, text_of
from hub.demo.mailserver import LOOPBACK, mail_server
from hub.demo.recipients import GnupgHome
from tests.hub.demo.gpg import run, signed_and_sealed

TITLE, EMAIL = "架空の装置の脆弱性", "contact@water.example.jp"
TAG = "[PRIORITY][TLP:AMBER][PI-2026-7K3QX r1][NEW]"


def inner(*, protected: bool = True) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = f"{TAG} {TITLE}"
    message.set_content("読んでください。", cte="base64")
    message.add_attachment(
        b"{}", maintype="application", subtype="json", filename="PI-2026-7K3QX-r1.stix.json"
    )
    if protected:
        message.set_param("hp", "cipher")
    return message.as_bytes()


def outer(sealed: bytes, *, subject: str = TAG, version: bool = True) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"], message["To"], message["Message-ID"] = subject, EMAIL, "<1@hub.example.jp>"
    message["Auto-Submitted"] = "auto-generated"
    kind = b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"'
    first = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n" if version else b""
    second = b"--b\r\nContent-Type: application/octet-stream\r\n\r\n" + sealed
    return message.as_bytes().rstrip() + b"\r\n" + kind + b"\r\n\r\n" + first + second + b"\r\n--b--\r\n"


@pytest.fixture
def box(tmp_path: Path, contact: GnupgHome, stranger: GnupgHome) -> Letterbox:
    return Letterbox(EMAIL, tmp_path, contact, stranger.fingerprint())


def deliver(box: Letterbox, message: bytes) -> None:
    with mail_server(box.maildir) as port, smtplib.SMTP(LOOPBACK, port) as server:
        server.sendmail("hub@hub.example.jp", [box.email], message)


def sealed(box: Letterbox, signer: GnupgHome, plain: bytes) -> bytes:
    binary = signed_and_sealed(plain, signer, box.home)
    armoured = run(box.home, ["--enarmor"], binary).replace(b"ARMORED FILE", b"MESSAGE")
    return armoured.replace(b"\n", b"\r\n")


def test_a_notice_is_opened_and_shows_its_protected_subject(box: Letterbox, stranger: GnupgHome) -> None:
    deliver(box, outer(sealed(box, stranger, inner())))
    [notice] = box.notices(unseen=[TITLE])
    assert notice["Subject"] == f"{TAG} {TITLE}"
    assert text_of(notice).strip() == "読んでください。"
    assert attachments_of(notice) == ["PI-2026-7K3QX-r1.stix.json"]


def test_a_title_in_clear_is_found_even_when_it_is_encoded(box: Letterbox, stranger: GnupgHome) -> None:
    deliver(box, outer(sealed(box, stranger, inner()), subject=f"{TAG} {TITLE}"))
    with pytest.raises(ProofError, match="in clear"):
        list(box.notices(unseen=[TITLE]))


def test_a_notice_without_protected_headers_is_refused(box: Letterbox, stranger: GnupgHome) -> None:
    deliver(box, outer(sealed(box, stranger, inner(protected=False))))
    with pytest.raises(ProofError, match="protected headers"):
        list(box.notices())


def test_a_notice_of_another_form_than_pgp_mime_is_refused(box: Letterbox, stranger: GnupgHome) -> None:
    deliver(box, outer(sealed(box, stranger, inner()), version=False))
    with pytest.raises(ProofError, match="PGP/MIME"):
        list(box.notices())


def test_a_notice_without_a_tag_is_refused(box: Letterbox, stranger: GnupgHome) -> None:
    deliver(box, outer(sealed(box, stranger, inner()), subject="hello"))
    with pytest.raises(ProofError, match="subject tag"):
        list(box.notices())


def test_a_challenge_is_no_notice(box: Letterbox, stranger: GnupgHome) -> None:
    deliver(box, outer(sealed(box, stranger, inner()), subject="[PRIORITY][ACTION]"))
    assert list(box.notices()) == []
    assert box.challenge().strip() == "読んでください。"
