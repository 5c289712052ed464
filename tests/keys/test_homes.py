"""Throw-away homes, and gpg as a child process."""

import os
import stat
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from keys import gate, homes
from keys.homes import GpgError, private_directory, run, sweep
from keys.refusals import CertificateRefusedError, Reason
from tests.keys.workshop import GPG, Holder


def test_a_private_directory_is_private_and_goes_away() -> None:
    with private_directory() as place:
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert not place.exists()


def test_without_memory_files_the_system_place_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homes, "MEMORY", tmp_path / "absent")
    with private_directory() as place:
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_what_a_killed_process_left_is_swept_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("MEMORY", "SHORT"):
        monkeypatch.setattr(homes, place, tmp_path)
    child = subprocess.Popen(["sleep", "20"])
    dead, alive = (tmp_path / f"hub-{process}-x" for process in (child.pid, os.getpid()))
    others = [tmp_path / name for name in ("hub-x", "hub--", f"hubris-{child.pid}-x", "hub-12-file")]
    for folder in (dead, alive, *others[:3]):
        folder.mkdir()
    others[3].touch()
    (dead / "keyring").write_bytes(b"public")
    sweep()
    assert dead.exists()  # its process still works
    child.kill()
    child.wait()
    sweep()
    assert not dead.exists()
    assert all(each.exists() for each in (alive, *others))


def test_a_failure_of_gpg_tells_no_input(tmp_path: Path) -> None:
    with pytest.raises(GpgError, match=r"^gpg ended with 2$"):
        run(["--import"], gpg=GPG, home=tmp_path, given=b"secret words")


def test_gpg_is_stopped_at_the_time_limit(
    water: Holder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: datetime
) -> None:
    slow = tmp_path / "gpg"
    slow.write_text("#!/bin/sh\nexec sleep 5\n")
    slow.chmod(0o700)
    monkeypatch.setattr(homes, "TIME_LIMIT", 0.1)
    with pytest.raises(CertificateRefusedError) as refused:
        gate.inspect(water.blob, expect_email=water.email, now=now, gpg=str(slow))
    assert refused.value.reason is Reason.UNREADABLE
