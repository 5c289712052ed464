from datetime import UTC, datetime

import pytest

from nda.texts import CURRENT, blocks, printed


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_sample_has_eleven_articles_and_all_three_requirements(language: str) -> None:
    text = blocks(CURRENT, language)
    assert [block.level for block in text].count(2) == 11
    assert {block.text[:3] for block in text} >= {"(ア)", "(イ)", "(ウ)"}
    assert text[0].level == 1


@pytest.mark.parametrize(("language", "mark"), [("ja", b"/Lang(ja)"), ("en", b"/Lang(en)")])
def test_each_version_is_a_tagged_pdf_and_the_same_whenever_it_is_fetched(language: str, mark: bytes) -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    made = printed(CURRENT, language, at=at)
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert mark in made
    assert made == printed(CURRENT, language, at=at)
