"""One sealed copy for a body's tools: an artifact around the signed and encrypted envelope."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.delivery.signing import signer_of
from feeds.formats import stix
from feeds.formats.content import DRILL
from feeds.formats.envelope import Manifest
from feeds.formats.tlp import Tlp
from hub.core.config import Config
from keys.sealing import Sealable, seal

VALID = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCopy:
    """An artifact ready to be stored, and the hash of its plaintext."""

    artifact: bytes
    sha256: str


def sealed_copy(
    manifest: Manifest, plaintext: bytes, *, tlp: Tlp, certificate: Sealable, config: Config, now: datetime
) -> SealedCopy:
    """Seal an envelope to this certificate; what stands outside is what its manifest says.

    Raises:
        CertificateUnusableError: the certificate cannot be sealed to now.
        SealingFailedError: sealing failed; nothing may be stored.

    """
    artifact = stix.artifact(
        seal(plaintext, certificate=certificate, signer=signer_of(config), now=now),
        recipient=manifest.to,
        tracking_id=manifest.tracking_id,
        revision=manifest.revision,
        kind=DRILL if manifest.drill else manifest.kind,
        tlp=tlp,
        seq=manifest.seq,
    )
    return SealedCopy(artifact=artifact, sha256=hashlib.sha256(plaintext).hexdigest())
