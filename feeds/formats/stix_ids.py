"""Ids and instants of STIX objects: the same release always gets the same ones.

STIX 2.1, section 2.9, asks for UUIDv4 on domain objects, relationships and bundles; ours have its shape
and are the bits of an HMAC-SHA256, so that nobody outside can tell which matter an id belongs to.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from uuid import UUID

HUB_SPACE = b"priority-hub/1"

IDENTITY_ID = "identity--a944b0ba-3255-4b31-917b-7bd9a32f9c1e"
EXTENSION_ID = "extension-definition--c2a6f1de-6a0e-4d3c-9b7e-0b9f5d3a7e11"
HUB_CREATED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def stix_id(secret: bytes, object_type: str, part: str) -> str:
    """Return the id of this part of a matter; the part's name is the same in every revision."""
    digest = hmac.new(secret, f"{object_type}/{part}".encode(), hashlib.sha256).digest()
    return f"{object_type}--{UUID(bytes=digest[:16], version=4)}"


def hub_id(object_type: str, part: str) -> str:
    """Return the id of an object that is the same in every matter (a statement, a sector)."""
    return stix_id(HUB_SPACE, object_type, part)


def millisecond(instant: datetime) -> datetime:
    """Cut an instant to the milliseconds that STIX keeps of `created` and `modified` (section 3.2)."""
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
