"""Assertions: what a passkey signs, and how it is checked. Pure: whoever holds the values can check.

The rules (WebAuthn Level 3, 7.2; SECURITY 9), each of which refuses:
* the challenge is the one that was handed out, the signature is by the expected public key;
* origin and RP ID are exactly the hub's, and the page was in no frame of another site;
* the person was present and verified (PIN, fingerprint, face), not only present;
* the signature counter went up, unless the authenticator keeps none (0 for ever): a drop means a copy.

An assertion does not say whose key must have made it: the caller looks the public key up by
`credential_id`, among the keys that it trusts for this purpose.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

from webauthn import verify_authentication_response
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AuthenticationCredential, AuthenticatorAssertionResponse

from hub.core.errors import NotAllowedError

LARGEST = 16 * 1024  # characters of JSON; real ones have less than 2000
# The library's refusals, and what its parsers stumble over in hostile bytes.
UNPROVEN = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError)


class AssertionRefusedError(NotAllowedError):
    """The assertion is malformed or does not prove what was asked; which of both is nobody's help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a passkey answered to a challenge; bytes as the browser handed them out."""

    credential_id: bytes
    authenticator_data: bytes
    client_data_json: bytes
    signature: bytes

    def to_json(self) -> str:
        """Return WebAuthn's own JSON (Level 3, 5.1: AuthenticationResponseJSON), bytes in base64url."""
        name = encoded(self.credential_id)
        response = {
            "authenticatorData": encoded(self.authenticator_data),
            "clientDataJSON": encoded(self.client_data_json),
            "signature": encoded(self.signature),
        }
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    @classmethod
    def from_json(cls, text: str) -> "Assertion":
        """Read what `to_json` wrote or what a browser's `PublicKeyCredential.toJSON()` gave.

        Raises:
            AssertionRefusedError: it is too long, or no such JSON.

        """
        if len(text) > LARGEST:
            raise AssertionRefusedError("This is not the answer of a passkey")
        try:
            whole = json.loads(text)
            response = whole["response"]
            return cls(
                credential_id=_named(whole, "rawId"),
                authenticator_data=_named(response, "authenticatorData"),
                client_data_json=_named(response, "clientDataJSON"),
                signature=_named(response, "signature"),
            )
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise AssertionRefusedError("This is not the answer of a passkey") from error


def check_assertion(
    assertion: Assertion,
    *,
    challenge: bytes,
    public_key: bytes,
    rp_id: str,
    origin: str,
    last_sign_count: int,
) -> int:
    """Return the new signature counter of an assertion that proves what was asked.

    `public_key` is the COSE key kept at registration, `rp_id` a host name, `origin` scheme://host[:port].

    Raises:
        AssertionRefusedError: it breaks one of the rules above.

    """
    try:
        verified = verify_authentication_response(
            credential=_credential(assertion),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=last_sign_count,
            require_user_verification=True,
        )
    except UNPROVEN as error:
        raise AssertionRefusedError("The passkey did not prove who you are. Try again") from error
    if parse_client_data_json(assertion.client_data_json).cross_origin:
        raise AssertionRefusedError("The passkey did not prove who you are. Try again")
    return verified.new_sign_count


def encoded(raw: bytes) -> str:
    """Write bytes as WebAuthn's JSON does: base64url without padding (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Read base64url without padding, and nothing else.

    Raises:
        ValueError: it has another character, or another length than any bytes would give.

    """
    if "=" in text:
        raise ValueError("base64url with padding")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _named(values: Mapping[str, str], name: str) -> bytes:
    found = decoded(values[name])
    if not found:
        raise ValueError(f"{name} is empty")
    return found


def _credential(assertion: Assertion) -> AuthenticationCredential:
    return AuthenticationCredential(
        id=encoded(assertion.credential_id),
        raw_id=assertion.credential_id,
        response=AuthenticatorAssertionResponse(
            client_data_json=assertion.client_data_json,
            authenticator_data=assertion.authenticator_data,
            signature=assertion.signature,
        ),
    )
