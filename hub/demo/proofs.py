"""What must be true when the play is over, each told by a program that is not the hub's.

A proof raises ProofError with its name; what it returns is only for the transcript.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from hub.demo.errors import ProofError
from hub.demo.letterbox import Letterbox, attachments_of, text_of
from hub.demo.poll import Receiver, SealedCopy, must_be_refused, open_series, poll, poll_lifted
from hub.demo.sabotage import Break, broken_artifacts, broken_receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One release as it must arrive; `word` stands in it, and in no other one, unless it is empty."""

    tracking_id: str
    revision: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A body, how it receives, and which releases were addressed to it."""

    receiver: Receiver
    letterbox: Letterbox
    opened: Path
    due: tuple[Notice, ...]

    @property
    def name(self) -> str:
        """Return the body's name."""
        return self.receiver.body


def prove_copies(body: Audience, other: Audience, broken: Break | None = None) -> list[SealedCopy]:
    """Poll, open and check a body's series; it holds what was addressed to it and nothing else.

    Raises:
        ProofError: the first thing that is not so.

    """
    receiver = broken_receiver(body.receiver, other.receiver, broken)
    artifacts = broken_artifacts(receiver, poll(receiver), broken)
    copies = list(open_series(receiver, artifacts))
    _same(f"the collection of {body.name}", body.due, [(each.tracking_id, each.revision) for each in copies])
    words = {(each.tracking_id, each.revision): each.word for each in body.due}
    for copy in copies:
        if not copy.says(words[copy.tracking_id, copy.revision]):
            raise ProofError(f"content of {copy.tracking_id} r{copy.revision}", "the planted word is missing")
    _keep(body.opened, copies)
    return copies


def prove_apart(body: Audience, others: Collection[Audience], api_root: str) -> int:
    """Check that the body's client reaches no collection of another body; return how many it tried."""
    for other in others:
        must_be_refused(body.receiver, api_root, other.receiver.collection_id)
    return len(others)


def prove_mails(body: Audience, secrets: Collection[str]) -> list[EmailMessage]:
    """Open and keep a contact's notices: one a release, nothing in clear, STIX and CSAF attached.

    Raises:
        ProofError: the first thing that is not so.

    """
    notices = list(body.letterbox.notices(unseen=secrets))
    arrived = [_release_of(notice, body.due) for notice in notices]
    _same(f"the mail of {body.name}", body.due, [(each.tracking_id, each.revision) for each in arrived])
    for notice, due in zip(notices, arrived, strict=True):
        what = f"content of the mail about {due.tracking_id} r{due.revision}"
        if due.word not in text_of(notice):
            raise ProofError(what, "the planted word is missing")
        for format_ in (".stix.json", ".csaf.json"):
            if not any(name.endswith(format_) for name in attachments_of(notice)):
                raise ProofError(what, f"no {format_} is attached")
        (body.opened / f"{due.tracking_id}-r{due.revision}.eml").write_bytes(notice.as_bytes())
    return notices


def prove_lifted(body: Audience, *, shown: str, hidden: str) -> int:
    """Check that a body reads what was published, and not what was not; return the number of objects.

    Raises:
        ProofError: it is not so.

    """
    objects = poll_lifted(body.receiver)
    said = json.dumps(objects, ensure_ascii=False)
    if shown not in said or hidden in said:
        raise ProofError("what was lifted is what was published", "it says less, or more")
    return len(objects)


def _release_of(notice: EmailMessage, due: Sequence[Notice]) -> Notice:
    subject = str(notice["Subject"])
    for each in due:
        if f"{each.tracking_id} r{each.revision}]" in subject:
            return each
    raise ProofError("the mails name what was released", "one names something else")


def _same(where: str, due: Sequence[Notice], arrived: Sequence[tuple[str, int]]) -> None:
    wanted = sorted((each.tracking_id, each.revision) for each in due)
    if sorted(arrived) != wanted:
        raise ProofError(
            f"{where} holds what was addressed to it",
            f"{len(arrived)} releases arrived, {len(wanted)} are due",
        )


def _keep(folder: Path, copies: Sequence[SealedCopy]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for copy in copies:
        (folder / f"{copy.tracking_id}-r{copy.revision}.json").write_bytes(copy.plaintext.rstrip())
