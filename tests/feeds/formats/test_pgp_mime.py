import email
import email.policy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.formats.mail_headers import Headers, folded, message_id
from feeds.formats.pgp_mime import Attachment, as_attachment, inner, outer
from feeds.formats.subject import inner_subject, outer_subject
from feeds.formats.tlp import Tlp
from hub.core.errors import InputError
from tests.feeds.formats.conftest import TITLE

ARMOR = b"-----BEGIN PGP MESSAGE-----\n\nabcd\n=abcd\n-----END PGP MESSAGE-----\n"
ID = message_id(
    b"k" * 32,
    advisory="a1",
    revision=2,
    recipient="desk@isac.example.jp",
    kind="update",
    domain="hub.example.jp",
)
OUTSIDE = Headers(
    sender="hub@example.jp",
    to="desk@isac.example.jp",
    subject=outer_subject("update", Tlp.AMBER, "PI-2026-7K3QX", 2),
    date=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    message_id=ID,
    list_id="<notices.hub.example.jp>",
    in_reply_to="<first@hub.example.jp>",
    references=("<first@hub.example.jp>",),
)
INSIDE = replace(OUTSIDE, subject=inner_subject(OUTSIDE.subject, TITLE.ja))
FILES = [
    Attachment(
        name="PI-2026-7K3QX-r2.stix.json", media_type="application/json", content=b'{"a": "\xe3\x81\x82"}'
    )
]


def parsed(mail: bytes) -> EmailMessage:
    message = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def on_the_wire(mail: bytes) -> bool:
    lines = mail.split(b"\r\n")
    return mail.isascii() and b"\n" not in b"".join(lines) and max(map(len, lines)) <= 998


def test_the_inside_has_the_true_subject_the_text_and_the_files() -> None:
    mail = inner(INSIDE, "本文です。\nEnglish below.", FILES, outside=OUTSIDE)
    message = parsed(mail)
    assert on_the_wire(mail)
    assert message["Subject"] == INSIDE.subject
    assert TITLE.ja in message["Subject"]
    text, file = message.iter_parts()
    assert text.get_content().splitlines() == ["本文です。", "English below."]
    assert (file.get_filename(), file.get_payload(decode=True)) == (FILES[0].name, FILES[0].content)


def test_the_inside_is_marked_as_protected_headers() -> None:
    message = parsed(inner(INSIDE, "x", outside=OUTSIDE))
    assert message.get_content_type() == "multipart/mixed"
    assert message["Content-Type"].params["hp"] == "cipher"
    assert message["Content-Type"].params["protected-headers"] == "v1"
    for name, value in OUTSIDE.fields():
        assert f"{name}: {value}" in message.get_all("HP-Outer", [])
        if name != "Subject":
            assert message[name] == value


def test_the_outside_is_pgp_mime() -> None:
    mail = outer(OUTSIDE, ARMOR)
    message = parsed(mail)
    assert on_the_wire(mail)
    assert message.get_content_type() == "multipart/encrypted"
    assert message["Content-Type"].params["protocol"] == "application/pgp-encrypted"
    version, body = message.iter_parts()
    assert (version.get_content_type(), version.get_payload()) == (
        "application/pgp-encrypted",
        "Version: 1\r\n",
    )
    assert (body.get_content_type(), body["Content-Type"].params["name"]) == (
        "application/octet-stream",
        "encrypted.asc",
    )
    assert str(body.get_payload()).replace("\r\n", "\n").encode() == ARMOR


def test_the_subject_begins_with_literal_text_and_decodes_whole() -> None:
    mail = outer(OUTSIDE, ARMOR)
    assert b"\r\nSubject: [PRIORITY][TLP:AMBER][PI-2026-7K3QX r2][UPDATE]\r\n =?utf-8?B?" in mail
    assert parsed(mail)["Subject"] == "[PRIORITY][TLP:AMBER][PI-2026-7K3QX r2][UPDATE] 優先情報提供 続報"


def test_the_outside_threads_and_starts_no_automatic_reply() -> None:
    message = parsed(outer(OUTSIDE, ARMOR))
    assert message["In-Reply-To"] == message["References"] == "<first@hub.example.jp>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<notices.hub.example.jp>"
    assert message["Date"].datetime == OUTSIDE.date


