"""A sender that knows the hub's key and can do everything wrong; what it makes is what a hub would serve."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from feeds.delivery.signing import signer_of
from feeds.formats import stix
from feeds.formats.content import Kind
from feeds.formats.envelope import Heartbeat, Manifest, envelope, heartbeat
from feeds.formats.stix_ids import stix_id
from feeds.formats.tlp import Tlp
from feeds.formats.tracking import new_tracking_id
from keys.sealing import Signer, seal
from tests.keys.workshop import GPG, Holder
from tests.support.delivery import Seat

MATTERS = ("PI-2026-7K3QX", new_tracking_id(2026, 2), new_tracking_id(2026, 3))
CODE = "ABCD-EFGH-IJKL-MNOP"
CANARY = "kingfisher-5520"
Artifact = dict[str, Any]


def bundle(tracking_id: str, revision: int) -> bytes:
    """Return a notice of one report, with the word that may be seen only where it is due."""
    instant = f"2026-11-20T01:00:{revision:02}.000Z"
    report = {
        "type": "report",
        "spec_version": "2.1",
        "id": stix_id(tracking_id.encode(), "report", "report"),
        "created": "2026-11-20T01:00:00.000Z",
        "modified": instant,
        "name": f"{CANARY} {tracking_id} r{revision}",
        "description": "遠隔から認証を回避されます。",
        "published": instant,
        "object_refs": ["identity--a944b0ba-3255-4b31-917b-7bd9a32f9c1e"],
    }
    whole = {
        "type": "bundle",
        "id": stix_id(tracking_id.encode(), "bundle", str(revision)),
        "objects": [report],
    }
    return orjson.dumps(whole)


def sector_note(tracking_id: str) -> bytes:
    note = {
        "type": "note",
        "spec_version": "2.1",
        "id": stix_id(tracking_id.encode(), "note", "sector"),
        "created": "2026-11-20T01:00:00.000Z",
        "modified": "2026-11-20T01:00:00.000Z",
        "content": "変電所の監視に影響します。",
        "object_refs": [stix_id(tracking_id.encode(), "report", "report")],
    }
    return orjson.dumps({"type": "bundle", "id": stix_id(b"", "bundle", tracking_id), "objects": [note]})


def artifact(payload: bytes, **outside: Any) -> Artifact:  # noqa: ANN401 - whatever stands outside the seal
    told = {"recipient": "0" * 40, "kind": "new", "tlp": Tlp.AMBER} | outside
    made: Artifact = orjson.loads(stix.artifact(payload, **told))
    return made


@dataclass
class Sender:
    """Counts and chains as the hub does."""

    seat: Seat
    to: Holder
    seq: int = 0
    sha256: str = ""
    signer: Signer = field(init=False)

    def __post_init__(self) -> None:
        self.signer = signer_of(self.seat.config)

    def manifest(self, tracking_id: str = MATTERS[0], revision: int = 1, **changes: Any) -> Manifest:  # noqa: ANN401 - fields
        now = datetime.now(UTC)
        right = Manifest(
            to=self.to.certificate.fingerprint,
            tracking_id=tracking_id,
            revision=revision,
            kind=Kind.NEW if revision == 1 else Kind.UPDATE,
            seq=self.seq + 1,
            prev_sha256=self.sha256,
            issued=now,
            valid_until=now + timedelta(days=1),
            receipt_code=CODE if not self.seq else f"ABCD-EFGH-{self.seq:09}",
        )
        return replace(right, **changes)

    def copy(self, tracking_id: str = MATTERS[0], revision: int = 1, **changes: Any) -> Artifact:  # noqa: ANN401 - fields
        """Seal the next copy of the series; `changes` make its manifest a wrong one."""
        manifest = self.manifest(tracking_id, revision, **changes)
        csaf = orjson.dumps({"document": {"tracking": {"id": manifest.tracking_id}}})
        plain = envelope(manifest, bundle(tracking_id, revision), [sector_note(tracking_id)], csaf=csaf)
        self.seq, self.sha256 = manifest.seq, hashlib.sha256(plain).hexdigest()
        return self.sealed(plain)

    def beat(self, **changes: Any) -> Artifact:  # noqa: ANN401 - fields
        """Seal a heartbeat about the head of the series."""
        now = datetime.now(UTC)
        right = Heartbeat(
            to=self.to.certificate.fingerprint,
            head_seq=self.seq,
            head_sha256=self.sha256,
            issued=now,
            valid_until=now + timedelta(days=1),
        )
        return self.sealed(heartbeat(replace(right, **changes)))

    def sealed(self, plain: bytes, *, to: Holder | None = None, signer: Signer | None = None) -> Artifact:
        sealed_to = (to or self.to).certificate
        now = datetime.now(UTC)
        return artifact(seal(plain, certificate=sealed_to, signer=signer or self.signer, now=now))

    def unsigned(self, plain: bytes) -> Artifact:
        to = self.to.certificate.fingerprint
        given = ("--trust-model", "always", "--recipient", to, "--encrypt")
        return artifact(self.to.shop.gpg(*given, given=plain))


def signer_with(holder: Holder) -> Signer:
    """Return a stranger who signs with a key of his own."""
    fingerprint = holder.certificate.fingerprint
    return Signer(gpg=GPG, home=holder.shop.home, fingerprint=fingerprint, certificate=holder.blob)


def flipped(made: Artifact, *, at: int = -40, honest: bool = False) -> Artifact:
    """Flip one bit of the payload; `honest` mends the hash, so that only the seal is broken."""
    payload = bytearray(base64.b64decode(made["payload_bin"]))
    payload[at] ^= 1
    changed = made | {"payload_bin": base64.b64encode(payload).decode()}
    if honest:
        changed["hashes"] = {"SHA-256": hashlib.sha256(payload).hexdigest()}
    return changed
