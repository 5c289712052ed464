"""A contact brings a certificate and proves it, trial operation begins, a TAXII client is made."""

from hub.demo.connecting import CHALLENGE
from hub.demo.letterbox import Letterbox
from hub.demo.recipients import GnupgHome
from tests.journeys.applying import contact_email
from tests.journeys.stage import Stage

ANOTHER_ADDRESS = "この鍵のユーザー ID に、連絡窓口のメールアドレスがありません。"


def the_contact_signs_in(stage: Stage) -> None:
    contact = stage.enter("contact", contact_email(stage), "窓口 次郎")
    contact.sets_up(stage.mailed(contact, "/set-up/"))
    contact.signs_out()
    contact.signs_in()
    contact.follows("優先情報を暗号化して受け取るための証明書を登録する")


def a_wrong_certificate_is_refused_by_name(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.presses("公開鍵の登録")
    assert contact.problems() == {"file": "ファイルを選択するか、公開鍵を貼り付けてください"}
    somebody = GnupgHome(stage.place.recipients / "somebody" / "gnupg", stage.config.gpg)
    somebody.make_key(name="Somebody", email="somebody@example.jp")
    contact.types({"armour": somebody.public_key().decode()})
    contact.presses("公開鍵の登録")
    assert ANOTHER_ADDRESS in contact.problems()["armour"]


def the_right_one_is_proved_with_gpg(stage: Stage) -> None:
    contact, box = stage.people["contact"], letterbox(stage)
    box.home.make_key(name="Contact", email=contact.email)
    contact.follows("ハブの証明書")
    contact.reads("主鍵のフィンガープリント", stage.made.fingerprint[:4])
    box.home.trust_hub(stage.config.certificate_file, pin=box.pin)
    certificate = stage.place.recipients / "certificate.asc"
    certificate.write_bytes(box.home.public_key())
    contact.opens("/certificates")
    contact.types({"file": certificate})
    contact.presses("公開鍵の登録")
    contact.reads("証明書を受け付けました。")
    found = CHALLENGE.search(box.challenge())  # none is wrong before one was sent
    assert found is not None
    contact.types({"challenge": "0000-0000-0000-0000-0000-0000-0000"})
    contact.presses("送信する")
    assert contact.problems() == {
        "challenge": "お送りした確認コードと一致しません。もう一度入力してください。"
    }
    contact.types({"challenge": found[0]})
    contact.presses("送信する")
    contact.reads("秘密鍵をお持ちであることを確認しました。")


def a_coordinator_compares_the_fingerprint(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/")
    coordinator.follows("証明書を電話で確認する")
    coordinator.follows("窓口 次郎")
    shown = coordinator.page.locator("main .hub-code").first.inner_text()
    assert "".join(shown.split()) == letterbox(stage).home.fingerprint()
    coordinator.presses("パスキーで署名して証明書を確認済みにする")
    assert set(coordinator.problems()) == {"compared"}
    coordinator.types({"compared": True})
    coordinator.presses("パスキーで署名して証明書を確認済みにする")
    coordinator.reads("証明書を有効にしました。")


def trial_operation_begins(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.follows("申請組織")
    coordinator.follows(stage.part.name)
    coordinator.follows("準備状況、試行運用、本格運用")
    coordinator.is_shown("readiness")
    coordinator.presses("試行運用を開始する")
    coordinator.reads("試行運用を開始しました。")
    coordinator.presses("変更を記録する")
    assert set(coordinator.problems()) == {"move-0", "reason"}


def the_contact_makes_a_taxii_client(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.follows("TAXII クライアント")
    contact.presses("トークンを発行する")
    assert set(contact.problems()) == {"name"}
    contact.types({"name": "脆弱性管理システム"})
    contact.presses("トークンを発行する")
    contact.reads("トークンが表示されるのは今回だけです。")
    contact.follows("戻る")
    contact.reads("脆弱性管理システム", "使用中")
    contact.follows("トークンを失効させる")
    contact.presses("トークンを失効させる")
    assert set(contact.problems()) == {"sure"}
    contact.follows("戻る")
    coordinator = stage.people["coordinator"]
    coordinator.follows("申請組織")
    coordinator.follows(stage.part.name)
    coordinator.follows("TAXII クライアント")
    coordinator.reads("脆弱性管理システム", "使用中")
    contact.follows("証明書")
    contact.follows("失効させる")
    contact.presses("証明書を失効させる")
    assert set(contact.problems()) == {"sure"}
    contact.follows("自組織の登録内容")
    contact.follows("の電話番号を変更する")
    contact.presses("変更を申し出る")
    assert set(contact.problems()) == {"number"}
    contact.types({"number": "03-9999-0000"})
    contact.presses("変更を申し出る")
    contact.reads("変更を申し出ました。", "申出中")
    contact.follows("自組織の登録内容")
    contact.presses("保存する", beside="contact")
    contact.reads("受信ツール用の連絡窓口を変更しました。")


def a_coordinator_approves_the_new_telephone_number(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/")
    coordinator.follows("電話番号の変更を承認する")
    coordinator.reads("申出中")
    coordinator.follows("窓口 次郎")
    coordinator.presses("変更を承認する")
    coordinator.reads("変更を承認しました。", "承認済み")


def letterbox(stage: Stage) -> Letterbox:
    """Return the contact's mail and key."""
    home = GnupgHome(stage.place.recipients / "contact" / "gnupg", stage.config.gpg)
    return Letterbox(contact_email(stage), stage.place.mail, home, stage.made.fingerprint)
