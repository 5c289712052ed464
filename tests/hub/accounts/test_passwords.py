"""Which passwords are taken, and what is kept of them."""

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from hub.accounts import passwords

EMAIL, ORGANISATION = "hanako.yamada@water.example.jp", "水道ISAC Waterworks"


def problem(password: str) -> str | None:
    return passwords.problem(password, email=EMAIL, organisation=ORGANISATION)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "ｓｈｏｒｔ",
        "aaaaaaaaaaaa",
        "abababababab",
        "password1234",
        "P@ssw0rd1234!",
        "PASSWORDpassword",
        "123456789012",
        "qwertyuiop12",
        "letmein-letmein",
        "administrator1",
        "iloveyou!!!!1234",
        "ｐａｓｓｗｏｒｄ１２３４",
        EMAIL,
        "hanako-yamada",
        "Waterworks2026",
        "水道isac水道isac",
        "x" * 1025,
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    assert problem(password) is not None


@pytest.mark.parametrize(
    "password",
    [
        "横断歩道で三羽のカモが待つ",
        "correct horse battery staple",
        "🦆🐈🐕🐎🐖🐑🐐🐓🦃🦢🦜🦩",
        "あ い う え お か き く",
        "kT9-vuR2-mXq7",
        "Zx9!" * 256,
    ],
)
def test_a_long_password_of_any_characters_is_taken(password: str) -> None:
    assert problem(password) is None


def test_a_short_mail_name_does_not_forbid_its_letter() -> None:
    assert passwords.problem("correct horse battery staple", email="t@example.jp") is None


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_judgement(password: str) -> None:
    assert problem(password) in {
        None,
        "Use at least 12 characters",
        "Use at most 1024 characters",
        "This password is too easy to guess",
    }


def test_the_hash_is_argon2id_and_fits_only_its_password() -> None:
    stored = passwords.hashed("correct horse battery staple")
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, "correct horse battery staple")
    assert not passwords.matches(stored, "correct horse battery stapler")
    assert not passwords.outdated(stored)


def test_nothing_matches_an_account_without_a_password() -> None:
    assert not any(passwords.matches(None, password) for password in ("", "correct horse battery staple"))


def test_what_is_checked_for_an_unknown_address_costs_what_a_known_one_does() -> None:
    assert not passwords.outdated(passwords.NOBODYS)


def test_a_hash_of_weaker_parameters_is_told_to_be_outdated() -> None:
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=64).hash("x"))
