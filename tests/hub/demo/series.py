"""Series of sealed copies made with the gpg program alone, good ones and bad ones."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hub.demo.poll import Artifact
from hub.demo.recipients import GnupgHome
from tests.hub.demo.gpg import signed_and_sealed


@dataclass
class Series:
    """Seals copies to one home, signed by another."""

    signer: GnupgHome
    to: GnupgHome
    seq: int = 0
    before: str = ""
    artifacts: list[Artifact] = field(default_factory=list)

    def add(self, tracking_id: str, revision: int = 1, /, **changed: object) -> None:
        self.seq += 1
        manifest = {
            "v": 1,
            "to": self.to.fingerprint(),
            "tracking_id": tracking_id,
            "revision": revision,
            "kind": "new",
            "seq": self.seq,
            "prev_sha256": self.before,
            "issued": datetime.now(UTC).isoformat(),
            "valid_until": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            "receipt_code": "AAAA-BBBB",
        }
        document = {"manifest": manifest | changed, "bundle": {"type": "bundle"}, "notes": []}
        plaintext = json.dumps(document).encode()
        self.before = hashlib.sha256(plaintext).hexdigest()
        self.artifacts.append(as_artifact(signed_and_sealed(plaintext, self.signer, self.to)))


def as_artifact(payload: bytes) -> Artifact:
    return {
        "type": "artifact",
        "payload_bin": base64.b64encode(payload).decode(),
        "hashes": {"SHA-256": hashlib.sha256(payload).hexdigest()},
    }
