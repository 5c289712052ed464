"""Uploads made to keep the hub busy: refused before GnuPG sees them; what is only well known passes."""

from datetime import datetime

import pytest

from keys import gate, packets
from keys.packets import Packet, Tag, issuers
from keys.refusals import CertificateRefusedError, Reason
from tests.keys.workshop import GPG, Holder


def under(holder: Holder, signature: Packet, times: int) -> bytes:
    """Return the holder's certificate with a signature again and again on its user id."""
    primary, user_id, *rest = packets.walk(holder.blob)
    return b"".join(map(packets.framed, [primary, user_id, *[signature] * times, *rest]))


def signature_of(holder: Holder) -> Packet:
    return next(part for part in packets.walk(holder.blob) if part.tag == Tag.SIGNATURE)


def test_a_heap_of_signatures_in_the_keys_own_name_is_refused_without_gnupg(
    water: Holder, now: datetime
) -> None:
    blob = under(water, signature_of(water), gate.MOST_OWN_SIGNATURES)
    with pytest.raises(CertificateRefusedError) as refused:
        gate.inspect(blob, expect_email=water.email, now=now, gpg="/nowhere/gpg")
    assert refused.value.reason is Reason.TOO_MANY_PACKETS


def test_a_certificate_that_many_others_have_signed_passes_without_their_signatures(
    water: Holder, energy: Holder, now: datetime
) -> None:
    blob = under(water, signature_of(energy), 2 * gate.MOST_OWN_SIGNATURES)
    passed = gate.inspect(blob, expect_email=water.email, now=now, gpg=GPG)
    assert passed.blob == water.certificate.blob


def test_a_signature_names_its_maker(water: Holder) -> None:
    assert issuers(signature_of(water)) == {water.certificate.fingerprint[-16:]}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"\x03\x05\x13\0\0\0\0ABCDEFGH\x16\x08", {b"ABCDEFGH".hex().upper()}),
        (b"\x04\x13\x16\x08\0\x01\0\0\0", set()),  # a subpacket without content
        (b"\x04\x13\x16\x08\0\0\0\x0a\x09\x10ABCDEFGH", {b"ABCDEFGH".hex().upper()}),
        (b"\x04\x13\x16\x08\0\x0d\xff\0\0\0\x09\x90ABCDEF\0", set()),  # cut short
        (b"\x04\x13", set()),
        (b"", set()),
    ],
)
def test_any_form_of_signature_is_looked_at(body: bytes, named: set[str]) -> None:
    assert issuers(Packet(tag=Tag.SIGNATURE, body=body)) == named
