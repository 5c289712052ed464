"""Clear mail: both languages, one link, nothing else."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from hub.core.letters import FOOTER_EN, FOOTER_JA, SUBJECT, Letter, compose
from hub.core.wrapping import wrapped

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
LETTER = Letter(ja="届きました。", en="It has arrived.")
LINK = "https://hub.example.jp/notices"


def composed(*, to: str = "contact@water.example.jp", key: str = "received/1") -> EmailMessage:
    raw = compose(LETTER, to=to, sender="hub@hub.example.jp", link=LINK, key=key, now=NOW)
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_speaks_japanese_then_english_with_the_same_link() -> None:
    body = composed().get_content().replace("\r\n", "\n")
    said = [body.index(wrapped(each)) for each in (LETTER.ja, FOOTER_JA, LETTER.en, FOOTER_EN)]
    assert said == sorted(said)
    assert body.count(LINK) == 2


def test_every_letter_has_the_same_subject() -> None:
    assert composed()["Subject"] == SUBJECT


def test_a_repeat_has_the_message_id_of_the_first_and_another_occasion_another() -> None:
    assert composed()["Message-ID"] == composed()["Message-ID"]
    assert composed()["Message-ID"] != composed(key="received/2")["Message-ID"]
    assert composed()["Message-ID"] != composed(to="other@water.example.jp")["Message-ID"]


def test_the_message_id_tells_nothing_of_its_occasion() -> None:
    assert "received" not in composed()["Message-ID"]


def test_a_letter_travels_as_seven_bit_lines_of_ordinary_length() -> None:
    raw = compose(LETTER, to="a@example.jp", sender="hub@hub.example.jp", link=LINK, key="x", now=NOW)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998  # RFC 5322, 2.1.1


@pytest.mark.parametrize("to", ["a@example.jp\r\nBcc: b@example.jp", "a@example.jp\nBcc: b@example.jp"])
def test_an_address_with_a_second_header_in_it_makes_no_letter(to: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        composed(to=to)