@pytest.mark.parametrize("make", [outer, as_attachment])
def test_nothing_of_the_content_is_in_clear(make: Callable[[Headers, bytes], bytes]) -> None:
    mail = make(OUTSIDE, ARMOR)
    for secret in (TITLE.ja, TITLE.en, "Secret", "CVE"):
        assert secret not in str(parsed(mail)["Subject"])
        assert secret.encode() not in mail


def test_a_program_without_pgp_mime_gets_a_file_and_a_note() -> None:
    mail = as_attachment(OUTSIDE, ARMOR)
    note, file = parsed(mail).iter_parts()
    assert on_the_wire(mail)
    assert "notice.eml.asc" in note.get_content()
    assert (file.get_filename(), file.get_content_disposition()) == ("notice.eml.asc", "attachment")


def test_the_same_mail_is_the_same_bytes() -> None:
    assert inner(INSIDE, "x", FILES, outside=OUTSIDE) == inner(INSIDE, "x", FILES, outside=OUTSIDE)
    assert outer(OUTSIDE, ARMOR) == outer(OUTSIDE, ARMOR)


def test_a_repeat_has_the_same_message_id_and_nothing_else_has() -> None:
    facts = {
        "advisory": "a1",
        "recipient": "desk@isac.example.jp",
        "kind": "update",
        "domain": "hub.example.jp",
    }
    assert message_id(b"k" * 32, revision=2, **facts) == ID
    others = [
        message_id(b"k" * 32, revision=3, **facts),
        message_id(b"j" * 32, revision=2, **facts),
        *(message_id(b"k" * 32, revision=2, **{**facts, name: "other"}) for name in facts),
    ]
    assert len({ID, *others}) == 7


@pytest.mark.parametrize("name", ["sender", "to", "subject", "message_id", "list_id", "in_reply_to"])
@pytest.mark.parametrize("value", ["a\r\nBcc: b@example.jp", "a\nb", "a\rb", "a\x00b", "a\u2028b"])
def test_a_line_break_in_a_header_is_refused(name: str, value: str) -> None:
    broken = Headers(**{**{f: getattr(OUTSIDE, f) for f in Headers.__slots__}, name: value})
    attempts: list[Callable[[], bytes]] = [
        lambda: outer(broken, ARMOR),
        lambda: inner(broken, "x", outside=OUTSIDE),
        lambda: inner(INSIDE, "x", outside=broken),
    ]
    for attempt in attempts:
        with pytest.raises(InputError):
            attempt()


@pytest.mark.parametrize("value", ["宛先@example.jp", "a" * 999])
def test_an_address_that_mail_cannot_carry_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="To"):
        outer(replace(OUTSIDE, to=value), ARMOR)


@pytest.mark.parametrize("name", ["a\r\nb.json", 'a"b.json', "秘密.json"])
def test_a_file_name_that_could_break_out_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="attachment"):
        inner(INSIDE, "x", [replace(FILES[0], name=name)], outside=OUTSIDE)


@pytest.mark.parametrize("armor", [b"", b"hello", ARMOR + "あ".encode(), b"\x85\x01binary"])
def test_what_is_no_armoured_message_never_leaves(armor: bytes) -> None:
    with pytest.raises(InputError, match="message"):
        outer(OUTSIDE, armor)


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cf"]) | st.just(" "), max_size=300
    )
)
def test_any_title_survives_the_header(title: str) -> None:
    subject = inner_subject(OUTSIDE.subject, title)
    mail = inner(replace(INSIDE, subject=subject), "x", outside=OUTSIDE)
    assert on_the_wire(mail)
    assert max(map(len, folded("Subject", subject).split("\r\n"))) <= 78
    assert parsed(mail)["Subject"] == subject


@given(st.text())
def test_any_text_survives_the_body(text: str) -> None:
    typed = text.encode("utf-8", "ignore").decode()
    mail = inner(INSIDE, typed, outside=OUTSIDE)
    assert on_the_wire(mail)
    [body] = parsed(mail).iter_parts()
    assert body.get_content().split() == typed.split()
