"""The whole demo once, served; then what others rely on, and what must fail, against the running one."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
import requests

from hub.demo.errors import DemoError, ProofError
from hub.demo.letterbox import Letterbox
from hub.demo.mailserver import free_port
from hub.demo.pages import Pages
from hub.demo.place import MARK
from hub.demo.poll import Receiver
from hub.demo.proofs import Audience, Notice, prove_apart, prove_copies, prove_mails
from hub.demo.recipients import GnupgHome
from hub.demo.sabotage import Break

pytestmark = pytest.mark.soak

COMMAND = [sys.executable, "-c", "from hub.cli import main; main()", "demo"]
LONGEST = 240  # seconds; on an idle machine it takes about 20


@dataclass
class Played:
    folder: Path
    process: subprocess.Popen[str]
    document: dict[str, Any]
    gpg: str

    def audience(self, number: int) -> Audience:
        body = self.document["bodies"][number]
        [contact] = body["contacts"]
        home, pin = GnupgHome(Path(contact["gnupg_home"]), self.gpg), self.document["hub_fingerprint"]
        receiver = Receiver(
            body=body["name"],
            discovery_url=self.document["discovery_url"],
            username=body["taxii_username"],
            password=body["taxii_password"],
            collection_id=body["collection_id"],
            home=home,
            fingerprint=home.fingerprint(),
            pin=pin,
        )
        letterbox = Letterbox(contact["email"], Path(self.document["smtp_maildir"]), home, pin)
        due = tuple(each for each in self.releases() if body["sector"] in each[0])
        return Audience(
            receiver=receiver,
            letterbox=letterbox,
            opened=self.folder / "opened-by-test",
            due=tuple(notice for _, notice in due),
        )

    def releases(self) -> Iterator[tuple[list[str], Notice]]:
        for each in self.document["advisories"]:
            for revision in range(1, each["revision"] + 1):
                word = each["canary"] if revision == 1 else ""
                notice = Notice(tracking_id=each["tracking_id"], revision=revision, word=word)
                yield each["sectors"], notice


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, gpg: str) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("played")
    leave_an_earlier_demo(folder)
    file, output = folder / "demo.json", folder / "transcript.txt"
    with output.open("w") as out:
        command = [*COMMAND, "--dir", str(folder), "--json", str(file), "--serve"]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, text=True)
    try:
        until = time.monotonic() + LONGEST
        while not file.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        assert file.exists(), output.read_text()[-3000:]
        yield Played(folder, process, json.loads(file.read_bytes()), gpg)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def leave_an_earlier_demo(folder: Path) -> None:
    (folder / MARK).write_text("an earlier demo\n")
    (folder / "hub").mkdir()
    (folder / "hub" / "hub.sqlite").write_text("no database")


def test_the_document_has_what_its_contract_says(played: Played) -> None:
    document = played.document
    roles = {each["role"] for each in document["accounts"]}
    assert roles == {"applicant", "contact", "reviewer", "coordinator", "auditor", "administrator"}
    assert [each["state"] for each in document["advisories"]] == [
        "released",
        "released",
        "lifted",
        "withdrawn",
    ]
    assert [each["revision"] for each in document["advisories"]] == [1, 2, 2, 2]
    assert all(re.fullmatch(r"PI-\d{4}-[0-9A-Z]{5}", each["tracking_id"]) for each in document["advisories"])
    assert len(document["bodies"]) == 4
    assert document["base_url"].startswith("http://localhost:")
    assert Path(document["hub_certificate"]).read_text().startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")


def test_it_begins_anew_in_a_folder_of_its_own(played: Played) -> None:
    assert (played.folder / "hub" / "hub.sqlite").read_bytes().startswith(b"SQLite format 3")


def test_everything_arrives_where_it_is_due_and_nowhere_else(played: Played) -> None:
    audiences = [played.audience(number) for number in range(4)]
    counts = [len(prove_copies(each, audiences[0])) for each in audiences]
    assert counts[0] == counts[1] == 7
    assert counts[-1] == 0
    assert [len(prove_mails(each, [])) for each in audiences] == counts
    assert prove_apart(audiences[0], audiences[1:], played.document["api_root"]) == 3


@pytest.mark.parametrize(
    ("broken", "proof"),
    [
        (Break.WRONG_KEY, "gpg opens a sealed copy"),
        (Break.OTHER_COLLECTION, "taxii2-client polls"),
        (Break.UNSIGNED_COPY, "gpg verifies the signature"),
    ],
)
def test_a_broken_step_fails_and_names_its_proof(played: Played, broken: Break, proof: str) -> None:
    with pytest.raises(ProofError, match=proof) as failure:
        prove_copies(played.audience(0), played.audience(1), broken)
    assert failure.value.proof.startswith(proof)


def test_a_release_that_did_not_arrive_fails_the_proof(played: Played) -> None:
    body = played.audience(3)
    missing = Notice(tracking_id="PI-2026-7K3QX", revision=1, word="")
    waiting = Audience(receiver=body.receiver, letterbox=body.letterbox, opened=body.opened, due=(missing,))
    with pytest.raises(ProofError, match="holds what was addressed to it"):
        prove_copies(waiting, played.audience(0))


def test_everybody_can_sign_in_with_the_present_code(played: Played) -> None:
    for account in {each["role"]: each for each in played.document["accounts"]}.values():
        pages = Pages(played.document["base_url"])
        pages.fill({"email": account["email"], "password": account["password"]}, at="/sign-in")
        pages.fill({"code": pyotp.TOTP(account["totp_secret"]).now()})
        assert pages.path == "/"
        pages.close()


def test_a_page_with_errors_ends_the_step_with_them(played: Played) -> None:
    pages = Pages(played.document["base_url"])
    with pytest.raises(DemoError, match="/sign-in answered 422"):
        pages.fill({"email": "nobody@example.jp", "password": "wrong"}, at="/sign-in")
    with pytest.raises(DemoError, match="no form with nothing-such"):
        pages.fill({"nothing-such": "x"}, at="/sign-in")
    pages.close()


def test_planted_words_are_nowhere_in_what_the_hub_keeps(played: Played) -> None:
    words = [each["canary"].encode() for each in played.document["advisories"]]
    files = [each for part in ("hub", "mail") for each in (played.folder / part).rglob("*") if each.is_file()]
    assert len(files) > 50
    assert not [each for each in files for word in words if word in each.read_bytes()]
    opened = b"".join(each.read_bytes() for each in (played.folder / "recipients").rglob("*.json"))
    assert all(word in opened for word in words)


def test_the_transcript_tells_who_proved_what(played: Played) -> None:
    told = (played.folder / "transcript.txt").read_text()
    for proof in ("taxii2-client + gpg", "the SMTP server's maildir + gpg", "MechanicalSoup (HTTP)"):
        assert f"✓ proof by {proof}" in told
    assert played.document["advisories"][0]["tracking_id"] in told
    assert "\033" not in told


def test_the_last_one_ending_takes_every_child_with_it(played: Played) -> None:
    children = children_of(played.process.pid)
    assert len(children) >= 2
    played.process.send_signal(signal.SIGTERM)
    assert played.process.wait(30) == 0
    assert not [each for each in children if Path(f"/proc/{each}").exists()]
    with pytest.raises(requests.ConnectionError):
        requests.get(played.document["base_url"], timeout=5)


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(each) for task in tasks for each in (task / "children").read_text().split()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--bodies", "2"], "at least 3 bodies"), (["--csaf", __file__], "no CSAF document")],
)
def test_what_cannot_be_played_is_told_in_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    port = ["--port", str(free_port())]
    command = [*COMMAND, "--dir", str(tmp_path / "demo"), *port, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
