"""An assertion proves one thing to one site; whatever is changed about it, it proves nothing."""

import hashlib
import json
from dataclasses import fields, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import example, given
from hypothesis import strategies as st
from webauthn.helpers import encode_cbor

from hub.accounts.passkeys.assertion import Assertion, AssertionRefusedError, check_assertion, encoded
from hub.demo.passkey import SoftPasskey

SITE, ORIGIN = "hub.example", "https://hub.example"
CHALLENGE = bytes(range(32))
PASSKEY = SoftPasskey.create(SITE)
GOOD = PASSKEY.sign(CHALLENGE, origin=ORIGIN)
SIGNED = ("authenticator_data", "client_data_json", "signature")


def check(
    assertion: Assertion,
    *,
    challenge: bytes = CHALLENGE,
    public_key: bytes = PASSKEY.public_key,
    rp_id: str = SITE,
    origin: str = ORIGIN,
    last: int = 0,
) -> int:
    return check_assertion(
        assertion,
        challenge=challenge,
        public_key=public_key,
        rp_id=rp_id,
        origin=origin,
        last_sign_count=last,
    )


def signed_again(assertion: Assertion) -> Assertion:
    """Return it with a right signature over whatever it says."""
    over = assertion.authenticator_data + hashlib.sha256(assertion.client_data_json).digest()
    return replace(assertion, signature=PASSKEY.key.sign(over))


def test_an_untouched_assertion_is_taken_and_gives_the_new_counter() -> None:
    assert check(GOOD) == 1


