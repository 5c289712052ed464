"""The hub's public certificate, as a file that everybody may read: who signs, and until when.

Nothing here can sign: the web process reads this, the secret part is the worker's (`keys/hubkey.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from hub.core.errors import IncompleteError
from keys import openpgp, packets
from keys.gate import addressed
from keys.homes import GpgError
from keys.listing import Key, Listing
from keys.packets import MalformedError

UNREADABLE = "The hub's certificate is missing or cannot be read."
BEYOND = timedelta(days=90)  # a signature must verify so long after the publication that it serves


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCertificate:
    """What recipients import: `blob` is binary, `fingerprint` the primary key's, which they pin.

    `signing` are the signing subkeys, ended ones too, the newest first.
    """

    fingerprint: str
    user_ids: tuple[str, ...]
    signing: tuple[Key, ...]
    blob: bytes

    def names(self, address: str) -> bool:
        """Tell whether a user id in force has this mail address."""
        return any(address.casefold() == addressed(user_id) for user_id in self.user_ids)

    def signs_until(self, now: datetime) -> datetime | None:
        """Return the first instant at which no signing subkey is in force any more; None where none is."""
        ends = [key.expires_at or datetime.max.replace(tzinfo=now.tzinfo) for key in self.in_force(now)]
        return max(ends, default=None)

    def in_force(self, now: datetime) -> tuple[Key, ...]:
        """Return the signing subkeys in force at this instant, the newest first."""
        return tuple(key for key in self.signing if key.valid(now))

    def serves(self, publication_at: datetime, *, now: datetime) -> bool:
        """Tell whether what is signed now still verifies BEYOND the publication."""
        end = self.signs_until(now)
        return end is not None and publication_at + BEYOND <= end


def read(file: Path, *, gpg: str) -> HubCertificate:
    """Return the certificate in an armoured file; it is parsed again only when the file has changed.

    Raises:
        IncompleteError: it is missing or cannot be read.

    """
    try:
        [(_, blob)] = packets.dearmor(file.read_bytes())
        [listed] = _listed(blob, gpg)
    except (OSError, ValueError, MalformedError, GpgError):
        raise IncompleteError(UNREADABLE, missing=str(file)) from None
    signing = sorted(signing_keys(listed), key=lambda key: key.created_at)
    return HubCertificate(
        fingerprint=listed.primary.fingerprint,
        user_ids=listed.user_ids,
        signing=tuple(signing[::-1]),  # of two made in one second, the one added last comes first
        blob=blob,
    )


def signing_keys(listed: Listing) -> tuple[Key, ...]:
    """Return the subkeys that are meant for signing, in the order in which they were added."""
    return tuple(key for key in listed.keys[1:] if "s" in key.uses)


@lru_cache(maxsize=4)
def _listed(certificate: bytes, gpg: str) -> tuple[Listing, ...]:
    return openpgp.list_certificates(certificate, gpg=gpg)  # a process; the worker asks for every copy
