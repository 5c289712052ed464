"""The agreement: a sample by mail, the applicant's answer, IPA, the conclusion by JPCERT/CC."""

from datetime import timedelta

from hub.core.clock import JST, system_clock
from hub.demo.documents import pdf
from tests.journeys.stage import Stage


def the_applicant_answers_the_mailed_sample(stage: Stage) -> None:
    applicant = stage.people["applicant"]
    applicant.opens(stage.mailed(applicant, "/agreements/"))
    applicant.reads("ひな形の本文", "同等の秘密保持契約を締結できますか")
    applicant.types({"answer": "remarks"})
    applicant.presses("回答を送信する")
    assert applicant.problems() == {"remarks": "意見を記入してください"}
    applicant.types({"remarks": "押印は電子署名でお願いしたい。"})
    applicant.presses("回答を送信する")
    applicant.reads("回答を IPA に送付しました。", "回答済み")
    applicant.follows("秘密保持契約（NDA）")


def ipa_passes_it_on(stage: Stage) -> None:
    reviewer = stage.people["reviewer"]
    reviewer.opens("/")
    reviewer.follows("秘密保持契約のひな形への意見に回答する")
    reviewer.follows(stage.part.name)
    reviewer.reads("押印は電子署名でお願いしたい。")
    reviewer.presses("回答を送る")
    assert reviewer.problems() == {"text": "回答を記入してください"}
    reviewer.presses("JPCERT/CC に引き継ぐ")
    reviewer.reads("書類を JPCERT/CC に引き継ぎました。")
    reviewer.signs_out()


def jpcert_concludes_it(stage: Stage) -> None:
    coordinator = stage.people["coordinator"]
    coordinator.opens("/")
    coordinator.follows("秘密保持契約を締結する")
    coordinator.follows(stage.part.name)
    coordinator.follows("申請 R20")
    coordinator.page.go_back()
    coordinator.presses("秘密保持契約を締結する")
    days = {"decided_on", "starts_on", "ends_on"}
    assert set(coordinator.problems()) == {"body_signer", "jpcert_signer", "document", *days}
    signed = stage.place.recipients / "agreement.pdf"
    signed.write_bytes(pdf(f"Non-disclosure agreement - {stage.part.name_en}"))
    today = system_clock().astimezone(JST).date()
    last = today + timedelta(days=3 * 365)
    coordinator.types({"body_signer": "代表理事 見本 太郎", "jpcert_signer": "理事 調整 太郎"})
    coordinator.types({"decided_on": f"{today}", "starts_on": f"{today}", "ends_on": f"{last}"})
    coordinator.types({"document": signed})
    coordinator.presses("秘密保持契約を締結する")
    coordinator.reads("秘密保持契約を締結しました。", "締結済み")
    assert coordinator.saves("署名済みの契約書（PDF）") == signed.read_bytes()
