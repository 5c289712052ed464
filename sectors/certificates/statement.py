"""What a person signs who has compared a fingerprint: that this key is this contact's, of this body."""

import hashlib
import uuid

import orjson

FORM = "priority-hub/certificate-statement/1"


def challenge(
    *, fingerprint: str, contact_id: uuid.UUID, email: str, body_id: uuid.UUID, body_name: str
) -> bytes:
    """Return what the person's passkey signs; the body's name, too, as it was compared."""
    stated = {
        "form": FORM,
        "fingerprint": fingerprint,
        "contact_id": contact_id,
        "email": email,
        "body_id": body_id,
        "body_name": body_name,
    }
    return hashlib.sha256(orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).digest()
