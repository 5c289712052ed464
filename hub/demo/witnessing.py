"""The last act: what arrived is proved by programs that are not the hub's, and the receipts go back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from taxii2client.v21 import Collection

from hub.demo.connecting import Connected
from hub.demo.errors import ProofError
from hub.demo.leaks import must_not_leak
from hub.demo.poll import CLIENT, SealedCopy
from hub.demo.proofs import Audience, prove_apart, prove_copies, prove_mails
from hub.demo.providing import Provided
from hub.demo.sabotage import Break
from hub.demo.stage import Stage

SHOWN = ("software", "vulnerability", "attack-pattern", "course-of-action")
RECEIPT = "priority-information-receipt"  # the source name of a receipt code


def witness(
    stage: Stage, bodies: Sequence[Connected], provided: Provided, broken: Break | None
) -> SealedCopy:
    """Prove everything; return the first body's first copy, opened.

    Raises:
        ProofError: the first proof that does not hold.

    """
    stage.transcript.chapter("What arrived, and who proves it")
    audiences = provided.audiences(bodies)
    copies = _copies(stage, audiences, broken)
    _apart(stage, audiences)
    _mails(stage, audiences, provided)
    _acknowledge(stage, bodies[0], copies[0])
    _leaks(stage, provided)
    return copies[0]


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
    return f"polls {count} sealed copies; each opens, is signed by the pinned key, and follows the one before"


def _apart(stage: Stage, audiences: Sequence[Audience]) -> None:
    first, *others = audiences
    count = prove_apart(first, others, f"{stage.base_url}/priority/")
    stage.transcript.step(
        first.name, f"is refused (404) the collections of {count} other bodies", proof=CLIENT
    )


def _mails(stage: Stage, audiences: Sequence[Audience], provided: Provided) -> None:
    counts = [len(prove_mails(body, provided.secrets)) for body in audiences]
    what = f"{sum(counts)} encrypted mails: no title, product or CVE in clear; STIX and CSAF inside"
    stage.transcript.step("points of contact", what, proof="the SMTP server's maildir + gpg")


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
    board.open("/delivery")
    return board.row(f"{copy.tracking_id} r{copy.revision}", body.receiver.body, "TAXII")


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


def _leaks(stage: Stage, provided: Provided) -> None:
    words = [each.story.canary for each in provided.matters]
    count = must_not_leak(words, hub=stage.place.hub, mail=stage.place.mail)
    what = (
        f"searches {count} files (database, logs, mail, temporary files) for {len(words)} planted words: none"
    )
    stage.transcript.step("the demo", what, proof="reading every byte")


def as_read(copy: SealedCopy) -> str:
    """Return an opened copy as its reader sees it, in a few lines."""
    objects = copy.bundle["objects"]
    report = next(each for each in objects if each["type"] == "report")
    lines = [
        f"{copy.tracking_id} r{copy.revision} ({copy.kind})  {report['name']}",
        report.get("description", ""),
    ]
    lines += [
        f"- {each['type']}: {each['name']}  {each.get('description', '')}"
        for each in objects
        if each["type"] in SHOWN
    ]
    lines += [f"- note: {note['content']}" for note in copy.notes if "content" in note]
    return "\n".join(line for text in lines for line in str(text).splitlines())
