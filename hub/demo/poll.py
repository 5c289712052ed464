"""What a body's tool does: poll its collection with taxii2-client, check each sealed copy, open it.

The checks are those of a receiving client, in its order, written with nothing of the hub's own code:
JSON, hashes and the gpg program.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import requests
from taxii2client.v21 import Collection, Server, as_pages

from hub.demo.errors import ProofError
from hub.demo.recipients import GnupgHome

PAGE = 20  # objects a request, so that a series of some length is paged
CLIENT = "taxii2-client"
LIFTED = "Lifted"  # the title of the collection of what was published
Artifact = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A body's tool: its TAXII account, its GnuPG home, and the hub's fingerprint that it pinned."""

    body: str
    discovery_url: str
    username: str
    password: str
    collection_id: str
    home: GnupgHome
    fingerprint: str
    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCopy:
    """What a copy held once it was opened and checked."""

    tracking_id: str
    revision: int
    kind: str
    seq: int
    receipt_code: str
    plaintext: bytes
    bundle: dict[str, Any]
    notes: tuple[dict[str, Any], ...]

    def says(self, word: str) -> bool:
        """Tell whether a word stands in the bundle."""
        return word in json.dumps(self.bundle, ensure_ascii=False)


def poll(receiver: Receiver) -> list[Artifact]:
    """Return every object of the body's sealed collection, page by page.

    Raises:
        ProofError: the server does not show the collection to this client.

    """
    return _polled(receiver, f"{CLIENT} polls the collection of {receiver.body}", receiver.collection_id)


def poll_lifted(receiver: Receiver) -> list[Artifact]:
    """Return what was lifted for all bodies.

    Raises:
        ProofError: the server does not show that collection to this client.

    """
    return _polled(receiver, f"{CLIENT} polls what was lifted as {receiver.body}", LIFTED)


def _polled(receiver: Receiver, proof: str, wanted: str) -> list[Artifact]:
    try:
        server = Server(receiver.discovery_url, user=receiver.username, password=receiver.password)
        shown = [each for each in server.default.collections if wanted in {each.id, each.title}]
        if not shown:
            raise ProofError(proof, "the server does not show this collection to this client")
        pages = list(as_pages(shown[0].get_objects, per_request=PAGE))
    except requests.HTTPError as refused:
        raise ProofError(proof, f"answered {refused.response.status_code}") from None
    return [each for page in pages for each in page.get("objects", [])]


def must_be_refused(receiver: Receiver, api_root: str, other: str) -> None:
    """Check that another body's collection does not exist for this client.

    Raises:
        ProofError: it was served, or refused in a way that tells that it exists.

    """
    proof = f"{CLIENT} is refused another body's collection as {receiver.body}"
    url = f"{api_root}collections/{other}/"
    collection = Collection(url, user=receiver.username, password=receiver.password)
    try:
        collection.get_objects()
    except requests.HTTPError as refused:
        if refused.response.status_code == HTTPStatus.NOT_FOUND:
            return
        raise ProofError(proof, f"answered {refused.response.status_code}, not 404") from None
    raise ProofError(proof, "it was served")


def open_series(receiver: Receiver, artifacts: Sequence[Artifact]) -> Iterator[SealedCopy]:
    """Open the copies of a series from its beginning and check each against the one before.

    Raises:
        ProofError: a copy fails one of the checks, which the error names.

    """
    seq, before, newest = 0, "", dict[str, int]()
    for artifact in artifacts:
        plaintext = _opened(receiver, artifact)
        document = json.loads(plaintext)
        manifest = document["manifest"]
        if manifest["kind"] == "heartbeat":
            continue
        _check(receiver, manifest, seq=seq, before=before, newest=newest)
        seq, before = manifest["seq"], hashlib.sha256(plaintext).hexdigest()
        newest[manifest["tracking_id"]] = manifest["revision"]
        yield _copy(manifest, plaintext, document)


def _opened(receiver: Receiver, artifact: Artifact) -> bytes:
    payload, what = base64.b64decode(artifact["payload_bin"]), f"a sealed copy of {receiver.body}"
    if hashlib.sha256(payload).hexdigest() != artifact["hashes"]["SHA-256"]:
        raise ProofError(f"SHA-256 of {what}", "the payload is not what its hash says")
    return receiver.home.open(payload, pin=receiver.pin, what=what)


def _check(
    receiver: Receiver, manifest: dict[str, Any], *, seq: int, before: str, newest: dict[str, int]
) -> None:
    right = {
        "it is sealed to the receiver": manifest["to"] == receiver.fingerprint,
        "its number follows the one before": manifest["seq"] == seq + 1,
        "its revision is newer": manifest["revision"] > newest.get(manifest["tracking_id"], 0),
        "it has not run out": datetime.fromisoformat(manifest["valid_until"]) > datetime.now(UTC),
        "it names the copy before it": manifest["prev_sha256"] == before,
    }
    for check, holds in right.items():
        if not holds:
            raise ProofError(f"copy {manifest['seq']} of {receiver.body}: {check}", "it does not")


def _copy(manifest: dict[str, Any], plaintext: bytes, document: dict[str, Any]) -> SealedCopy:
    return SealedCopy(
        tracking_id=manifest["tracking_id"],
        revision=manifest["revision"],
        kind=manifest["kind"],
        seq=manifest["seq"],
        receipt_code=manifest["receipt_code"],
        plaintext=plaintext,
        bundle=document["bundle"],
        notes=tuple(document["notes"]),
    )
