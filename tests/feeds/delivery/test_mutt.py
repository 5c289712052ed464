"""A mail program of the field: mutt opens what arrived, and calls the signature good."""

import os
import pty
import select
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support import delivery
from tests.support.advisories import CANARY, NOW
from tests.support.delivery import Seat

MUTT = shutil.which("mutt")
PATIENCE = 9  # seconds
SETTINGS = """
set mbox_type=Maildir folder="{home}" spoolfile="{home}/mail" record="" postponed=""
set crypt_use_gpgme=yes
set display_filter="tee {home}/shown" wait_key=no quit=yes delete=yes move=no charset=utf-8
push "<display-message><exit><quit>"
"""


@pytest.mark.skipif(MUTT is None, reason="mutt is not installed")
def test_mutt_opens_the_mail_and_finds_the_signature_good(seat: Seat, tmp_path: Path) -> None:
    with delivery.lasting("sqlite", tmp_path, "") as db:
        world = delivery.world_on(delivery.hub_on(db, seat, lambda: NOW), seat)
        world.release()
        world.work()
        [raw] = world.notices()
    shop = seat.power.shop
    shop.gpg("--import-ownertrust", given=f"{seat.pin}:6:\n".encode())
    shown = in_mutt(raw, shop.home, tmp_path)
    assert "Good signature from: Priority Hub" in shown
    assert "■ 1. いつまでに何をするか" in shown
    assert f"手順 {CANARY}" in shown
    assert "制御装置における認証回避の脆弱性" in shown


def in_mutt(raw: bytes, gnupg: Path, home: Path) -> str:
    """Return what mutt shows of this mail to the holder of these keys."""
    for part in ("new", "cur", "tmp"):
        (home / "mail" / part).mkdir(parents=True)
    (home / "mail" / "new" / "1.notice").write_bytes(raw.replace(b"\r\n", b"\n"))
    (home / "muttrc").write_text(SETTINGS.format(home=home), encoding="utf-8")
    terminal, mine = pty.openpty()
    env = {
        "HOME": str(home),
        "GNUPGHOME": str(gnupg),
        "TERM": "vt100",
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
    }
    command = [str(MUTT), "-n", "-F", str(home / "muttrc")]
    with subprocess.Popen(command, env=env, stdin=mine, stdout=mine, stderr=mine) as running:
        os.close(mine)
        _watched(running, terminal)
    os.close(terminal)
    return (home / "shown").read_text(encoding="utf-8")


def _watched(running: subprocess.Popen[bytes], terminal: int) -> None:
    """Read what it draws, lest it waits for us, until it ends."""
    until = time.monotonic() + PATIENCE
    while running.poll() is None and time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        with suppress(OSError):  # the other end is closed
            os.read(terminal, 65536 if ready else 0)
    if running.poll() is None:
        running.terminate()
