"""What a page hands to the browser's passkey functions, and what comes back when one is made. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers import parse_client_data_json, parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub.accounts.passkeys.assertion import LARGEST, UNPROVEN, Assertion, AssertionRefusedError

PATIENCE = 120_000  # milliseconds that a person has to touch the authenticator
HUB = "Priority Information Hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The hub as passkeys know it: `rp_id` is its host name, `origin` scheme://host[:port]."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What is kept of a passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def request_options(challenge: bytes, credential_ids: Iterable[bytes], *, site: Site) -> str:
    """Return PublicKeyCredentialRequestOptionsJSON: sign this challenge with one of these passkeys."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=PATIENCE,
        allow_credentials=_descriptors(credential_ids),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def creation_options(
    challenge: bytes, *, user: bytes, email: str, name: str, taken: Iterable[bytes], site: Site
) -> str:
    """Return PublicKeyCredentialCreationOptionsJSON: make a passkey, but not where one of `taken` is."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=HUB,
        user_id=user,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=PATIENCE,
        exclude_credentials=_descriptors(taken),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def check_registration(answer: str, *, challenge: bytes, site: Site) -> NewKey:
    """Return the key that an authenticator has just made for this site, with its person verified.

    Raises:
        AssertionRefusedError: it is malformed or was not made for this challenge and site.

    """
    if len(answer) > LARGEST:
        raise AssertionRefusedError("This is not the answer of a passkey")
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (*UNPROVEN, RecursionError) as error:
        raise AssertionRefusedError("The passkey could not be registered. Try again") from error
    return NewKey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )


def challenge_of(answer: str | Assertion) -> bytes:
    """Return the challenge that RegistrationResponseJSON or an assertion answers; nothing is checked yet.

    Raises:
        AssertionRefusedError: it is neither.

    """
    try:
        if isinstance(answer, str):
            said = parse_registration_credential_json(answer).response.client_data_json
        else:
            said = answer.client_data_json
        return parse_client_data_json(said).challenge
    except (*UNPROVEN, RecursionError) as error:
        raise AssertionRefusedError("This is not the answer of a passkey") from error


def _descriptors(credential_ids: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in credential_ids]
