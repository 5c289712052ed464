"""What arrives in order is handed on once, whole and in clear, and its receipt goes back."""

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from feeds.formats.receipt_note import SOURCE
from feeds.receiver.outlets import HandOverError, Outlet
from feeds.receiver.parcels import Parcel
from feeds.receiver.settings import Start
from feeds.receiver.states import SENTENCES, Reason
from hub.core.clock import system_clock
from tests.feeds.receiver.conftest import Recipient
from tests.feeds.receiver.sender import CANARY, CODE, MATTERS, Sender
from tests.feeds.receiver.shelf import answer

At = Callable[..., Recipient]


@dataclass
class Program:
    """An outlet that fails when it is told to."""

    name: str = "program"
    failing: set[str] = field(default_factory=set)
    took: list[tuple[str, bool]] = field(default_factory=list)

    def give(self, parcel: Parcel) -> None:
        if parcel.name in self.failing:
            raise HandOverError("not now")
        self.took.append((parcel.name, parcel.repeat))


def test_a_notice_becomes_a_folder_of_plain_files_and_its_receipt_goes_back(
    recipient: Recipient, sender: Sender
) -> None:
    recipient.shelf.lay(sender.copy(), sender.beat())
    recipient.pull()
    assert recipient.heard.alarmed == []
    [name] = recipient.notices
    assert name == f"{MATTERS[0]}-r1-s1"
    folder = recipient.folder / "out" / name
    assert {each.name for each in folder.iterdir()} == {
        "about.json",
        "advisory.csaf.json",
        "bundle.stix.json",
        "sector-1.stix.json",
    }
    assert CANARY in (folder / "bundle.stix.json").read_text()
    about = json.loads((folder / "about.json").read_bytes())
    assert (about["seq"], about["kind"], about["follows_gap"], about["missing"]) == (1, "new", False, [])
    assert CODE not in "".join(each.read_text() for each in folder.iterdir())
    [note] = recipient.shelf.given
    assert note["external_references"] == [{"source_name": SOURCE, "external_id": CODE}]
    assert note["object_refs"][0].startswith("report--")
    recipient.pull()
    assert (len(recipient.shelf.given), recipient.notices) == (1, [name])


def test_what_is_kept_is_readable_by_its_user_alone_and_tells_nothing_of_a_notice(
    recipient: Recipient, sender: Sender
) -> None:
    recipient.shelf.lay(sender.copy(), sender.copy(MATTERS[1]), sender.beat())
    recipient.shelf.misbehave = lambda handler: handler.command == "POST" and refuse(handler)
    recipient.pull()
    for each in recipient.folder.rglob("*"):
        if not each.is_relative_to(recipient.folder / "seat0"):
            wide = 0o700 if each.is_dir() else 0o600
            assert stat.S_IMODE(each.stat().st_mode) == wide, each
    for each in (recipient.folder / "state").rglob("*"):
        content = each.read_bytes() if each.is_file() else b""
        assert CANARY.encode() not in content
        assert CODE.encode() not in content


def refuse(handler: object) -> bool:
    answer(handler, b"{}", 503)  # type: ignore[arg-type]
    return True


def test_a_receipt_that_was_not_taken_goes_again_until_it_is(recipient: Recipient, sender: Sender) -> None:
    recipient.shelf.lay(sender.copy(), sender.beat())
    recipient.shelf.misbehave = lambda handler: handler.command == "POST" and refuse(handler)
    recipient.pull()
    assert recipient.heard.reasons == ["hub"]
    assert recipient.shelf.given == []
    recipient.shelf.misbehave = None
    recipient.pull()
    recipient.pull()
    assert len(recipient.shelf.given) == 1


def test_a_new_client_begins_at_the_signed_head(recipient_at: At, sender: Sender) -> None:
    recipient = recipient_at(start=Start.HEAD)
    before = [sender.copy(), sender.copy(revision=2)]
    recipient.shelf.lay(*before)
    recipient.pull()
    assert recipient.heard.reasons == ["no-heartbeat"]
    recipient.shelf.lay(sender.beat())
    recipient.pull()
    assert (recipient.heard.alarmed, recipient.notices) == ([], [])
    recipient.shelf.lay(sender.copy(revision=3))
    recipient.pull()
    assert (recipient.heard.alarmed, recipient.notices) == ([], [f"{MATTERS[0]}-r3-s3"])


