"""The demo's passkey registers and answers as an authenticator does: another's library takes it."""

from webauthn import generate_registration_options, options_to_json, verify_registration_response

from hub.accounts.passkeys.assertion import check_assertion
from hub.demo.passkey import SoftPasskey

SITE, ORIGIN = "localhost", "http://localhost:8000"


def test_what_was_registered_is_the_key_that_answers() -> None:
    passkey = SoftPasskey.create(SITE)
    options = generate_registration_options(rp_id=SITE, rp_name="hub", user_name="someone")
    kept = verify_registration_response(
        credential=passkey.register(options_to_json(options), ORIGIN),
        expected_challenge=options.challenge,
        expected_rp_id=SITE,
        expected_origin=ORIGIN,
        require_user_verification=True,
    )
    assert (kept.credential_id, kept.credential_public_key) == (passkey.credential_id, passkey.public_key)
    assert kept.fmt == "none"
    assert kept.user_verified

    count = kept.sign_count
    for challenge in (b"first", b"second"):
        assertion = passkey.sign(challenge, origin=ORIGIN)
        assert assertion.credential_id == kept.credential_id
        before, count = (
            count,
            check_assertion(
                assertion,
                challenge=challenge,
                public_key=kept.credential_public_key,
                rp_id=SITE,
                origin=ORIGIN,
                last_sign_count=count,
            ),
        )
        assert count > before


def test_two_passkeys_are_different() -> None:
    one, other = SoftPasskey.create(SITE), SoftPasskey.create(SITE)
    assert one.credential_id != other.credential_id
    assert one.public_key != other.public_key
