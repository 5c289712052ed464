"""Passkeys in a real browser: registered, signed in with, stepped up with; and the rest of one's account."""

from playwright.sync_api import expect

from feeds.signers import console
from hub.core.instance import open_instance
from tests.journeys.someone import CONFIRMING, PASSWORD, Someone
from tests.journeys.stage import Stage

ADD = "/account/passkeys/add"
CANCELLED = "new DOMException('as when a person cancels', 'NotAllowedError')"


def both_coordinators_register_a_passkey(stage: Stage) -> None:
    for who in ("coordinator", "second"):
        person = stage.people[who]
        person.takes_an_authenticator()
        person.opens("/")
        person.follows("パスキーを登録する")
        person.reads("パスキーはまだ登録されていません。")
        person.registers_a_passkey(f"{person.name}の執務用ノートPC")
        person.opens("/")
        assert "パスキーを登録する" not in person.page.locator("main").inner_text()


def who_cancels_or_has_one_already_is_told_so_on_the_page(stage: Stage) -> None:
    second = stage.people["second"]
    second.opens(ADD)
    second.presses("パスキーを作成する")
    assert set(second.problems()) == {"name"}
    second.types({"name": "同じ端末"})
    _presses_in_vain(second, "この端末には、このアカウントのパスキーがすでに登録されています。")
    second.opens(f"{CONFIRMING}?next={ADD}", confirm=False)
    second.page.evaluate(f"() => {{ navigator.credentials.get = async () => {{ throw {CANCELLED} }} }}")
    _presses_in_vain(second, "パスキーの操作が取り消されたか、時間切れになりました。", "パスキーを使用する")
    without = second.page.context.new_page()
    without.add_init_script("delete window.PublicKeyCredential")
    without.goto(second.base_url + ADD)
    told = without.get_by_role("alert")
    assert (
        told.inner_text()
        == "このブラウザーはパスキーに対応していません。別のブラウザーまたは認証コードを使用してください。"
    )
    assert without.get_by_role("button", name="パスキーを作成する").is_disabled()
    without.close()


def a_coordinator_steps_up_and_signs_in_with_it(stage: Stage) -> None:
    second = stage.people["second"]
    second.opens(f"{CONFIRMING}?next={ADD}", confirm=False)
    second.presses("パスキーを使用する")
    assert second.page.url.endswith(ADD)
    second.signs_out()
    second.opens("/sign-in")
    second.types({"email": second.email, "password": PASSWORD})
    second.presses("次へ進む")
    second.presses("パスキーを使用する")
    second.reads(second.name, "サインアウト")


def a_coordinator_looks_after_the_account(stage: Stage) -> None:
    second = stage.people["second"]
    second.follows(second.name)
    second.reads("アカウント情報", "1件登録済み", "残り0件")
    second.opens("/account/passkeys")
    second.follows("削除する")
    second.reads("削除したパスキーは元に戻せません。")
    second.opens("/account/password")
    second.presses("パスワードを変更する")
    assert set(second.problems()) == {"present", "password"}
    second.opens("/account/authenticator")
    second.presses("認証アプリを変更する")
    assert set(second.problems()) == {"code"}
    second.opens("/account/sessions")
    second.reads("現在のセッション")
    second.opens("/account/recovery-codes")
    second.presses("回復コードを10件発行する")
    second.reads("このコードは再表示されません。")
    assert second.page.locator("#recovery-codes li").count() == 10


def the_operator_pins_both_passkeys(stage: Stage) -> None:
    hub = open_instance(stage.config)
    for who in ("coordinator", "second"):
        with hub.db.transaction() as session:
            [entry] = console.candidates(session, stage.people[who].email)
            console.pin(session, entry, config=stage.config, now=hub.clock())
    hub.db.dispose()


def two_coordinators_sign_that_a_reviewer_is_pinned(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.takes_an_authenticator()
    reviewer.registers_a_passkey("受付の執務用ノートPC")
    reviewer.follows("署名用パスキー")
    reviewer.presses("このパスキーの登録を申請する")
    for who in ("coordinator", "second"):
        person = stage.people[who]
        person.opens("/signers")
        person.follows(reviewer.name)
        person.presses("パスキーで署名する")
        assert set(person.problems()) == {"compared"}
        person.types({"compared": True})
        person.presses("パスキーで署名する")
        person.reads("署名しました。")


def _presses_in_vain(person: Someone, told: str, button: str = "パスキーを作成する") -> None:
    person.page.locator("main").get_by_role("button", name=button, exact=True).click()
    expect(person.page.get_by_role("alert").filter(has_text=told)).to_be_visible()
    person.walk.look(person.page)
