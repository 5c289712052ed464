"""Why a certificate is refused: one reason each, with what its owner can do about it.

The sentences are message ids; whoever shows one to a person translates it.
"""

from enum import StrEnum

from hub.core.errors import InputError


class Reason(StrEnum):
    """One way in which a certificate cannot be used."""

    TOO_LARGE = "too-large"
    SECRET_KEY = "secret-key"  # noqa: S105 - the name of a reason
    SEVERAL_CERTIFICATES = "several-certificates"
    TOO_MANY_PACKETS = "too-many-packets"
    UNREADABLE = "unreadable"
    UNSUPPORTED_VERSION = "unsupported-version"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NO_ENCRYPTION_KEY = "no-encryption-key"
    ENCRYPTION_KEY_EXPIRED = "encryption-key-expired"
    WEAK_KEY = "weak-key"
    WEAK_ALGORITHM = "weak-algorithm"
    WEAK_SIGNATURE = "weak-signature"
    WRONG_ADDRESS = "wrong-address"
    TRIAL_FAILED = "trial-failed"

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, in English."""
        return SENTENCES[self]


SENTENCES = {
    Reason.TOO_LARGE: (
        "The file is larger than 64 KiB. Export your public key without the signatures of others and "
        "without photographs, and upload it again."
    ),
    Reason.SECRET_KEY: (
        "This is a secret key. Nobody else may ever have it: consider it lost, revoke it, make a new key "
        "pair and upload its public key only. The hub has not kept the file."
    ),
    Reason.SEVERAL_CERTIFICATES: (
        "The file holds more than one public key. Export only the key of this contact and upload it again."
    ),
    Reason.TOO_MANY_PACKETS: (
        "The public key has too many parts. Export it without the signatures of others and upload it again."
    ),
    Reason.UNREADABLE: (
        "The file is not a complete OpenPGP public key. Export your public key again, armoured or binary, "
        "and upload the whole file."
    ),
    Reason.UNSUPPORTED_VERSION: (
        "The key is of a version that not every program can read. Make a key of version 4 and upload its "
        "public key."
    ),
    Reason.REVOKED: "This key has been revoked. Make a new key pair and upload its public key.",
    Reason.EXPIRED: (
        "This key has expired. Extend its expiry date or make a new key pair, and upload the public key."
    ),
    Reason.NO_ENCRYPTION_KEY: (
        "This key cannot be used for encryption. Add an encryption subkey, or make a new key pair, and "
        "upload the public key."
    ),
    Reason.ENCRYPTION_KEY_EXPIRED: (
        "The encryption subkey has expired. Extend its expiry date or add a new encryption subkey, and "
        "upload the public key."
    ),
    Reason.WEAK_KEY: (
        "The key is too short. Make a new key pair with Curve 25519 or with RSA of at least 3072 bits, and "
        "upload its public key."
    ),
    Reason.WEAK_ALGORITHM: (
        "DSA and ElGamal keys are not accepted. Make a new key pair with Curve 25519 or with RSA of at "
        "least 3072 bits, and upload its public key."
    ),
    Reason.WEAK_SIGNATURE: (
        "The key is signed with SHA-1 or MD5, which can be forged. Renew its own signatures with SHA-256 or "
        "better, for example by setting its expiry date again, and upload the public key."
    ),
    Reason.WRONG_ADDRESS: (
        "No user ID of this key has the e-mail address of the contact. Add a user ID with that address, or "
        "upload the key that belongs to it."
    ),
    Reason.TRIAL_FAILED: (
        "A trial encryption to this key failed. Make a new key pair with Curve 25519 and upload its public "
        "key, or ask the hub's staff for help."
    ),
}


class CertificateRefusedError(InputError):
    """The certificate cannot be used, for `reason`; the text tells its owner what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__({"certificate": reason.sentence})
        self.args = (reason.sentence,)
        self.reason = reason
