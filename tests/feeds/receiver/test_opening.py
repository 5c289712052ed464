"""`priority-hub open`: a saved mail or artifact read by its contact, and refused for anybody else."""

import json
import stat
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feeds.formats import pgp_mime
from feeds.formats.mail_headers import Headers
from feeds.formats.pgp_mime import Attachment
from feeds.receiver.letters import shown
from feeds.receiver.opening import letter_in, sealed_in
from hub.cli import main
from hub.core.clock import system_clock
from keys.sealing import armor, seal
from tests.feeds.receiver.sender import CANARY, MATTERS, Sender, flipped, signer_with
from tests.support.delivery import Seat

TITLE = "ひみつ制御装置の脆弱性"
OUTSIDE = Headers(
    sender="hub@hub.example.jp",
    to="power@example.jp",
    subject="[PRIORITY][TLP:AMBER][PI-2026-7K3QX r1][NEW]",
    date=system_clock(),
    message_id="<x@hub.example.jp>",
    list_id="<priority-information.hub.example.jp>",
)
FILES = [
    Attachment(name="PI-2026-7K3QX-r1.stix.json", media_type="application/stix+json", content=b"{}"),
    Attachment(name="../../evil", media_type="application/json", content=b"[]"),
    Attachment(name=".bashrc", media_type="application/json", content=b"x"),
]
Run = Callable[..., Result]


def mail(sender: Sender, *, as_attachment: bool = False) -> bytes:
    inside = pgp_mime.inner(OUTSIDE, f"{TITLE}\n本文 \x1b[31m{CANARY}", FILES, outside=OUTSIDE)
    sealed = armor(seal(inside, certificate=sender.to.certificate, signer=sender.signer, now=system_clock()))
    return (pgp_mime.as_attachment if as_attachment else pgp_mime.outer)(OUTSIDE, sealed)


@pytest.fixture
def run(tmp_path: Path, seat: Seat) -> Run:
    """Open a file as the contact does: without an instance."""

    def opened(content: bytes, *options: str, lang: str = "C.UTF-8", home: Path | None = None) -> Result:
        file = tmp_path / "saved"
        file.write_bytes(content)
        command = ["open", str(file), "--home", str(home or seat.power.shop.home)]
        pinned = options or ("--fingerprint", seat.pin, "--certificate", str(seat.config.certificate_file))
        env = {"LC_ALL": lang, "HUB_INSTANCE": str(tmp_path / "none")}
        return CliRunner().invoke(main, [*command, *pinned], env=env)

    return opened


def test_a_saved_mail_is_read_in_the_language_of_the_terminal_and_its_files_are_saved(
    run: Run, sender: Sender, seat: Seat, tmp_path: Path
) -> None:
    folder = tmp_path / "read"
    done = run(
        mail(sender),
        "--certificate",
        str(seat.config.certificate_file),
        "--save",
        str(folder),
        lang="ja_JP.UTF-8",
    )
    assert (done.exit_code, done.stderr) == (0, "")
    assert seat.pin in done.stdout
    assert "件名：[PRIORITY]" in done.stdout
    assert f"{TITLE}\n本文 [31m{CANARY}" in done.stdout  # nothing steers the terminal
    assert {each.name for each in folder.iterdir()} == {
        "notice.txt",
        "PI-2026-7K3QX-r1.stix.json",
        "_.._evil",
        "bashrc",
    }
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    again = run(mail(sender), "--certificate", str(seat.config.certificate_file), "--save", str(folder))
    assert (again.exit_code, len(again.stderr.splitlines())) == (1, 1)


def test_every_form_of_a_saved_notice_is_understood(sender: Sender, seat: Seat) -> None:
    artifact = sender.copy()
    aside = json.dumps({"reason": "x", "artifact": artifact}).encode()
    forms = [json.dumps(artifact).encode(), aside]
    for form in forms:
        letter = letter_in(seat.opened(seat.power, json.dumps(artifact).encode()))
        assert sealed_in(form) == sealed_in(json.dumps(artifact).encode())
        assert letter.subject == f"[{MATTERS[0]} r1][new] {CANARY} {MATTERS[0]} r1"
        assert {name for name, _ in letter.files} >= {"bundle.stix.json", "advisory.csaf.json"}
    binary = sealed_in(forms[0])
    assert sealed_in(binary) == binary
    assert sealed_in(armor(binary)) == armor(binary)
    for saved in (mail(sender), mail(sender, as_attachment=True)):
        assert sealed_in(saved).startswith(b"-----BEGIN PGP MESSAGE-----")
        assert message_from_bytes(saved, policy=policy.default)["Subject"] == OUTSIDE.subject


def test_what_is_not_the_hubs_or_not_ours_is_refused_in_one_line_of_each_language(
    run: Run, sender: Sender, seat: Seat
) -> None:
    plain = b"Content-Type: text/plain\n\nhello"
    good = sender.copy()
    bad = {
        "no sealed message": (plain, "封緘"),
        "not signed by the hub": (
            json.dumps(sender.sealed(plain, signer=signer_with(seat.gas))).encode(),
            "署名",
        ),
        "not signed.": (json.dumps(sender.unsigned(plain)).encode(), "署名"),
        "damaged": (json.dumps(flipped(good, honest=True)).encode(), "壊れ"),
        "not what its hash says": (json.dumps(flipped(good)).encode(), "ハッシュ"),
    }
    for number, (said, (content, japanese)) in enumerate(bad.items()):
        done = run(content)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), said
        assert said in done.stderr
        if number < 2:
            assert japanese in run(content, lang="ja_JP.UTF-8").stderr
    other = run(json.dumps(good).encode(), home=seat.gas.shop.home)
    assert "sealed to a key that is not here" in other.stderr


def test_without_a_pin_nothing_is_opened_and_a_wrong_certificate_is_wrong_use(
    run: Run, sender: Sender, seat: Seat, tmp_path: Path
) -> None:
    saved = json.dumps(sender.copy()).encode()
    assert run(saved, "--save", str(tmp_path / "none")).exit_code == 2
    assert run(saved, "--fingerprint", "DEADBEEF").exit_code == 2
    (tmp_path / "gas.asc").write_bytes(seat.gas.blob)
    mixed = run(saved, "--fingerprint", seat.pin, "--certificate", str(tmp_path / "gas.asc"))
    assert (mixed.exit_code, len(mixed.stderr.splitlines())) == (2, 1)


def test_characters_that_steer_a_terminal_are_left_out() -> None:
    assert shown("a\x1b]0;x\x07\u202eb\r\n\tc") == "a]0;xb\n\tc"
