"""A passkey in software (Ed25519): the demo's people have no authenticator that a program could touch.

It answers as an authenticator does (WebAuthn Level 3, 6.1 and 6.5) and always says that it verified its
person; only the demo and the tests use it.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from webauthn.helpers import encode_cbor

from hub.accounts.passkeys.assertion import Assertion, decoded, encoded

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40  # flags of authenticator data (Level 3, 6.1)
NO_MODEL = bytes(16)  # AAGUID: tells nothing of the authenticator's make


@dataclass(slots=True, kw_only=True)
class SoftPasskey:
    """One passkey of one site; `sign_count` goes up with every answer."""

    rp_id: str
    credential_id: bytes
    key: Ed25519PrivateKey
    sign_count: int = 0

    @classmethod
    def create(cls, rp_id: str) -> "SoftPasskey":
        """Make a new passkey for a site (its host name)."""
        return cls(rp_id=rp_id, credential_id=secrets.token_bytes(32), key=Ed25519PrivateKey.generate())

    @property
    def public_key(self) -> bytes:
        """The public key as the site keeps it: a COSE key (RFC 9053, 7.2): OKP, EdDSA, Ed25519."""
        return encode_cbor({1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()})

    def register(self, options_json: str, origin: str) -> str:
        """Return RegistrationResponseJSON for a page's creation options; attestation "none"."""
        options = json.loads(options_json)
        client_data = _client_data("webauthn.create", decoded(options["challenge"]), origin)
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": self._data_with_key()})
        response = {"clientDataJSON": encoded(client_data), "attestationObject": encoded(attestation)}
        name = encoded(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def sign(self, challenge: bytes, *, origin: str, verified: bool = True) -> Assertion:
        """Answer a challenge; with `verified=False`, as if nobody had entered a PIN."""
        self.sign_count += 1
        data = self._data(PRESENT | (VERIFIED if verified else 0))
        client_data = _client_data("webauthn.get", challenge, origin)
        return Assertion(
            credential_id=self.credential_id,
            authenticator_data=data,
            client_data_json=client_data,
            signature=self.key.sign(data + hashlib.sha256(client_data).digest()),
        )

    def _data(self, flags: int) -> bytes:
        site = hashlib.sha256(self.rp_id.encode()).digest()
        return site + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _data_with_key(self) -> bytes:
        length = len(self.credential_id).to_bytes(2, "big")
        attested = NO_MODEL + length + self.credential_id + self.public_key
        return self._data(PRESENT | VERIFIED | WITH_KEY) + attested


def _client_data(kind: str, challenge: bytes, origin: str) -> bytes:
    values = {"type": kind, "challenge": encoded(challenge), "origin": origin, "crossOrigin": False}
    return json.dumps(values, separators=(",", ":")).encode()
