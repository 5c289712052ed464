"""The administrator sets up the hub and invites the staff, who set up their accounts from the mail."""

from tests.journeys.stage import ADMINISTRATOR, Stage

STAFF = (
    ("coordinator", "coordinator", "one@jpcert.example.jp", "調整 一郎"),
    ("second", "coordinator", "two@jpcert.example.jp", "調整 二葉"),
    ("reviewer", "reviewer", "reviewer@ipa.example.jp", "受付 花子"),
    ("auditor", "auditor", "auditor@jpcert.example.jp", "監査 三郎"),
)


def the_administrator_invites_the_staff(stage: Stage) -> None:
    administrator = stage.enter("administrator", ADMINISTRATOR, "Administrator")
    administrator.sets_up(stage.made.invitation or "")
    administrator.follows("アカウント")
    administrator.presses("招待メールを送る")
    assert set(administrator.problems()) == {"email", "name"}
    for _, role, email, name in STAFF:
        administrator.types({"email": email, "name": name, "role": role})
        administrator.presses("招待メールを送る")
        administrator.reads("招待メールを送信しました。", email, "招待中")
    administrator.types({"email": STAFF[0][2], "name": "別人", "role": "auditor"})
    administrator.presses("招待メールを送る")
    assert administrator.problems() == {"email": "このメールアドレスのアカウントはすでにあります。"}
    administrator.follows("処理を断念した作業")
    administrator.reads("断念した作業はありません。")
    administrator.signs_out()


def each_sets_up_the_account_from_the_mail(stage: Stage) -> None:
    for who, _, email, name in STAFF:
        person = stage.enter(who, email, name)
        invitation = stage.mailed(person, "/set-up/")
        if who == "auditor":
            person.opens(invitation)
            person.presses("設定を完了してサインインする")
            assert set(person.problems()) == {"password", "code"}
        person.sets_up(invitation)


def nobody_lets_anybody_back_in_alone(stage: Stage) -> None:
    administrator, second = stage.people["administrator"], stage.people["second"]
    administrator.signs_in()
    administrator.opens("/accounts")
    administrator.page.locator("main a", has_text="監査 三郎").first.click()
    administrator.walk.look(administrator.page)
    administrator.presses("変更を申し出る")
    assert set(administrator.problems()) == {"what-0"}
    administrator.page.get_by_label("再設定する").check()
    administrator.presses("変更を申し出る")
    administrator.reads("別の担当者の承認を待っています。")
    administrator.signs_out()
    second.opens("/")
    second.follows("アカウントの変更を承認する")
    second.reads("監査 三郎", "本人による再設定", "Administrator")
    second.presses("変更を取り消す")
    second.reads("変更を取り消しました。", "手続中のアカウントの変更はありません。")


def a_stranger_does_not_get_in(stage: Stage) -> None:
    stranger = stage.enter("stranger", "coordinator@example.jp", "誰か")
    stranger.opens("/sign-in")
    stranger.presses("次へ進む")
    assert set(stranger.problems()) == {"email", "password"}
    stranger.types({"email": STAFF[0][2], "password": "当てずっぽうのパスワード"})
    stranger.presses("次へ進む")
    stranger.reads("メールアドレスまたはパスワードが正しくありません。")
    stranger.opens("/log/nowhere")
    stranger.reads("ページが見つかりません")
