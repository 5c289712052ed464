"""Sealing with real gpg: who can open it, who signed it, what is refused."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys import homes, openpgp, packets, sealing
from keys.gate import PARTS, inspect
from keys.packets import Packet, Tag
from keys.sealing import (
    CertificateUnusableError,
    DamagedError,
    NotForMeError,
    SealingFailedError,
    UnsignedError,
    WrongSignerError,
    armor,
    check_sealed,
    open_sealed,
    seal,
)
from tests.keys.conftest import Hub
from tests.keys.workshop import GPG, LONG_AGO, Holder, workshop

SECRET = b"pump 7 is open"


@pytest.fixture(scope="session")
def sealed(hub: Hub, water: Holder) -> bytes:
    return seal(SECRET, certificate=water.certificate, signer=hub.signer, now=datetime.now(UTC))


def opened(message: bytes, by: Holder, hub: Hub) -> bytes:
    return open_sealed(message, home=by.shop.home, gpg=GPG, pinned_fingerprint=hub.key.fingerprint)


def encrypted(by: Holder, *options: str, to: tuple[Holder, ...]) -> bytes:
    """Encrypt as anybody could with gpg, in this holder's home."""
    for recipient in to:
        by.shop.gpg("--import", given=recipient.blob)
    recipients = [
        word for one in to for word in ("--recipient", packets.fingerprints(one.certificate.blob)[0])
    ]
    return by.shop.gpg("--trust-model", "always", *options, *recipients, "--encrypt", given=SECRET)


def test_only_the_recipient_opens_a_message(sealed: bytes, hub: Hub, water: Holder, energy: Holder) -> None:
    assert SECRET not in sealed
    assert opened(sealed, water, hub) == SECRET
    with pytest.raises(NotForMeError):
        opened(sealed, energy, hub)


def test_gpg_itself_opens_it_and_names_the_hub(sealed: bytes, hub: Hub, water: Holder) -> None:
    status = water.shop.gpg("--status-fd", "1", "--trust-model", "always", "--decrypt", given=armor(sealed))
    valid = next(line for line in status.splitlines() if b"VALIDSIG" in line).split()
    assert valid[2].decode() == hub.signer.fingerprint
    assert valid[-1].decode() == hub.key.fingerprint
    assert valid[9] == b"10"  # SHA-512 (RFC 9580, 9.5)
    assert SECRET in status


def test_an_armoured_message_opens_too_and_is_mail(sealed: bytes, hub: Hub, water: Holder) -> None:
    lines = armor(sealed).splitlines()
    assert lines[0] == b"-----BEGIN PGP MESSAGE-----"
    assert armor(sealed).isascii()
    assert opened(armor(sealed), water, hub) == SECRET


@pytest.mark.parametrize("length", [10, 11, 12])
def test_gpg_finds_the_end_of_armour_of_any_length(
    length: int, hub: Hub, water: Holder, now: datetime
) -> None:
    plain = bytes(range(length))
    text = armor(seal(plain, certificate=water.certificate, signer=hub.signer, now=now))
    for line_end in (b"\n", b"\r\n"):
        assert (
            water.shop.gpg("--trust-model", "always", "--decrypt", given=text.replace(b"\n", line_end))
            == plain
        )


def test_nothing_is_sealed_to_an_expired_certificate(hub: Hub, water: Holder, now: datetime) -> None:
    late = replace(water.certificate, not_after=now)
    with pytest.raises(CertificateUnusableError):
        seal(SECRET, certificate=late, signer=hub.signer, now=now)


def test_nothing_is_sealed_to_a_key_that_gpg_calls_expired(hub: Hub, water: Holder, now: datetime) -> None:
    fingerprint = water.shop.make(
        "old@example.jp",
        primary=("ed25519", "sign", "30d"),
        options=("--faked-system-time", LONG_AGO),
    )
    stored = replace(water.certificate, fingerprint=fingerprint, blob=water.shop.export(fingerprint))
    with pytest.raises(SealingFailedError):
        seal(SECRET, certificate=stored, signer=hub.signer, now=now)


def test_another_ones_bytes_under_a_fingerprint_are_refused(
    hub: Hub, water: Holder, energy: Holder, now: datetime
) -> None:
    swapped = replace(water.certificate, blob=energy.certificate.blob)
    with pytest.raises(CertificateUnusableError):
        seal(SECRET, certificate=swapped, signer=hub.signer, now=now)


