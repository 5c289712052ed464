"""Where mail programs look for a certificate by its address: the Web Key Directory.

The path is that of draft-koch-openpgp-webkey-service, section 3.1.
"""

import hashlib

ZBASE32 = "ybndrfg8ejkmcpqxot1uwisza345h769"
LETTER_BITS = 5


def local_part_hash(address: str) -> str:
    """Return the last part of the directory's path for a mail address: 32 letters of z-base-32."""
    local = address.partition("@")[0].lower()
    bits = int.from_bytes(hashlib.sha1(local.encode(), usedforsecurity=False).digest())
    letters = 160 // LETTER_BITS
    return "".join(ZBASE32[bits >> LETTER_BITS * place & 31] for place in reversed(range(letters)))