def test_a_silent_hub_is_alarmed(recipient: Recipient, sender: Sender) -> None:
    recipient.shelf.lay(sender.beat())
    recipient.pull()
    assert recipient.heard.alarmed == []
    later = recipient.but(clock=lambda: system_clock() + timedelta(hours=14))
    later.pull()
    assert later.heard.reasons == ["no-heartbeat"]


def test_a_copy_that_cannot_be_handed_on_waits_with_its_revisions_and_stops_no_other(
    recipient_at: At, sender: Sender
) -> None:
    program = Program(failing={f"{MATTERS[0]}-r1-s1"})
    outlets: list[Outlet] = [program]
    recipient = recipient_at(outlets=outlets)
    recipient.shelf.lay(sender.copy(), sender.copy(MATTERS[1]), sender.copy(revision=2), sender.beat())
    recipient.pull()
    assert set(recipient.heard.reasons) == {"hand-over"}
    assert program.took == [(f"{MATTERS[1]}-r1-s2", False)]
    program.failing.clear()
    recipient.pull()
    assert program.took[1:] == [(f"{MATTERS[0]}-r1-s1", True), (f"{MATTERS[0]}-r2-s3", False)]
    assert recipient.heard.alarmed == []


def test_an_outlet_that_took_a_copy_is_not_asked_again_because_another_fails(
    recipient_at: At, sender: Sender
) -> None:
    good, bad = Program(name="good"), Program(name="bad", failing={f"{MATTERS[0]}-r1-s1"})
    outlets: list[Outlet] = [good, bad]
    recipient = recipient_at(outlets=outlets)
    recipient.shelf.lay(sender.copy(), sender.beat())
    for _ in range(2):
        recipient.pull()
        assert recipient.heard.reasons == ["hand-over"]
        assert recipient.shelf.given == []
    bad.failing.clear()
    recipient.pull()
    assert [len(each.took) for each in (good, bad)] == [1, 1]
    assert len(recipient.shelf.given) == 1


def test_a_gap_is_alarmed_marked_and_filled_when_the_missing_copy_is_found(
    recipient: Recipient, sender: Sender
) -> None:
    first, hidden, third = sender.copy(), sender.copy(MATTERS[1]), sender.copy(MATTERS[2])
    recipient.shelf.lay(first, third)
    recipient.pull()
    assert recipient.heard.reasons[0] == "gap"
    name = f"{MATTERS[2]}-r1-s3"
    about = json.loads((recipient.folder / "out" / name / "about.json").read_bytes())
    assert (about["follows_gap"], about["missing"]) == (True, [2])
    recipient.shelf.lay(hidden, sender.beat())
    recipient.pull()
    assert recipient.heard.alarmed == []
    assert recipient.notices == [f"{MATTERS[0]}-r1-s1", f"{MATTERS[1]}-r1-s2", name]


def test_what_a_heartbeat_shows_as_withheld_is_alarmed_and_looked_for_from_the_beginning(
    recipient: Recipient, sender: Sender
) -> None:
    recipient.shelf.lay(sender.copy(), sender.beat())
    recipient.pull()
    withheld = sender.copy(MATTERS[1])
    recipient.shelf.lay(sender.beat())
    recipient.pull()
    assert recipient.heard.reasons == ["withheld"]
    recipient.shelf.laid.insert(0, (recipient.shelf.laid[0][0] - timedelta(seconds=1), withheld))
    recipient.pull()
    assert recipient.notices == [f"{MATTERS[0]}-r1-s1"]  # it lies before what was read
    sender.copy(revision=2)
    recipient.shelf.lay(sender.beat())
    recipient.pull()
    assert recipient.heard.reasons == ["withheld"]
    assert recipient.notices == [f"{MATTERS[0]}-r1-s1", f"{MATTERS[1]}-r1-s2"]


def test_after_a_fault_of_ours_what_was_put_aside_is_judged_again(
    recipient: Recipient, sender: Sender
) -> None:
    recipient.shelf.lay(sender.copy(), sender.copy(MATTERS[1]), sender.beat())
    strange = recipient.but(key=replace(recipient.receiver.key, pin="F" * 40))
    strange.pull()
    assert strange.heard.reasons[:3] == ["wrong-signer"] * 3
    recipient.pull()
    assert recipient.notices == []
    again = recipient.but(again=True)
    again.receiver.prepare()
    again.pull()
    assert again.heard.alarmed == []
    assert len(recipient.notices) == 2


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_own_sentence(reason: Reason) -> None:
    assert list(SENTENCES.values()).count(reason.sentence) == 1