def test_a_forged_row_cannot_bind_a_strangers_key_by_calling_it_checked(
    hub: Hub, water: Holder, energy: Holder, now: datetime
) -> None:
    """GnuPG believes a trust packet without a look at the signature before it."""
    seal(SECRET, certificate=water.certificate, signer=hub.signer, now=now)
    primary, user_id, bound, _, binding = packets.walk(water.certificate.blob)
    stranger = next(part for part in packets.walk(energy.certificate.blob) if part.tag == Tag.PUBLIC_SUBKEY)
    good = Packet(tag=Tag.TRUST, body=bytes.fromhex("000367706700"))  # as gpg 2.2 and 2.4 note it
    forged = b"".join(map(packets.framed, (primary, user_id, bound, stranger, binding, good)))
    with pytest.raises(CertificateUnusableError):
        seal(SECRET, certificate=replace(water.certificate, blob=forged), signer=hub.signer, now=now)
    unnoted = forged.removesuffix(packets.framed(good))
    with pytest.raises(SealingFailedError):
        seal(SECRET, certificate=replace(water.certificate, blob=unnoted), signer=hub.signer, now=now)


@pytest.mark.soak  # it waits
def test_a_certificate_known_to_be_good_is_not_sealed_to_once_it_has_expired(hub: Hub, now: datetime) -> None:
    """The clock that is handed in stands still; GnuPG's own goes on."""
    with workshop() as shop:
        brief = shop.made("brief@example.jp", subkey=("cv25519", "encr", "seconds=6"))
        certificate = inspect(brief, expect_email="brief@example.jp", now=now, gpg=GPG)
        seal(SECRET, certificate=certificate, signer=hub.signer, now=now)
        time.sleep(7)
        with pytest.raises(SealingFailedError):
            seal(SECRET, certificate=certificate, signer=hub.signer, now=now)


def test_damaged_bytes_of_a_certificate_are_refused(hub: Hub, water: Holder, now: datetime) -> None:
    with pytest.raises(CertificateUnusableError):
        seal(SECRET, certificate=replace(water.certificate, blob=b"no"), signer=hub.signer, now=now)


def test_without_the_secret_subkey_nothing_leaves(
    hub: Hub, water: Holder, energy: Holder, now: datetime
) -> None:
    powerless = replace(hub.signer, home=energy.shop.home)
    with pytest.raises(SealingFailedError):
        seal(SECRET, certificate=water.certificate, signer=powerless, now=now)


def test_a_message_for_somebody_else_fails_the_check(sealed: bytes, energy: Holder) -> None:
    with pytest.raises(SealingFailedError, match="another key"):
        check_sealed(sealed, certificate=energy.certificate)


def test_a_message_for_two_fails_the_check(water: Holder, energy: Holder) -> None:
    message = encrypted(energy, to=(water, energy))
    with pytest.raises(SealingFailedError, match="wrong form"):
        check_sealed(message, certificate=water.certificate)


def test_a_signed_message_that_is_not_encrypted_fails_the_check(water: Holder) -> None:
    with pytest.raises(SealingFailedError, match="wrong form"):
        check_sealed(water.shop.gpg("--sign", given=SECRET), certificate=water.certificate)


def test_a_message_to_a_hidden_recipient_fails_the_check(water: Holder, energy: Holder) -> None:
    message = encrypted(energy, "--throw-keyids", to=(water,))
    with pytest.raises(SealingFailedError, match="another key"):
        check_sealed(message, certificate=water.certificate)


def test_what_an_engine_makes_in_another_form_never_leaves(
    hub: Hub, water: Holder, now: datetime, tmp_path: Path
) -> None:
    engine = tmp_path / "gpg"
    engine.write_text(f'#!/bin/sh\nexec {GPG} --throw-keyids "$@"\n')
    engine.chmod(0o700)
    with pytest.raises(SealingFailedError, match="another key"):
        seal(SECRET, certificate=water.certificate, signer=replace(hub.signer, gpg=str(engine)), now=now)


