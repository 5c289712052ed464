"""Plain mail fits a terminal, and its Japanese is broken where Japanese may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.letters import Letter
from hub.core.wrapping import NEVER_FIRST, NEVER_LAST, WIDTH, columns, wrapped
from hub.worker import LETTERS

LINK = f"https://hub.example.jp/set-up/{'x' * 80}"


@pytest.mark.parametrize("letter", LETTERS.values())
def test_every_letter_fits_and_says_what_it_said(letter: Letter) -> None:
    for text in (letter.ja, letter.en):
        lines = wrapped(text).split("\n")
        assert max(map(columns, lines)) <= WIDTH
        assert not [line for line in lines if line[0] in NEVER_FIRST or line[-1] in NEVER_LAST]
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_an_address_is_never_broken() -> None:
    assert LINK in wrapped(f"次のページを開いてください。{LINK} です。").split("\n")


@given(st.text(alphabet="あ、。（）「」ab1 \n-漢ー", max_size=300))
def test_nothing_but_spaces_and_line_ends_changes(text: str) -> None:
    def plain(each: str) -> str:
        return "".join(each.split())

    assert plain(wrapped(text)) == plain(text)
