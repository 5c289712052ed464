"""A body asks about a notice and reports a leak; JPCERT/CC and IPA do what is theirs."""

from tests.journeys.stage import Stage

QUESTION = "旧型の装置でも、この回避策は有効か。"
WORDING = "旧型の装置での回避策の有効性について。"
ANSWER = "旧型の装置でも有効である。"
LEAKED = "解析結果のファイルを取引先に誤って転送した。"
DONE = "転送先に削除を依頼し、削除の確認を得た。"


def the_contact_asks_about_the_notice(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.opens("/notices")
    contact.follows("PI-")
    contact.presses("質問を送信する")
    assert set(contact.problems()) == {"question"}
    contact.types({"question": QUESTION})
    contact.presses("質問を送信する")
    contact.reads("質問を送信しました。", QUESTION, "まだ回答がありません。")


def a_coordinator_answers_all(stage: Stage) -> None:
    second = stage.people["second"]
    second.opens("/")
    second.follows("申請組織からの質問に回答する")
    second.follows("PI-")
    second.reads(QUESTION, stage.part.name)
    second.presses("回答を掲載する")
    assert set(second.problems()) == {"answer", "to-0"}
    second.types({"answer": ANSWER, "to": "all", "wording": ""})
    second.presses("回答を掲載する")
    assert set(second.problems()) == {"wording", "unnamed"}
    second.types({"wording": WORDING, "unnamed": True})
    second.presses("回答を掲載する")
    second.reads("回答を掲載しました。", "全組織に回答済み")
    second.follows("PI-")
    second.reads(WORDING, ANSWER)
    contact = stage.people["contact"]
    contact.opens("/notices")
    contact.follows("PI-")
    contact.reads(QUESTION, WORDING, ANSWER)


def the_contact_reports_a_leak(stage: Stage) -> None:
    contact = stage.people["contact"]
    contact.follows("漏えい・誤配信を報告する")
    contact.presses("報告を送信する")
    assert set(contact.problems()) == {"kind-0", "text"}
    contact.types({"kind": "leak", "text": LEAKED})
    contact.presses("報告を送信する")
    contact.reads("報告を受け付けました。", "未対応")


def ipa_and_jpcert_work_on_it(stage: Stage) -> None:
    reviewer, second = stage.people["reviewer"], stage.people["second"]
    reviewer.opens("/")
    reviewer.follows("漏えい・誤配信の報告")
    reviewer.follows(stage.part.name)
    reviewer.reads(LEAKED, "対応の記録はまだありません。")
    reviewer.presses("対応を記録する")
    assert set(reviewer.problems()) == {"text"}
    reviewer.types({"text": "製品開発者に連絡した。"})
    reviewer.presses("対応を記録する")
    reviewer.reads("対応の内容を記録しました。")
    second.opens("/incidents")
    second.follows(stage.part.name)
    second.types({"text": DONE})
    second.presses("対応を記録して終了する")
    second.reads("報告への対応を終了しました。", DONE, "製品開発者に連絡した。")
