"""Receipt codes: what only somebody who has decrypted a notice can know. Derived, never stored."""

import base64
import hashlib
import hmac
import uuid

CODE_BYTES = 10  # 80 bits, 16 characters


def code_for(delivery_id: uuid.UUID, *, key: bytes) -> str:
    """Return the receipt code of one delivery: four groups of four characters."""
    made = hmac.new(key, f"receipt\x1f{delivery_id}".encode(), hashlib.sha256).digest()[:CODE_BYTES]
    text = base64.b32encode(made).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def is_code_of(delivery_id: uuid.UUID, typed: str, *, key: bytes) -> bool:
    """Tell whether this was typed from that delivery, in any case, with or without spaces and hyphens."""
    right = plain(code_for(delivery_id, key=key))
    return hmac.compare_digest(right.encode(), plain(typed).encode())


def plain(code: str) -> str:
    """Return a code as it is compared: capital letters, no spaces, no hyphens."""
    return "".join(code.upper().split()).replace("-", "")
