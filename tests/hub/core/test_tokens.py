"""Bearer secrets: long, different, and worth nothing from the table."""

from hub.core.tokens import digest, new_token

KEY = b"k" * 32


def test_tokens_are_long_and_never_the_same() -> None:
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(len(token) >= 43 for token in made)  # 256 bits in base64


def test_a_token_of_one_kind_does_not_serve_as_another() -> None:
    token = new_token()
    assert digest(token, key=KEY, purpose="invitation") != digest(token, key=KEY, purpose="sign-in")


def test_what_is_stored_depends_on_a_key_that_is_not_in_the_database() -> None:
    token = new_token()
    assert digest(token, key=KEY, purpose="x") != digest(token, key=b"l" * 32, purpose="x")
    assert token.encode() not in digest(token, key=KEY, purpose="x")
