"""A body whose tool is `priority-hub pull`: configured, run once, and looked at from outside."""

import json
import os
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Any

from hub.demo.children import COMMAND
from hub.demo.connecting import Connected
from hub.demo.errors import ProofError
from hub.demo.proofs import Notice
from hub.demo.stage import Stage

LIMIT = 120.0  # seconds
PULL = "priority-hub pull"
DRILL = "drill"


def prove_pull(stage: Stage, body: Connected, due: Collection[Notice]) -> int:
    """Let a body's receiver take its series into a folder; return how many notices it handed on.

    Raises:
        ProofError: it alarmed, or handed on something else than what was addressed to the body.

    """
    folder = body.filed.folder / "receiver"
    told = _run(_configured(stage, body, folder))
    if not any(each["event"] == "heartbeat" for each in told):
        raise ProofError(f"{PULL} sees a signed heartbeat", "none has come")
    found = [json.loads(each.read_bytes()) for each in (folder / "notices").glob("*/about.json")]
    notices = [(each["tracking_id"], each["revision"]) for each in found if each["kind"] != DRILL]
    if sorted(notices) != sorted((each.tracking_id, each.revision) for each in due):
        raise ProofError(
            f"{PULL} hands on what was addressed to {body.receiver.body}",
            f"{len(notices)} notices are in its folder, {len(due)} are due",
        )
    receipts = sum(each["event"] == "acknowledged" for each in told)
    if receipts != len(found):
        raise ProofError(f"{PULL} sends every receipt back", f"{receipts} of {len(found)} were taken")
    return len(notices)


def _configured(stage: Stage, body: Connected, folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    token, receiver = folder / "token", body.receiver
    token.touch(mode=0o600)
    token.write_text(receiver.password, encoding="ascii")
    sections: dict[str, dict[str, Any]] = {
        "hub": {
            "api_root": f"{stage.base_url}/priority/",
            "collection": receiver.collection_id,
            "answers": body.answers_collection_id,
            "username": receiver.username,
            "token_file": "token",
            "fingerprint": receiver.pin,
            "certificate": str(stage.certificate),
        },
        "key": {"fingerprints": [receiver.fingerprint], "gnupg_home": str(receiver.home.folder)},
        "state": {"folder": "state", "start": "beginning"},
        "out": {"folder": "notices"},
    }
    file = folder / "pull.toml"
    file.write_text("".join(_section(name, values) for name, values in sections.items()), encoding="utf-8")
    return file


def _section(name: str, values: dict[str, Any]) -> str:
    """Write a table of TOML; its texts and lists of texts are written as in JSON."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _run(config: Path) -> list[dict[str, Any]]:
    command = [*COMMAND, "pull", "--once", "--json", "--config", str(config)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=LIMIT, check=False)
    if done.returncode != 0:
        raise ProofError(f"{PULL} ends without an alarm", done.stderr.strip() or f"exit {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]
