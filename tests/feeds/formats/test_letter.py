import re
from dataclasses import replace

import pytest

from feeds.formats import letter
from feeds.formats.content import Content, Exploitation, Kind, Notice, Text
from feeds.formats.letter_words import HEADINGS
from feeds.formats.tlp import Tlp
from tests.feeds.formats.conftest import CANARY, ELECTRICITY, SECTOR_TEXT, TITLE

URL = "https://hub.example.jp/answer"


def written(notice: Notice) -> tuple[str, str]:
    """The Japanese half and the English half."""
    text = letter.text(notice, sectors=[(ELECTRICITY, SECTOR_TEXT)], receipt_code="K7Q2-XX", answer_url=URL)
    japanese, english = text.split("=" * 60)
    return japanese, english


def in_order(text: str, *words: str) -> bool:
    return re.search(".*".join(re.escape(word) for word in words), text, re.DOTALL) is not None


@pytest.mark.parametrize(("half", "language"), [(0, "ja"), (1, "en")])
def test_the_headings_stand_in_their_order_in_both_languages(
    notice: Notice, half: int, language: str
) -> None:
    text = written(notice)[half]
    assert in_order(text, *(heading.best(language) for heading in HEADINGS.values()))


def test_what_to_do_by_when_comes_first(notice: Notice) -> None:
    japanese, english = written(notice)
    moment = "2026-12-10 10:00 JST (2026-12-10 01:00 UTC)"
    for text in (japanese, english):
        assert in_order(
            text, moment, "PI-2026-7K3QX", "r2", "TLP:AMBER", moment, "Secret PLC firmware < 4.2",
            "CVSS 3.1: 9.8 CRITICAL", "CVSS 4.0", "SSVC: poc", "https://example.jp/4.2", "502/tcp", CANARY,
            "sid:1", "psirt/1", "K7Q2-XX", URL,
        )  # fmt: skip


def test_each_half_speaks_its_language(notice: Notice) -> None:
    japanese, english = written(notice)
    assert TITLE.ja in japanese
    assert SECTOR_TEXT.ja in japanese
    assert TITLE.en in english
    assert SECTOR_TEXT.en in english
    assert "公表前" not in english


def test_what_the_developer_does_not_provide_is_told_from_what_is_missing(notice: Notice) -> None:
    silent = Content(title=TITLE, not_provided=("attack_method", "workaround"))
    japanese, english = written(replace(notice, content=silent))
    assert in_order(japanese, "攻撃手法", "製品開発者からの提供なし", "検知シグネチャ", "(記載なし)")
    assert in_order(japanese, "[修正方法]\n(記載なし)", "[回避方法]\n製品開発者からの提供なし")
    assert in_order(english, "[Workaround]\nNot provided by the developer")


def test_unknown_exploitation_alone_is_no_likelihood(notice: Notice) -> None:
    content = replace(notice.content, likelihood=Text(), exploitation=Exploitation.UNKNOWN)
    assert in_order(written(replace(notice, content=content))[1], "Likelihood of attack\n\n(Nothing stated)")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_what_to_do(notice: Notice, kind: Kind) -> None:
    japanese, english = written(replace(notice, kind=kind))
    assert "{" not in japanese + english.replace(CANARY, "")
    assert "エンバーゴ" not in japanese


def test_a_withdrawal_says_which_duties_remain(notice: Notice) -> None:
    assert "取扱制限は続きます" in written(replace(notice, kind=Kind.WITHDRAWN))[0]


def test_the_handling_rules_fit_the_label(notice: Notice) -> None:
    assert "(イ)" in written(notice)[0]
    strict = written(replace(notice, tlp=Tlp.AMBER_STRICT))[0]
    assert "(ア)" in strict
    assert "(イ)" not in strict
    assert "(ア)" not in written(replace(notice, tlp=Tlp.CLEAR))[0]


def test_a_drill_says_so_before_anything_else(notice: Notice) -> None:
    japanese, english = written(replace(notice, drill=True))
    assert japanese.startswith("【訓練】")
    assert english.strip().startswith("[DRILL]")


def test_a_letter_without_sectors_and_content_still_has_every_heading(bare: Notice) -> None:
    text = letter.text(bare, sectors=[], receipt_code="K", answer_url=URL)
    assert text.count("■") == 2 * len(HEADINGS)


def test_fixed_sentences_have_short_lines(bare: Notice) -> None:
    text = letter.text(bare, sectors=[], receipt_code="K", answer_url=URL)
    assert max(len(line) for line in text.splitlines()) <= 88


def test_it_leads_to_the_questionnaire_that_follows_but_not_from_a_drill(notice: Notice) -> None:
    assert all(f"{URL}/survey" in half for half in written(notice))
    assert not any("/survey" in half for half in written(replace(notice, drill=True)))