def test_a_sealing_that_hangs_ends_at_the_time_limit(
    hub: Hub, water: Holder, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = tmp_path / "gpg"
    engine.write_text(f'#!/bin/sh\ncase "$*" in *--encrypt*) exec sleep 20;; esac\nexec {GPG} "$@"\n')
    engine.chmod(0o700)
    monkeypatch.setattr(openpgp, "LONGEST_CALL", 0.2)
    with pytest.raises(SealingFailedError):
        seal(SECRET, certificate=water.certificate, signer=replace(hub.signer, gpg=str(engine)), now=now)


def test_an_unsigned_message_is_not_opened(hub: Hub, water: Holder, energy: Holder) -> None:
    with pytest.raises(UnsignedError):
        opened(encrypted(energy, to=(water,)), water, hub)


def test_a_strangers_signature_is_not_accepted(hub: Hub, water: Holder, energy: Holder) -> None:
    message = encrypted(energy, "--sign", to=(water,))
    with pytest.raises(WrongSignerError):
        opened(message, water, hub)  # the stranger's certificate is not here
    water.shop.gpg("--import", given=energy.blob)
    with pytest.raises(WrongSignerError):
        opened(message, water, hub)  # a good signature, but not the hub's


def test_another_pin_refuses_the_hubs_own_message(sealed: bytes, water: Holder) -> None:
    pin = water.certificate.fingerprint
    with pytest.raises(WrongSignerError):
        open_sealed(sealed, home=water.shop.home, gpg=GPG, pinned_fingerprint=pin)


def test_a_second_signature_beside_the_hubs_is_not_accepted(hub: Hub, water: Holder, energy: Holder) -> None:
    home = homes.short_name(hub.signer.home, gpg=GPG)
    other = energy.shop.gpg("--export-secret-keys", energy.certificate.fingerprint)
    hub_shop = replace(water.shop, home=home)
    hub_shop.gpg("--import", given=other)
    try:
        both = ("--local-user", f"{hub.signer.fingerprint}!", "--local-user", energy.certificate.fingerprint)
        message = encrypted(replace(water, shop=hub_shop), "--sign", *both, to=(water,))
    finally:
        hub_shop.gpg("--yes", "--delete-secret-and-public-key", energy.certificate.fingerprint)
    with pytest.raises(WrongSignerError):
        opened(message, water, hub)


@pytest.mark.parametrize("spoil", ["flip", "cut", "more", "empty", "clear"])
def test_a_damaged_message_is_called_damaged(spoil: str, sealed: bytes, hub: Hub, water: Holder) -> None:
    flipped = sealed[:-30] + bytes([sealed[-30] ^ 1]) + sealed[-29:]
    spoilt = {"flip": flipped, "cut": sealed[:-5], "more": sealed + sealed, "empty": b"", "clear": SECRET}
    with pytest.raises(DamagedError):
        opened(spoilt[spoil], water, hub)


def test_many_messages_at_once_are_all_good(hub: Hub, water: Holder, energy: Holder, now: datetime) -> None:
    pairs = [(water, water.certificate), (energy, energy.certificate)] * 8
    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(seal, SECRET, certificate=c, signer=hub.signer, now=now) for _, c in pairs]
        messages = [job.result() for job in work]
    assert len(set(messages)) == len(pairs)
    assert [opened(messages[n], pairs[n][0], hub) for n in (0, 1)] == [SECRET, SECRET]


def test_threads_that_seal_at_once_do_not_wait_for_each_other(hub: Hub, water: Holder, now: datetime) -> None:
    """No file of the signing home is written, so that there is nothing to wait for."""

    def written() -> set[tuple[str, int]]:
        return {(each.name, each.stat().st_mtime_ns) for each in hub.signer.home.iterdir() if each.is_file()}

    def seal_one(_: int) -> bytes:
        return seal(SECRET, certificate=water.certificate, signer=hub.signer, now=now)

    seal_one(0)
    before = written()
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(seal_one, range(8)))) == 8
    assert written() == before


def test_an_agent_that_is_killed_amid_sealings_is_started_again(
    hub: Hub, water: Holder, now: datetime
) -> None:
    kills = 4

    def sealed_after(kill: bool) -> bytes:  # noqa: FBT001 - a row of the plan
        if kill:
            homes.stop_agent(hub.signer.home, gpg=GPG)
        for _ in range(kills):  # each kill may take a sealing's agent from it: the job is done again
            with suppress(SealingFailedError):
                return seal(SECRET, certificate=water.certificate, signer=hub.signer, now=now)
        return seal(SECRET, certificate=water.certificate, signer=hub.signer, now=now)

    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(sealed_after, [True, False, False, False] * kills))
    assert all(sealed)


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(homes, "MEMORY", tmp_path)
    yield tmp_path
    assert list(tmp_path.iterdir()) == []  # and nothing stays


def test_only_public_keys_are_ever_written_to_a_file(
    hub: Hub, water: Holder, now: datetime, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    keep = Path.write_bytes

    def watched(path: Path, data: bytes) -> int:
        written.append(data)
        assert path.parent.parent == memory
        assert path.parent.stat().st_mode & 0o077 == 0
        return keep(path, data)

    monkeypatch.setattr(Path, "write_bytes", watched)
    seal(SECRET, certificate=water.certificate, signer=hub.signer, now=now)
    assert SECRET not in b"".join(written)
    tags = {packet.tag for data in written for packet in packets.walk(data)}
    assert tags <= PARTS | {Tag.TRUST}


def test_the_signer_knows_the_fingerprint_that_recipients_pin(hub: Hub) -> None:
    assert hub.signer.pin == hub.key.fingerprint
    assert "certificate" not in repr(hub.signer)
    assert isinstance(sealing.WrongSignerError(""), sealing.OpeningError)


def test_the_last_second_of_a_certificate_counts_and_its_end_does_not(hub: Hub, water: Holder) -> None:
    passed = water.certificate
    assert passed.not_after is not None
    with pytest.raises(CertificateUnusableError):
        seal(SECRET, certificate=passed, signer=hub.signer, now=passed.not_after)
    later = passed.not_after - timedelta(seconds=1)
    assert seal(SECRET, certificate=passed, signer=hub.signer, now=later)
