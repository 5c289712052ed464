"""Every row of the table of certificates that must be refused, and those that must be accepted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysequoia
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys import gate, homes, packets
from keys.gate import Certificate, is_usable
from keys.refusals import SENTENCES, CertificateRefusedError, Reason
from tests.keys.conftest import Maker, Specimen
from tests.keys.workshop import GPG, LONG_AGO, Holder, Workshop, armoured

EMAIL = "desk@water.example.jp"
FAKED = ("--faked-system-time", LONG_AGO)
counter = iter(range(1000))


def inspected(blob: bytes, *, email: str = EMAIL, now: datetime | None = None) -> Certificate:
    return gate.inspect(blob, expect_email=email, now=now or datetime.now(UTC), gpg=GPG)


def good(shop: Workshop) -> bytes:
    return shop.made(f"good{next(counter)}@example.jp")


def expired(shop: Workshop) -> bytes:
    sizes = {"primary": ("ed25519", "sign", "30d"), "subkey": ("cv25519", "encr", "30d")}
    return shop.made("expired@example.jp", **sizes, options=FAKED)


def expired_subkey(shop: Workshop) -> bytes:
    sizes = {"primary": ("ed25519", "sign", "10y"), "subkey": ("cv25519", "encr", "30d")}
    return shop.made("subkey@example.jp", **sizes, options=FAKED)


def revoked(shop: Workshop) -> bytes:
    fingerprint = shop.make("revoked@example.jp")
    prepared = (shop.home / "openpgp-revocs.d" / f"{fingerprint}.rev").read_bytes()
    shop.gpg("--import", given=prepared.replace(b":-----", b"-----"))
    return shop.export(fingerprint)


def sign_only(shop: Workshop) -> bytes:
    return shop.made("signs@example.jp", subkey=None)


def short_rsa(shop: Workshop) -> bytes:
    return shop.made("short@example.jp", primary=("rsa1024", "sign,encrypt", "2y"), subkey=None)


def dsa(shop: Workshop) -> bytes:
    sizes = {"primary": ("dsa1024", "sign", "2y"), "subkey": ("elg1024", "encr", "1y")}
    return shop.made("dsa@example.jp", **sizes)


def sha1(shop: Workshop) -> bytes:
    return shop.made("sha1@example.jp", options=("--cert-digest-algo", "SHA1"))


def sha1_subkey(shop: Workshop) -> bytes:
    return shop.made("sha1sub@example.jp", subkey_options=("--cert-digest-algo", "SHA1"))


def newest_subkey_sha1(shop: Workshop) -> bytes:
    """GnuPG chooses the newest subkey, Sequoia would take the older one."""
    forever = {"primary": ("ed25519", "sign", "never"), "subkey": ("cv25519", "encr", "never")}
    fingerprint = shop.make("newest@example.jp", **forever, options=FAKED)
    shop.gpg("--cert-digest-algo", "SHA1", "--quick-add-key", fingerprint, "cv25519", "encr", "1y")
    return shop.export(fingerprint)


def address_bound_by_sha1(shop: Workshop) -> bytes:
    fingerprint = shop.make("first@example.jp")
    shop.gpg("--cert-digest-algo", "SHA1", "--quick-add-uid", fingerprint, f"Desk <{EMAIL}>")
    return shop.export(fingerprint)


def revoked_subkey(shop: Workshop) -> bytes:
    fingerprint = shop.make("subrevoked@example.jp")
    shop.gpg("--command-fd", "0", "--edit-key", fingerprint, given=b"key 1\nrevkey\ny\n0\n\ny\nsave\n")
    return shop.export(fingerprint)


def two(shop: Workshop) -> bytes:
    return good(shop) + good(shop)


def two_armoured(shop: Workshop) -> bytes:
    return armoured(good(shop), packets.PUBLIC_KEY_BLOCK) + armoured(good(shop), packets.PUBLIC_KEY_BLOCK)


def truncated(shop: Workshop) -> bytes:
    return good(shop)[:300]


def truncated_armour(shop: Workshop) -> bytes:
    return armoured(good(shop), packets.PUBLIC_KEY_BLOCK)[:300]


def secret(shop: Workshop) -> bytes:
    return shop.gpg("--export-secret-keys", shop.make("secret@example.jp"))


def secret_armoured(shop: Workshop) -> bytes:
    return shop.gpg("--armor", "--export-secret-keys", shop.make("armoured@example.jp"))


def another_address(shop: Workshop) -> bytes:
    return shop.made(f"x{EMAIL}")  # holds the address as a part: it must be compared as a whole


def forged(shop: Workshop) -> bytes:
    blob = bytearray(good(shop))
    blob[-20] ^= 1  # inside the subkey's binding signature
    return bytes(blob)


def junk(_: Workshop) -> bytes:
    return b"\x99" * (1 << 20)


def junk_armoured(_: Workshop) -> bytes:
    return armoured(b"\x99" * (1 << 20), packets.PUBLIC_KEY_BLOCK)


def small_junk(_: Workshop) -> bytes:
    return bytes(range(256)) * 200


def small_junk_armoured(_: Workshop) -> bytes:
    return armoured(b"\xa5" * 40_000, packets.PUBLIC_KEY_BLOCK)


def nothing(_: Workshop) -> bytes:
    return b""


def beginnings(_: Workshop) -> bytes:
    return b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n" * 1700


def many_signatures(shop: Workshop) -> bytes:
    return good(shop) + b"\xc2\x06\x04\x13\x16\x08\x00\x00" * 5000


def version_6(_: Workshop) -> bytes:
    made = pysequoia.Tsk.generate(f"<{EMAIL}>", profile=pysequoia.Profile.RFC9580)
    return bytes(made.extract_certificate())


def a_message(_: Workshop) -> bytes:
    return b"\xcb\x07b\x00\x00\x00\x00\x00x"


BAD: dict[Maker, Reason] = {
    expired: Reason.EXPIRED,
    expired_subkey: Reason.ENCRYPTION_KEY_EXPIRED,
    revoked: Reason.REVOKED,
    sign_only: Reason.NO_ENCRYPTION_KEY,
    short_rsa: Reason.WEAK_KEY,
    dsa: Reason.WEAK_ALGORITHM,
    sha1: Reason.WEAK_SIGNATURE,
    sha1_subkey: Reason.WEAK_SIGNATURE,
    newest_subkey_sha1: Reason.WEAK_SIGNATURE,
    address_bound_by_sha1: Reason.WEAK_SIGNATURE,
    revoked_subkey: Reason.NO_ENCRYPTION_KEY,
    two: Reason.SEVERAL_CERTIFICATES,
    two_armoured: Reason.SEVERAL_CERTIFICATES,
    truncated: Reason.UNREADABLE,
    truncated_armour: Reason.UNREADABLE,
    secret: Reason.SECRET_KEY,
    secret_armoured: Reason.SECRET_KEY,
    another_address: Reason.WRONG_ADDRESS,
    forged: Reason.NO_ENCRYPTION_KEY,
    junk: Reason.TOO_LARGE,
    junk_armoured: Reason.TOO_LARGE,
    small_junk: Reason.UNREADABLE,
    small_junk_armoured: Reason.UNREADABLE,
    nothing: Reason.UNREADABLE,
    beginnings: Reason.UNREADABLE,
    many_signatures: Reason.TOO_MANY_PACKETS,
    version_6: Reason.UNSUPPORTED_VERSION,
    a_message: Reason.UNREADABLE,
}


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_bad_certificate_is_refused_by_name(make: Maker, specimen: Specimen) -> None:
    with pytest.raises(CertificateRefusedError) as refused:
        inspected(specimen(make))
    assert refused.value.reason is BAD[make]
    assert str(refused.value) == SENTENCES[BAD[make]]
    assert refused.value.problems == {"certificate": SENTENCES[BAD[make]]}


@pytest.mark.parametrize(
    ("email", "primary", "subkey", "label"),
    [
        ("a@example.jp", ("ed25519", "sign", "2y"), ("cv25519", "encr", "1y"), "ed25519/cv25519"),
        ("b@example.jp", ("rsa2048", "sign", "2y"), ("rsa2048", "encr", "1y"), "RSA-2048"),
        ("c@example.jp", ("rsa3072", "sign", "2y"), ("rsa3072", "encr", "1y"), "RSA-3072"),
    ],
)
def test_a_good_certificate_of_gnupg_is_accepted(
    shop: Workshop, email: str, primary: tuple[str, str, str], subkey: tuple[str, str, str], label: str
) -> None:
    fingerprint = shop.make(email, primary=primary, subkey=subkey)
    passed = inspected(shop.export(fingerprint), email=email.upper())
    assert (passed.fingerprint, passed.emails, passed.algorithm) == (fingerprint, (email,), label)
    assert passed.encryption_key_ids == (packets.fingerprints(passed.blob)[1][-16:],)
    assert bool(passed.warnings) == (label == "RSA-2048")


def test_a_certificate_made_by_sequoia_is_accepted() -> None:
    made = pysequoia.Tsk.generate(f"Desk <{EMAIL}>").extract_certificate()
    assert inspected(str(made).encode()).fingerprint == made.fingerprint.upper()
    assert inspected(bytes(made)).not_after is None


def test_text_around_the_armour_and_windows_line_ends_do_no_harm(shop: Workshop) -> None:
    fingerprint = shop.make("mail@example.jp")
    armoured = shop.gpg("--armor", "--export", fingerprint)
    text = b"My key:\r\n\r\n" + armoured.replace(b"\n", b"\r\n") + b"\r\nRegards"
    assert inspected(text, email="mail@example.jp").fingerprint == fingerprint


def test_the_earlier_end_of_primary_and_subkey_counts(shop: Workshop, now: datetime) -> None:
    sizes = {"primary": ("ed25519", "sign", "100d"), "subkey": ("cv25519", "encr", "200d")}
    passed = inspected(shop.made("ends@example.jp", **sizes), email="ends@example.jp")
    assert passed.not_after is not None
    assert abs(passed.not_after - now - timedelta(days=100)) < timedelta(days=1, hours=1)
    assert is_usable(passed, passed.not_after - timedelta(seconds=1))
    assert not is_usable(passed, passed.not_after)


def test_the_instant_handed_in_decides_about_expiry(shop: Workshop, now: datetime) -> None:
    with pytest.raises(CertificateRefusedError) as refused:
        inspected(shop.made("later@example.jp"), email="later@example.jp", now=now + timedelta(days=400))
    assert refused.value.reason is Reason.ENCRYPTION_KEY_EXPIRED


def test_signatures_of_others_are_not_kept(shop: Workshop) -> None:
    signed, other = shop.make("signed@example.jp"), shop.make("other@example.jp")
    shop.gpg("--local-user", other, "--yes", "--quick-sign-key", signed)
    before = shop.export(signed)
    passed = inspected(before, email="signed@example.jp")
    assert len(list(packets.walk(passed.blob))) < len(list(packets.walk(before)))
    assert inspected(passed.blob, email="signed@example.jp").blob == passed.blob


def test_inspecting_leaves_no_file_behind(
    shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = shop.made("clean@example.jp")
    monkeypatch.setattr(homes, "MEMORY", tmp_path)
    inspected(blob, email="clean@example.jp")
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 255)), min_size=1, max_size=3))
def test_a_spoilt_certificate_is_refused_or_as_good_as_before(
    water: Holder, changes: list[tuple[int, int]]
) -> None:
    spoilt = bytearray(water.blob)
    for place, change in changes:
        spoilt[place % len(spoilt)] ^= change
    try:
        passed = inspected(bytes(spoilt), email=water.email)
    except CertificateRefusedError:
        return
    assert passed.fingerprint == water.certificate.fingerprint  # only what is not signed was changed


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(reason.sentence.endswith(".") for reason in Reason)
