"""The last act: what arrived is proved by programs that are not the hub's, and the receipts go back."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import uuid4

from taxii2client.v21 import Collection

from hub.demo.connecting import Connected
from hub.demo.errors import ProofError
from hub.demo.leaks import must_not_leak
from hub.demo.letterbox import text_of
from hub.demo.poll import CLIENT, SealedCopy
from hub.demo.proofs import Audience, prove_apart, prove_copies, prove_lifted, prove_mails
from hub.demo.providing import Provided
from hub.demo.receiving import PULL, prove_pull
from hub.demo.sabotage import Break
from hub.demo.stage import Stage
from hub.demo.stories import PLANTED

CODE = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")
DIVIDER = "=" * 20  # stands between the two languages of a notice
RECEIPT = "priority-information-receipt"  # the source name of a receipt code


def witness(
    stage: Stage, bodies: Sequence[Connected], provided: Provided, broken: Break | None
) -> EmailMessage:
    """Prove everything; return one notice of the first body, opened: the one to be shown.

    Raises:
        ProofError: the first proof that does not hold.

    """
    stage.transcript.chapter("What arrived, and who proves it")
    audiences = provided.audiences(bodies)
    copies = _copies(stage, audiences, broken)
    _apart(stage, audiences)
    _pull(stage, bodies[1], audiences[1])
    notices = _mails(stage, audiences, provided)
    _acknowledge(stage, bodies[0], copies[0])
    _type_code(stage, bodies[0], copies[0], notices[0])
    _lifted(stage, audiences[-1], provided)
    _leaks(stage)
    return next(each for each in notices if provided.shown in str(each["Subject"]))


def _copies(stage: Stage, audiences: Sequence[Audience], broken: Break | None) -> list[SealedCopy]:
    first, second, *others = audiences
    copies = prove_copies(first, second, broken)
    for body in (second, *others):
        count = len(prove_copies(body, first))
        stage.transcript.step(body.name, _arrived(count), proof=f"{CLIENT} + gpg")
    stage.transcript.step(first.name, _arrived(len(copies)), proof=f"{CLIENT} + gpg")
    return copies


def _arrived(count: int) -> str:
    if not count:
        return "polls: nothing was addressed to it, and nothing is there"
    what = "1 sealed copy" if count == 1 else f"{count} sealed copies"
    return f"polls {what}: opened, signed by the pinned key, each following the one before"


def _apart(stage: Stage, audiences: Sequence[Audience]) -> None:
    first, *others = audiences
    count = prove_apart(first, others, f"{stage.base_url}/priority/")
    stage.transcript.step(
        first.name, f"is refused (404) the collections of {count} other bodies", proof=CLIENT
    )


def _pull(stage: Stage, body: Connected, audience: Audience) -> None:
    """Let the second body's own receiver do the whole of its part."""
    count = prove_pull(stage, body, audience.due)
    what = f"hands on {count} notices to a folder and sends every receipt back; a signed heartbeat is there"
    stage.transcript.step(audience.name, what, proof=PULL)


def _mails(stage: Stage, audiences: Sequence[Audience], provided: Provided) -> list[EmailMessage]:
    notices = [prove_mails(body, provided.secrets) for body in audiences]
    count = sum(map(len, notices))
    what = f"open {count} encrypted mails: no title, product or CVE in clear; STIX and CSAF inside"
    stage.transcript.step("points of contact", what, proof="the SMTP server's maildir + gpg")
    return notices[0]


def _acknowledge(stage: Stage, body: Connected, copy: SealedCopy) -> None:
    """Send a receipt code back over TAXII, as a note about the report; the coordinators see it arrive."""
    name, tell = body.receiver.body, stage.transcript.step
    before = _on_the_board(stage, body, copy)
    url = f"{stage.base_url}/priority/collections/{body.answers_collection_id}/"
    answers = Collection(url, user=body.receiver.username, password=body.receiver.password)
    status = answers.add_objects({"objects": [_note(copy)]})
    if status.failure_count or status.status != "complete":
        raise ProofError(f"{CLIENT} writes into the answers of {name}", f"status {status.status}")
    if _on_the_board(stage, body, copy) == before:
        raise ProofError("the receipt code moves the delivery to opened", "the board shows no change")
    tell(name, f"sends the receipt code of {copy.tracking_id} back as a STIX note", proof=CLIENT)


def _on_the_board(stage: Stage, body: Connected, copy: SealedCopy) -> str:
    board = stage.of_role("coordinator").pages
    board.open(f"/delivery?notice={copy.tracking_id}")
    board.follow_row(f"{copy.tracking_id} r{copy.revision}", body.receiver.body)
    return board.row("TAXII")


def _note(copy: SealedCopy) -> dict[str, object]:
    [report] = [each["id"] for each in copy.bundle["objects"] if each["type"] == "report"]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "type": "note",
        "spec_version": "2.1",
        "id": f"note--{uuid4()}",
        "created": now,
        "modified": now,
        "content": "received",
        "object_refs": [report],
        "external_references": [{"source_name": RECEIPT, "external_id": copy.receipt_code}],
    }


def _type_code(stage: Stage, body: Connected, copy: SealedCopy, notice: EmailMessage) -> None:
    """Let the contact type the receipt code of the mail on the page that the mail names."""
    found = CODE.search(text_of(notice))
    if found is None:
        raise ProofError("the mail holds a receipt code", "it does not")
    body.contact.pages.fill({"code": found[0]}, at=f"/notices/{copy.tracking_id}", action="/receipt")
    stage.transcript.step(body.contact.name, f"types the receipt code of the mail about {copy.tracking_id}")


def _lifted(stage: Stage, body: Audience, provided: Provided) -> None:
    matter = next(each for each in provided.matters if each.state == "lifted")
    count = prove_lifted(body, shown=matter.story.title, hidden=matter.story.canary)
    what = f"reads the published parts of {matter.tracking_id} ({count} objects), without its attack method"
    stage.transcript.step(body.name, what, proof=CLIENT)


def _leaks(stage: Stage) -> None:
    count = must_not_leak(PLANTED, hub=stage.place.hub, mail=stage.place.mail)
    what = f"searches {count} files (database, logs, mail, temporary files) for the planted words: none"
    stage.transcript.step("the demo", what, proof="reading every byte")


def as_read(notice: EmailMessage) -> str:
    """Return the Japanese half of an opened notice, below its protected subject."""
    japanese, _, _ = text_of(notice).partition(DIVIDER)
    return f"{notice['Subject']}\n\n{japanese}"
