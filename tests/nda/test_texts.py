import pytest

from nda.texts import CURRENT, blocks


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_sample_has_eleven_articles_and_all_three_requirements(language: str) -> None:
    text = blocks(CURRENT, language)
    assert [block.level for block in text].count(2) == 11
    assert {block.text[:3] for block in text} >= {"(ア)", "(イ)", "(ウ)"}
    assert text[0].level == 1
