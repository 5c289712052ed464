"""What came back: IPA words the questions, a body and its member answer them, IPA reads the counts."""

from datetime import timedelta

from feeds.surveys import asking, letters
from hub.core.clock import JST
from hub.core.instance import Instance, open_instance
from sectors.bodies import queries as bodies
from tests.journeys.stage import Stage

OWN = "夜間にも受領できましたか。"
WRITTEN = "監視の対象に加えた。"


def the_notice_leads_to_a_questionnaire_that_comes_later(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.opens("/surveys")
    contact.reads("アンケートの依頼はまだありません。")
    contact.opens("/notices")
    contact.follows("PI-")
    contact.follows("このお知らせについてのアンケート")
    contact.reads("公表後に行います")


def ipa_words_the_next_version(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/survey-results")
    reviewer.reads("お知らせについてのアンケートはまだありません。")
    reviewer.follows("アンケートの版")
    reviewer.presses("次の版を作成する：お知らせ後のアンケート")
    reviewer.types({"topic": "wishes"})
    reviewer.presses("用意された設問を追加する")
    reviewer.follows("独自の設問を作成する")
    reviewer.presses("設問を保存する")
    assert set(reviewer.problems()) == {"ja", "en"}
    reviewer.types(
        {"kind": "choice", "ja": OWN, "en": "Could you receive it at night?", "options": "はい | Yes"}
    )
    reviewer.presses("設問を保存する")
    assert reviewer.problems() == {"options": "この形式の設問では、選択肢の数が適切ではありません"}
    reviewer.types({"options": "はい | Yes\nいいえ | No"})
    reviewer.presses("設問を保存する")
    reviewer.follows("書き直す")
    reviewer.follows("戻る")
    reviewer.presses("設問2を1つ上に移す")
    reviewer.presses("この版の使用を開始する")
    assert set(reviewer.problems()) == {"sure"}
    reviewer.types({"sure": True})
    reviewer.presses("この版の使用を開始する")
    reviewer.reads("この版の使用を開始しました。", OWN)


def the_contact_answers_for_an_operator_and_hands_out_a_link(stage: Stage) -> None:
    hub = open_instance(stage.config)
    letters.watch(hub, {}, hub.clock())
    _trial_asked(hub, stage)
    hub.db.dispose()
    contact = stage.people["contact"]
    contact.opens(stage.mailed(contact, "/surveys/"))
    contact.opens("/")
    contact.follows("アンケートに回答する")
    contact.follows("PI-")
    contact.follows("組織の回答を入力する")
    contact.presses("回答を送信する")
    assert set(contact.problems()) == {"organisations-0", "category-0"}
    first = contact.page.locator("[name=organisations]").first.get_attribute("value") or ""
    contact.types({"organisations": [first], "category": "did-not"})
    contact.presses("一時保存する")
    contact.reads("入力内容を保存しました。")
    contact.follows("回答の入力を続ける")
    contact.is_shown("questionnaire")
    contact.types({"reason": "not-in-use"})
    contact.presses("回答を送信する")
    contact.reads("回答を記録しました。", "申請組織が回答")
    contact.presses("リンクを発行する")
    assert set(contact.problems()) == {"members-0"}
    last = contact.page.locator("[name=members]").last.get_attribute("value") or ""
    contact.types({"members": [last]})
    contact.presses("リンクを発行する")
    contact.reads("リンクが表示されるのは今回限りです。")


def a_member_answers_by_the_link_without_an_account(stage: Stage) -> None:
    link = stage.people["contact"].page.locator("main code").first.inner_text()
    member = stage.enter("member", "member@example.jp", "会員事業者")
    member.opens(link)
    member.reads("[PRIORITY][PI-", "[ACTION]", stage.part.name)
    assert stage.story.title not in member.page.content()
    member.follows("English")
    member.reads("Send the answer")
    member.follows("日本語")
    member.presses("回答を送信する")
    assert set(member.problems()) == {"category-0"}
    member.types({"category": "also-others"})
    member.presses("回答を送信する")
    member.reads("回答を記録しました。")
    member.opens(link)
    member.reads("このリンクは使用できません")


def ipa_reads_the_results(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/survey-results")
    reviewer.follows("PI-")
    reviewer.reads("N=2", "50.0 %", "申請組織が回答", "当該組織が回答", OWN)
    reviewer.follows("戻る")
    reviewer.follows(stage.part.name)
    reviewer.reads("N=0")


def _trial_asked(hub: Instance, stage: Stage) -> None:
    """Ask about the trial period as if it ended soon."""
    now = hub.clock()
    with hub.db.transaction() as session:
        [body] = [each for each in bodies.bodies(session) if each.name_ja == stage.part.name]
        ends_on = (now.astimezone(JST) + timedelta(days=20)).date()
        asking.ask_about_trial(session, body.id, ends_on=ends_on, now=now)
