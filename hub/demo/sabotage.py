"""Breaking one thing on purpose, so that it shows that a proof can fail; for tests and hidden use."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from hub.demo.poll import Artifact, Receiver


class Break(StrEnum):
    """What can be broken."""

    WRONG_KEY = "wrong-key"
    OTHER_COLLECTION = "other-collection"
    UNSIGNED_COPY = "unsigned-copy"


def broken_receiver(mine: Receiver, other: Receiver, what: Break | None) -> Receiver:
    """Return the receiver as it is, or with another body's key or collection in place of its own."""
    if what is Break.WRONG_KEY:
        return replace(mine, home=other.home)
    if what is Break.OTHER_COLLECTION:
        return replace(mine, collection_id=other.collection_id)
    return mine


def broken_artifacts(mine: Receiver, artifacts: Sequence[Artifact], what: Break | None) -> Sequence[Artifact]:
    """Return what was polled as it is, or with a first copy that says the same and that nobody signed."""
    if what is not Break.UNSIGNED_COPY:
        return artifacts
    first, *others = artifacts
    sealed = base64.b64decode(first["payload_bin"])
    plaintext = mine.home.open(sealed, pin=mine.pin, what="the copy to be broken")
    unsigned = mine.home.seal_unsigned(plaintext, to=mine.fingerprint)
    digest = {"SHA-256": hashlib.sha256(unsigned).hexdigest()}
    return [first | {"payload_bin": base64.b64encode(unsigned).decode(), "hashes": digest}, *others]
