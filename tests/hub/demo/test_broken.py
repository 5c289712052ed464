"""The whole demo with one step spoilt: it ends with exit 1, names the proof, and leaves no document."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from hub.cli import main; main()", "demo"]


@pytest.mark.soak
@pytest.mark.parametrize("what", ["wrong-key", "other-collection", "unsigned-copy"])
def test_a_spoilt_step_fails_its_proof_by_name(what: str, tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    command = [*COMMAND, "--dir", str(tmp_path / "demo"), "--json", str(file), "--break", what]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)
    assert run.returncode == 1
    [line] = run.stderr.splitlines()
    assert line.startswith("priority-hub: Proof failed: ")
    assert not file.exists()
