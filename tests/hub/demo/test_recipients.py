from pathlib import Path

import pytest

from hub.demo.errors import ProofError
from hub.demo.recipients import GnupgHome
from tests.hub.demo.gpg import signed_and_sealed

PLAIN = "ポンプの遠隔操作".encode()


def test_the_contact_opens_what_the_pinned_key_signed(contact: GnupgHome, stranger: GnupgHome) -> None:
    sealed = signed_and_sealed(PLAIN, stranger, contact)
    assert contact.open(sealed, pin=stranger.fingerprint(), what="a copy") == PLAIN


def test_another_signer_than_the_pinned_one_is_refused(contact: GnupgHome, stranger: GnupgHome) -> None:
    sealed = signed_and_sealed(PLAIN, stranger, contact)
    with pytest.raises(ProofError, match=r"signature of a copy: signed by"):
        contact.open(sealed, pin="0" * 40, what="a copy")


def test_a_copy_for_somebody_else_does_not_open(contact: GnupgHome, stranger: GnupgHome) -> None:
    sealed = contact.seal_unsigned(PLAIN, to=contact.fingerprint())
    with pytest.raises(ProofError, match=r"gpg opens a copy"):
        stranger.open(sealed, pin=contact.fingerprint(), what="a copy")


def test_an_unsigned_copy_is_refused(contact: GnupgHome) -> None:
    sealed = contact.seal_unsigned(PLAIN, to=contact.fingerprint())
    with pytest.raises(ProofError, match=r"no good signature"):
        contact.open(sealed, pin=contact.fingerprint(), what="a copy")


def test_a_damaged_copy_is_refused(contact: GnupgHome, stranger: GnupgHome) -> None:
    sealed = bytearray(signed_and_sealed(PLAIN, stranger, contact))
    sealed[-20] ^= 1
    with pytest.raises(ProofError):
        contact.open(bytes(sealed), pin=stranger.fingerprint(), what="a copy")


def test_the_hubs_certificate_is_imported_only_under_its_pinned_fingerprint(
    contact: GnupgHome, stranger: GnupgHome, tmp_path: Path
) -> None:
    certificate = tmp_path / "hub.asc"
    certificate.write_bytes(stranger.public_key())
    contact.trust_hub(certificate, pin=stranger.fingerprint())
    with pytest.raises(ProofError, match="fingerprint is"):
        contact.trust_hub(certificate, pin=contact.fingerprint())
