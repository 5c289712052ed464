"""The contact reads the explanatory pack; the notice goes on to a member, who confirms by the link."""

import io
import re
import time
import zipfile

from tests.journeys.stage import Stage

LINK = re.compile(r"https?://\S+/received/\S+")
MAKING = 30  # seconds


def the_contact_reads_the_explanatory_pack(stage: Stage) -> None:
    contact, coordinator = stage.people["contact"], stage.people["coordinator"]
    contact.opens("/")
    contact.follows("説明資料を読んで確認する")
    contact.reads("情報管理体制の3要件", stage.part.name)
    contact.presses("確認する")
    assert set(contact.problems()) == {"understood"}
    contact.types({"understood": True})
    contact.presses("確認する")
    contact.reads("説明資料の確認を記録しました。", "この版を確認した日時：")
    assert contact.saves("PDFをダウンロードする").startswith(b"%PDF-")
    coordinator.opens("/bodies")
    coordinator.follows("説明資料の確認状況")
    coordinator.reads(contact.name, "確認済み")


def the_contact_makes_a_package_for_a_member(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.opens("/notices")
    contact.follows("PI-")
    contact.follows("会員事業者に展開する")
    contact.presses("次へ進む")
    assert set(contact.problems()) == {"members-0"}
    contact.page.locator('[name="members"]').first.check()
    contact.presses("次へ進む")
    contact.reads("展開しますか", "暗号化なし：証明書の登録がありません")
    contact.presses("文書一式を作成する")
    contact.reads("1者分の文書一式を作成しています。")
    _wait_until_made(stage)
    contact.page.locator("main table a").first.click()
    contact.walk.look(contact.page)
    contact.reads("暗号化されていません。", "優先情報提供 第一報", "写し第1号")
    with contact.page.expect_download() as saving:
        contact.page.get_by_role("button", name="文書一式をダウンロードする").click()
    held = zipfile.ZipFile(io.BytesIO(saving.value.path().read_bytes()))
    assert any(name.endswith(".stix.json") for name in held.namelist())
    text = contact.page.locator("pre").nth(1).inner_text()
    for secret in stage.story.secrets:
        assert secret not in text


def the_member_confirms_by_the_link_once(stage: Stage) -> None:
    contact = stage.people["contact"]
    found = LINK.search(contact.page.locator("pre").nth(1).inner_text())
    assert found is not None
    member = stage.enter("member", "member@example.jp", "会員事業者")
    member.opens(found[0])
    member.presses("受け取りました")
    member.reads("確認を記録しました。")
    contact.page.reload()
    contact.reads("会員事業者の確認")
    contact.follows("戻る")
    contact.reads("受け取りを確認した会員事業者")


def the_contact_looks_for_the_members_certificate(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.page.locator("main table a").first.click()
    contact.follows("この会員事業者の証明書")
    contact.presses("証明書を登録する")
    assert "compared" in contact.problems()


def _wait_until_made(stage: Stage) -> None:
    contact, end = stage.people["contact"], time.monotonic() + MAKING
    while "作成済み" not in contact.page.locator("main").inner_text():
        assert time.monotonic() < end, "no package was made"
        time.sleep(0.5)
        contact.page.reload()
