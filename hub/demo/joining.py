"""How bodies join, all of them step by step: apply, review, agreement, certificate, trial, TAXII client.

The first body's steps are told one by one, those of the others in one line a step.
"""

from collections.abc import Sequence

from hub.demo import agreeing, applying, connecting, drilling
from hub.demo.applying import Filed
from hub.demo.cast import BodyPart, applicant_only
from hub.demo.connecting import Connected, Entering
from hub.demo.stage import Stage

MOST_NAMED = 3  # bodies in one line
MAILDIR = "the SMTP server's maildir"


def join(stage: Stage, parts: Sequence[BodyPart]) -> list[Connected]:
    """Let every body join; return them ready to receive."""
    filed = _apply(stage, parts)
    _agree(stage, filed)
    entering = _prove_keys(stage, filed)
    return _connect(stage, entering)


def leave_one_waiting(stage: Stage) -> None:
    """Let one more body apply; its application stays for whoever tries the pages."""
    part = applicant_only()
    number = applying.file_application(stage, applying.register(stage, part)).receipt
    stage.transcript.step(part.name, f"files application {number}; it waits for IPA's review")


def _apply(stage: Stage, parts: Sequence[BodyPart]) -> list[Filed]:
    tell = stage.transcript
    tell.chapter("Application and formal review (申請・形式審査)")
    asking = [applying.register(stage, part) for part in parts]
    filed = [applying.file_application(stage, each) for each in asking]
    first = filed[0]
    tell.step(
        first.part.name, f"sets up an account from the mailed link: {first.applicant.email}", proof=MAILDIR
    )
    tell.step(
        first.part.name,
        f"files application {first.receipt} with five documents",
        proof="MechanicalSoup (HTTP)",
    )
    tell.step(_others(filed), "do the same")
    for each in filed:
        applying.review(stage, each)
    tell.step("IPA", f"checks {len(filed)} applications for form and accepts them")
    return filed


def _agree(stage: Stage, filed: Sequence[Filed]) -> None:
    tell = stage.transcript
    tell.chapter("Agreement (秘密保持契約)")
    paths = [agreeing.answer_sample(stage, each) for each in filed]
    tell.step(
        filed[0].part.name, "gets the sample agreement and answers that it can conclude it", proof=MAILDIR
    )
    tell.step(_others(filed), "do the same")
    for path in paths:
        agreeing.pass_on(stage, path)
    tell.step("IPA", "passes the documents on to JPCERT/CC")
    for each, path in zip(filed, paths, strict=True):
        agreeing.conclude(stage, each, path)
    tell.step("JPCERT/CC", f"concludes {len(filed)} agreements and records the decision to provide")


def _prove_keys(stage: Stage, filed: Sequence[Filed]) -> list[Entering]:
    tell = stage.transcript
    tell.chapter("Points of contact and their certificates (連絡窓口・証明書)")
    entering = [connecting.enter(stage, each) for each in filed]
    first = entering[0]
    tell.step(
        first.contact.name, f"makes a key pair {first.fingerprint} and uploads its certificate", proof="gpg"
    )
    ids = [connecting.certificate_id_of(each) for each in entering]
    for each in entering:
        connecting.prove_possession(each)
    tell.step(
        first.contact.name,
        "opens the mailed challenge, signed by the pinned hub key, and types it",
        proof="gpg",
    )
    tell.step(_others(filed), "do the same")
    for each, certificate_id in zip(entering, ids, strict=True):
        connecting.confirm(stage, each, certificate_id)
    tell.step(
        "JPCERT/CC", f"compares {len(entering)} fingerprints by telephone and confirms them", proof="gpg"
    )
    return entering


def _connect(stage: Stage, entering: Sequence[Entering]) -> list[Connected]:
    tell = stage.transcript
    tell.chapter("Trial operation and TAXII clients (試行運用)")
    ids = [connecting.body_id_of(each) for each in entering]
    drilling.hold(stage, entering, ids)
    for body_id in ids:
        connecting.begin_trial(stage, body_id)
    tell.step("JPCERT/CC", f"sees {len(entering)} bodies ready and begins their trial operation")
    connected = [
        connecting.make_client(stage, each, body_id) for each, body_id in zip(entering, ids, strict=True)
    ]
    first = connected[0]
    tell.step(first.contact.name, f"makes a TAXII client; its token is shown once: {first.receiver.username}")
    return connected


def _others(filed: Sequence[Filed]) -> str:
    others = [each.part.name for each in filed[1:]]
    return ", ".join(others[:MOST_NAMED]) + (", ..." if len(others) > MOST_NAMED else "")
