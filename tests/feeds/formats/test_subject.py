import pytest

from feeds.formats.content import Kind
from feeds.formats.subject import MailKind, inner_subject, outer_subject, subject_tag
from feeds.formats.tlp import Tlp


def test_the_subject_is_the_tag_and_a_japanese_tail() -> None:
    subject = outer_subject(Kind.UPDATE, Tlp.AMBER, "PI-2026-7K3QX", 2)
    assert subject == "[PRIORITY][TLP:AMBER][PI-2026-7K3QX r2][UPDATE] 優先情報提供 続報"


def test_a_drill_says_so_in_both_scripts() -> None:
    subject = outer_subject(MailKind.NEW, Tlp.AMBER_STRICT, "PI-2026-7K3QX", 1, drill=True)
    assert subject == "[DRILL][TLP:AMBER+STRICT][PI-2026-7K3QX r1][NEW] 【訓練】優先情報提供 第一報"


def test_a_mail_about_no_matter_names_none() -> None:
    assert outer_subject(MailKind.ACTION) == "[PRIORITY][ACTION] 優先情報提供 要対応"


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_notice_has_its_mail(kind: Kind) -> None:
    assert subject_tag(kind, Tlp.AMBER, "PI-2026-7K3QX", 3).endswith(f"r3][{kind.name}]")


@pytest.mark.parametrize("kind", MailKind)
def test_the_tag_is_ascii(kind: MailKind) -> None:
    assert subject_tag(kind, Tlp.RED, "PI-2026-7K3QX", 3).isascii()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="gossip"):
        subject_tag("gossip")


def test_the_true_subject_has_the_title_on_one_line() -> None:
    subject = inner_subject("[PRIORITY][NEW] 優先情報提供 第一報", "ひみつ\r\nBcc: x@example.jp\u2028装置　A")
    assert subject == "[PRIORITY][NEW] 優先情報提供 第一報 ひみつ Bcc: x@example.jp 装置 A"