@given(part=st.sampled_from(SIGNED), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused(part: str, at: int, bit: int) -> None:
    spoilt = bytearray(getattr(GOOD, part))
    spoilt[at % len(spoilt)] ^= 1 << bit
    with pytest.raises(AssertionRefusedError):
        check(replace(GOOD, **{part: bytes(spoilt)}))


@pytest.mark.parametrize("part", SIGNED)
def test_every_single_byte_counts(part: str) -> None:
    whole: bytes = getattr(GOOD, part)
    for at, value in enumerate(whole):
        spoilt = whole[:at] + bytes([value ^ 0xFF]) + whole[at + 1 :]
        with pytest.raises(AssertionRefusedError):
            check(replace(GOOD, **{part: spoilt}))


@pytest.mark.parametrize("part", SIGNED)
def test_a_part_cut_off_or_lengthened_is_refused(part: str) -> None:
    whole: bytes = getattr(GOOD, part)
    for spoilt in (b"", whole[:-1], whole + b"\x00"):
        with pytest.raises(AssertionRefusedError):
            check(replace(GOOD, **{part: spoilt}))


@given(st.binary(max_size=64))
def test_another_challenge_is_refused(other: bytes) -> None:
    if other != CHALLENGE:
        with pytest.raises(AssertionRefusedError):
            check(GOOD, challenge=other)


@pytest.mark.parametrize(
    "origin",
    [
        "http://hub.example",
        "https://hub.example:8443",
        "https://hub.example.attacker.test",
        "https://sub.hub.example",
        "https://HUB.example",
        "https://hub.example/",
        "null",
        "",
    ],
)
def test_an_assertion_made_on_another_origin_is_refused(origin: str) -> None:
    with pytest.raises(AssertionRefusedError):
        check(PASSKEY.sign(CHALLENGE, origin=origin))


@pytest.mark.parametrize("site", ["example", "attacker.test", "sub.hub.example", ""])
def test_an_assertion_for_another_rp_id_is_refused(site: str) -> None:
    other = SoftPasskey(rp_id=site, credential_id=PASSKEY.credential_id, key=PASSKEY.key)
    with pytest.raises(AssertionRefusedError):
        check(other.sign(CHALLENGE, origin=ORIGIN))


def test_an_assertion_without_user_verification_is_refused() -> None:
    with pytest.raises(AssertionRefusedError):
        check(PASSKEY.sign(CHALLENGE, origin=ORIGIN, verified=False))


def test_another_passkey_is_refused_under_the_name_of_the_right_one() -> None:
    other = SoftPasskey.create(SITE).sign(CHALLENGE, origin=ORIGIN)
    with pytest.raises(AssertionRefusedError):
        check(replace(other, credential_id=PASSKEY.credential_id))


@pytest.mark.parametrize("last", [1, 2, 1_000_000])
def test_a_counter_that_did_not_go_up_is_refused(last: int) -> None:
    with pytest.raises(AssertionRefusedError):
        check(GOOD, last=last)


def test_an_authenticator_without_a_counter_is_taken_again_and_again() -> None:
    data = GOOD.authenticator_data[:-4] + bytes(4)
    assert check(signed_again(replace(GOOD, authenticator_data=data)), last=0) == 0


def test_a_counter_that_fell_back_to_none_is_refused() -> None:
    data = GOOD.authenticator_data[:-4] + bytes(4)
    with pytest.raises(AssertionRefusedError):
        check(signed_again(replace(GOOD, authenticator_data=data)), last=1)


@pytest.mark.parametrize("change", [{"type": "webauthn.create"}, {"crossOrigin": True}, {"origin": None}])
def test_a_right_signature_over_other_client_data_is_refused(change: dict[str, object]) -> None:
    said = json.loads(GOOD.client_data_json) | change
    with pytest.raises(AssertionRefusedError):
        check(signed_again(replace(GOOD, client_data_json=json.dumps(said).encode())))


@pytest.mark.parametrize("said", [b"[]", b"7", b"{}", b'{"type":1,"challenge":2,"origin":3}', b"\xff"])
def test_a_right_signature_over_what_is_no_client_data_is_refused(said: bytes) -> None:
    with pytest.raises(AssertionRefusedError):
        check(signed_again(replace(GOOD, client_data_json=said)))


@given(st.binary(max_size=128))
def test_a_right_signature_over_any_authenticator_data_but_the_sites_own_is_refused(data: bytes) -> None:
    with pytest.raises(AssertionRefusedError):
        check(signed_again(replace(GOOD, authenticator_data=data)))


@given(st.binary(max_size=96))
@example(encode_cbor({1: 1, 3: -8, -1: 6, -2: bytes(31)}))
@example(encode_cbor({1: 1, 3: -8}))
@example(encode_cbor([]))
def test_a_broken_public_key_proves_nothing(public_key: bytes) -> None:
    with pytest.raises(AssertionRefusedError):
        check(GOOD, public_key=public_key)


def test_the_keys_of_most_authenticators_are_taken_too() -> None:
    key = generate_private_key(SECP256R1())
    point = key.public_key().public_numbers()
    cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
    over = GOOD.authenticator_data + hashlib.sha256(GOOD.client_data_json).digest()
    signature = key.sign(over, ECDSA(SHA256()))
    assert check(replace(GOOD, signature=signature), public_key=encode_cbor(cose)) == 1


@given(
    st.builds(Assertion, **{field.name: st.binary(min_size=1, max_size=80) for field in fields(Assertion)})
)
def test_an_assertion_written_as_json_is_read_the_same(assertion: Assertion) -> None:
    assert Assertion.from_json(assertion.to_json()) == assertion


def test_what_a_browser_adds_does_not_matter() -> None:
    whole = json.loads(GOOD.to_json())
    whole["response"]["userHandle"] = "AAAA"
    whole |= {"clientExtensionResults": {}, "authenticatorAttachment": "platform"}
    assert Assertion.from_json(json.dumps(whole)) == GOOD


@given(
    st.one_of(
        st.text(max_size=64),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["id", "rawId", "response", "signature"]), inner)
            ),
        ).map(json.dumps),
    )
)
@example("[" * 16_000)
@example(GOOD.to_json() + " " * 20_000)
@example(GOOD.to_json().replace(encoded(GOOD.signature), ""))
@example(GOOD.to_json().replace(encoded(GOOD.signature), encoded(GOOD.signature) + "="))
@example(GOOD.to_json().replace(encoded(GOOD.signature), "*" + encoded(GOOD.signature)))
@example(GOOD.to_json().replace(encoded(GOOD.signature), "é" + encoded(GOOD.signature)))
def test_what_is_no_assertion_is_refused(text: str) -> None:
    with pytest.raises(AssertionRefusedError):
        Assertion.from_json(text)
