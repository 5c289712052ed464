"""The second judge of certificates, and the writer of armour; the only importer of pysequoia.

Sequoia's policy refuses what GnuPG still takes (SHA-1 bound keys, short ones). It does encrypt to
expired and revoked certificates, so its word alone is not enough either: both must agree.
"""

from dataclasses import dataclass

import pysequoia
from pysequoia import packet

from keys.packets import MalformedError, Tag, walk

WEAK_HASHES = (packet.HashAlgorithm.MD5, packet.HashAlgorithm.SHA1, packet.HashAlgorithm.RipeMD)
PROBE = b"trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What Sequoia says: key ids (16 hex) that it would encrypt to, user ids that it takes as bound."""

    fingerprint: str
    revoked: bool
    user_ids: tuple[str, ...]
    encrypts_to: frozenset[str]
    weak_signature: bool


def judge(certificate: bytes) -> Opinion:
    """Return Sequoia's opinion of one binary certificate.

    Raises:
        MalformedError: Sequoia cannot read it.

    """
    try:
        cert = pysequoia.Cert.from_bytes(certificate)
        pile = packet.PacketPile.from_bytes(certificate)
        weak = any(item.hash_algorithm in WEAK_HASHES for item in pile if item.hash_algorithm is not None)
        return Opinion(
            fingerprint=cert.fingerprint.upper(),
            revoked=cert.is_revoked,
            user_ids=_user_ids(cert),
            encrypts_to=_encrypts_to(cert),
            weak_signature=weak,
        )
    except RuntimeError:  # the one error that pysequoia raises; its text quotes the input
        raise MalformedError("Sequoia cannot read the certificate") from None


def _user_ids(cert: pysequoia.Cert) -> tuple[str, ...]:
    try:
        return tuple(str(user_id) for user_id in cert.user_ids)
    except RuntimeError:  # the policy takes none of the binding signatures
        return ()


def _encrypts_to(cert: pysequoia.Cert) -> frozenset[str]:
    try:
        sealed = pysequoia.encrypt(PROBE, [cert], armor=False)
    except RuntimeError:  # no key that the policy takes
        return frozenset()
    return frozenset(_key_id(item.body) for item in walk(sealed) if item.tag == Tag.PKESK)


def _key_id(session_key: bytes) -> str:
    if session_key[0] == 6:  # noqa: PLR2004 - version 6 names a whole fingerprint (RFC 9580, 5.1.2)
        return session_key[3 : 2 + session_key[1]][-8:].hex().upper()
    return session_key[1:9].hex().upper()


def armor(message: bytes) -> bytes:
    """Return a binary message as ASCII, with the checksum at its end.

    RFC 9580 (6.1) lets the checksum out, but GnuPG 2.2.40 then reads past the last line where the base64
    has no padding, and refuses one message in three as manipulated.
    """
    return str(pysequoia.armor(message, pysequoia.ArmorKind.Message)).encode("ascii")
