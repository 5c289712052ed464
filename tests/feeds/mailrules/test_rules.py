"""Filter rules, as a real interpreter applies them to the hub's real subjects."""

import getpass
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sievelib.parser import Parser

from feeds.formats.mail_headers import folded
from feeds.formats.subject import WORDS, MailKind, inner_subject, outer_subject
from feeds.formats.tlp import Tlp
from feeds.mailrules.rules import DRILLS, FOLDER, PRESSING, rules, sieve, thunderbird
from hub.core.letters import SUBJECT

SENDER = "hub@hub.example.jp"
SIEVE_TEST = shutil.which("sieve-test")
MATTERLESS = {MailKind.ACTION}


def subject(kind: MailKind, *, drill: bool = False) -> str:
    if kind in MATTERLESS:
        return outer_subject(kind, drill=drill)
    return outer_subject(kind, Tlp.AMBER, "PI-2026-7K3QX", 2, drill=drill)


SUBJECTS = {
    **{subject(kind): f"{FOLDER}-{WORDS[kind]}" for kind in MailKind},
    **{subject(kind, drill=True): DRILLS for kind in MailKind},
    SUBJECT: f"{FOLDER}-{WORDS[MailKind.ACTION]}",
    inner_subject(subject(MailKind.NEW), "題名 [DATE] [DRILLING]"): f"{FOLDER}-{WORDS[MailKind.NEW]}",
    "Re: weather": "INBOX",
}


def mail(line: str, sender: str = SENDER) -> bytes:
    head = f"From: Priority Hub <{sender}>\r\nTo: contact@power.example.jp\r\n{folded('Subject', line)}\r\n"
    return head.encode() + b"\r\ntext\r\n"


def filed(script: Path, raw: bytes) -> tuple[str, bool]:
    """Return where the interpreter of Dovecot would put a mail, and whether it flags it."""
    file = script.with_name("mail.eml")
    file.write_bytes(raw)
    command = [str(SIEVE_TEST), "-c", str(script.with_name("dovecot.conf")), str(script), str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"store message in folder: (\S+)", said)
    return (found[1] if found else "INBOX"), "\\flagged" in said


@pytest.fixture(scope="module")
def script() -> Iterator[Path]:
    """The script in a folder that an unprivileged user can read: Dovecot reads no mail as root."""
    user, group = ("nobody", "nogroup") if os.getuid() == 0 else (getpass.getuser(), str(os.getgid()))
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        settings = f"mail_location = maildir:{folder}/mail\nmail_home = {folder}\nlog_path = /dev/stderr\n"
        settings += f"base_dir = {folder}\nmail_uid = {user}\nmail_gid = {group}\nfirst_valid_uid = 1\n"
        (folder / "dovecot.conf").write_text(settings, encoding="utf-8")
        (folder / "priority.sieve").write_bytes(sieve(SENDER).encode())
        yield folder / "priority.sieve"


@pytest.mark.skipif(SIEVE_TEST is None, reason="dovecot-sieve is not installed")
def test_every_subject_of_the_hub_is_filed_by_its_kind(script: Path) -> None:
    filed_as = {line: filed(script, mail(line)) for line in SUBJECTS}
    assert {line: folder for line, (folder, _) in filed_as.items()} == SUBJECTS
    flagged = {line for line, (_, flag) in filed_as.items() if flag}
    kinds = {f"{FOLDER}-{WORDS[kind]}" for kind in PRESSING}
    assert flagged == {line for line, folder in SUBJECTS.items() if folder in kinds}


@pytest.mark.skipif(SIEVE_TEST is None, reason="dovecot-sieve is not installed")
def test_a_tag_from_another_sender_is_filed_nowhere_special(script: Path) -> None:
    line = subject(MailKind.NEW)
    for sender in ("hub@hub.example.jp.evil.example", "xhub@hub.example.jp"):
        assert filed(script, mail(line, sender)) == ("INBOX", False)


def test_the_script_is_sieve_as_another_parser_reads_it() -> None:
    parser = Parser()
    assert parser.parse(sieve(SENDER)), parser.error


def test_a_sender_with_quotes_breaks_out_of_nothing() -> None:
    assert Parser().parse(sieve('"; discard; #\\@x'))
    assert "discard" not in re.sub(r'"(\\.|[^"\\])*"', "", sieve('"; discard; #\\@x'))


def conditions(text: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return each rule of Thunderbird's file: its name, and its terms that must all hold."""
    blocks = re.split(r"(?m)^name=", text)[1:]
    return [
        (block.splitlines()[0].strip('"'), re.findall(r"AND \((\w+),(\w+),([^)]*)\)", block))
        for block in blocks
    ]


def matched(line: str, sender: str, text: str) -> str | None:
    """Return the first rule of the file that fits, as Thunderbird compares."""
    headers = {"subject": line.lower(), "from": sender.lower()}
    for name, terms in conditions(text):
        if all(op == "contains" and value.lower() in headers[field] for field, op, value in terms):
            return name
    return None


def test_the_rules_of_thunderbird_fit_the_same_subjects() -> None:
    text = thunderbird(SENDER)
    assert text.startswith('version="9"\nlogging="no"\nname=')
    assert len(conditions(text)) == len(rules())
    assert all(len(terms) >= 2 for _, terms in conditions(text))
    assert {line: matched(line, SENDER, text) or "INBOX" for line in SUBJECTS} == SUBJECTS


def test_the_steps_for_outlook_fit_the_same_subjects() -> None:
    """Outlook is told the last tag of each line, the sender, and to stop at the first rule that fits."""
    for line, folder in SUBJECTS.items():
        fitting = [rule.folder for rule in rules() if rule.tags[-1].lower() in line.lower()]
        assert (fitting or ["INBOX"])[0] == folder


def test_the_raw_header_holds_the_tag_literally_for_a_filter_that_decodes_nothing() -> None:
    made = EmailMessage(policy=SMTP)
    made["Subject"] = SUBJECT
    for line in SUBJECTS:
        tag = line.partition("]")[0]
        assert tag.encode() in mail(line)
    assert SUBJECT.partition(" ")[0].encode() in made.as_bytes()
