"""Figures: a body sees its own, IPA and JPCERT/CC see all, each as tables, charts and files."""

from datetime import datetime

from hub.core.clock import JST
from tests.journeys.stage import Stage

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def the_contact_sees_what_the_scheme_did(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.follows("統計")
    contact.reads("本制度による自組織の状況", "提供件数", "非公開")
    assert contact.saves("CSVで保存 提供別").startswith(BYTE_ORDER_MARK)
    assert contact.saves("このページの内容をPDFで保存").startswith(b"%PDF")


def ipa_and_jpcert_see_all_figures(stage: Stage) -> None:
    reviewer, coordinator = stage.people["reviewer"], stage.people["coordinator"]
    reviewer.follows("統計")
    reviewer.reads("期間全体", "分野別", "提供別", "四半期・分野別の提供件数")
    reviewer.is_shown("figures")
    assert reviewer.saves("CSVで保存 四半期・分野別の提供件数").startswith(BYTE_ORDER_MARK)
    reviewer.types({"sector": stage.part.sector}, beside="period")
    reviewer.presses("表示")
    assert reviewer.saves("このページの内容をPDFで保存").startswith(b"%PDF")
    today = datetime.now(JST).date()
    reviewer.types({"since": f"{today}", "until": f"{today}", "sector": stage.part.sector}, beside="since")
    reviewer.presses("この期間を表示")
    reviewer.reads("期間全体")
    coordinator.opens("/")
    coordinator.reads("すぐに対応が必要なもの", "提供の実施状況")
    coordinator.is_shown("home")
    coordinator.follows("分野別・提供別を含むすべての統計")
    coordinator.reads("期間全体")
