"""The agreement: sample by mail, answer, passed on to JPCERT/CC, concluded with the signed document."""

from datetime import datetime, timedelta

from hub.core.clock import JST, system_clock
from hub.demo.applying import Filed
from hub.demo.documents import pdf
from hub.demo.people import mailed_link
from hub.demo.stage import Stage

DAYS_IN_FORCE = 3 * 365


def answer_sample(stage: Stage, filed: Filed) -> str:
    """Let the applicant follow the mailed link to the sample and answer; return the agreement's path."""
    link = mailed_link(stage.place.mail, filed.applicant.email, "/agreements/")
    path = link.removeprefix(stage.base_url)
    filed.applicant.pages.fill({"answer": "can"}, at=path, action="/answer")
    return path


def pass_on(stage: Stage, path: str) -> None:
    """Let IPA pass the documents on to JPCERT/CC."""
    stage.of_role("reviewer").pages.press(at=path, action="/pass-on")


def conclude(stage: Stage, filed: Filed, path: str) -> None:
    """Let JPCERT/CC record the signed agreement and its decision to provide."""
    today = system_clock().astimezone(JST)
    signed = filed.folder / "documents" / "agreement.pdf"
    signed.write_bytes(pdf(f"Non-disclosure agreement - {filed.part.name_en}"))
    fields = {
        "body_signer": "代表理事 見本 太郎",
        "jpcert_signer": "理事 調整 太郎",
        "decided_on": _day(today),
        "starts_on": _day(today),
        "ends_on": _day(today + timedelta(days=DAYS_IN_FORCE)),
    }
    coordinator = stage.of_role("coordinator")
    coordinator.pages.fill({**fields, "document": signed}, at=path, action="/conclude")


def _day(instant: datetime) -> str:
    return instant.date().isoformat()
