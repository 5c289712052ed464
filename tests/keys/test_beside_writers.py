"""A thousand sealings in four processes while certificates are written and uploaded: none fails."""

import base64
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from keys.sealing import open_sealed
from tests.conftest import BACKENDS
from tests.keys.conftest import Hub
from tests.keys.workshop import GPG, Holder
from tests.support import delivery
from tests.support.uploads import upload, uploading

pytestmark = pytest.mark.endurance

PROCESSES = 4
SEALINGS = {"ci": 250, "full": 25_000}[os.environ.get("HUB_SOAK", "ci")]  # of each process
ROOT = Path(__file__).parents[2]


@pytest.fixture
def holders(water: Holder, energy: Holder) -> dict[str, Holder]:
    return {each.email: each for each in (water, energy)}


@pytest.mark.parametrize("kind", BACKENDS)
def test_no_sealing_fails_while_certificates_are_written(
    kind: str, hub: Hub, holders: dict[str, Holder], tmp_path: Path, worker_id: str
) -> None:
    certificates = [(email, each.blob) for email, each in holders.items()]
    with delivery.lasting(kind, tmp_path, f"hub_beside_{worker_id}") as db:
        for email, blob in certificates:
            upload(db, email, blob, owner_id=uuid.uuid4())
        url = db.bind.engine.url.render_as_string(hide_password=False)
        program = [sys.executable, "-m", "tests.keys.sealers", url, str(hub.signer.home)]
        command = [*program, str(hub.certificate_file), str(SEALINGS)]
        with uploading(db, certificates):
            running = [
                subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
                for _ in range(PROCESSES)
            ]
            said = [json.loads(each.communicate()[0]) for each in running]
    assert [each["failed"] for each in said] == [0] * PROCESSES
    for each in said:
        reader = holders[each["for"]]
        message = base64.b64decode(each["message"])
        plain = open_sealed(message, home=reader.shop.home, gpg=GPG, pinned_fingerprint=hub.key.fingerprint)
        assert plain == b"pump 7"
