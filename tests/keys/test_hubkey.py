"""The hub's key: what lies where afterwards, and what can be done with it."""

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.core.errors import ConfigurationError
from keys import homes, hubkey, listing, openpgp, packets
from keys.sealing import Signer, seal
from tests.keys.conftest import Hub
from tests.keys.workshop import GPG, Holder, workshop


def listed(hub: Hub) -> listing.Listing:
    (found,) = openpgp.list_certificates(hub.signer.certificate, gpg=GPG)
    return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_primary_only_certifies_and_the_subkey_only_signs(hub: Hub) -> None:
    primary, subkey = listed(hub).keys
    assert (primary.fingerprint, primary.uses, primary.curve) == (hub.key.fingerprint, "c", "ed25519")
    assert (subkey.fingerprint, subkey.uses, subkey.curve) == (hub.signer.fingerprint, "s", "ed25519")
    assert primary.expires_at is None
    assert subkey.expires_at is not None
    assert subkey.expires_at > datetime.now(UTC) + timedelta(days=365 + 90) - timedelta(minutes=10)


def test_the_signing_home_has_the_subkeys_secret_alone(hub: Hub) -> None:
    primary, subkey = listed(hub).keys
    secrets = {path.stem for path in (hub.signer.home / "private-keys-v1.d").iterdir()}
    assert secrets == {subkey.grip}
    assert primary.grip not in secrets


def test_files_have_the_modes_that_they_need(hub: Hub) -> None:
    assert mode(hub.signer.home) == 0o700
    assert mode(hub.escrow) == 0o400
    assert mode(hub.certificate_file) == 0o644
    assert hub.certificate_file.read_bytes().startswith(b"-----BEGIN PGP PUBLIC KEY BLOCK-----")


def test_the_escrow_file_opens_with_the_recovery_code_and_gpg_alone(hub: Hub) -> None:
    with workshop() as shop:
        opening = ("--pinentry-mode", "loopback", "--passphrase", hub.key.recovery_code, "--decrypt")
        text = shop.gpg(*opening, given=hub.escrow.read_bytes())
        assert b"Revocation certificate" in text or b":-----BEGIN PGP PUBLIC KEY BLOCK-----" in text
        shop.gpg("--import", given=text)
        shop.gpg("--quick-add-key", hub.key.fingerprint, "ed25519", "sign", "1y")  # the primary is back
        assert len(packets.fingerprints(shop.export(hub.key.fingerprint))) == 3


def test_the_escrow_file_stays_shut_for_another_code(hub: Hub) -> None:
    assert b"PRIVATE" not in hub.escrow.read_bytes()
    with workshop() as shop, pytest.raises(subprocess.CalledProcessError):
        shop.gpg("--passphrase", "AAAA-AAAA", "--decrypt", given=hub.escrow.read_bytes())


def test_the_recovery_code_is_not_shown_by_accident(hub: Hub) -> None:
    assert hub.key.recovery_code not in repr(hub.key)


def test_a_key_is_never_overwritten(hub: Hub, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(ConfigurationError, match="exists already"):
        hubkey.create_hub_key(
            name="Hub",
            email="hub@hub.example.jp",
            signing_home=tmp_path / "gnupg",
            escrow=hub.escrow,
            certificate_file=tmp_path / "hub.asc",
            gpg=GPG,
            now=now,
        )
    assert not (tmp_path / "gnupg").exists()


def test_a_home_without_the_secret_makes_no_signer(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no secret"):
        hubkey.load_signer(signing_home=tmp_path, certificate_file=hub.certificate_file, gpg=GPG)


@pytest.mark.parametrize("content", [None, b"", b"junk"])
def test_a_missing_or_broken_certificate_makes_no_signer(
    content: bytes | None, hub: Hub, tmp_path: Path
) -> None:
    file = tmp_path / "hub.asc"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="missing or cannot be read"):
        hubkey.load_signer(signing_home=hub.signer.home, certificate_file=file, gpg=GPG)


def test_no_agent_stays_behind_in_the_signing_home(tmp_path: Path, now: datetime) -> None:
    _, signer = made_in(tmp_path, now)
    home = str(homes.short_name(signer.home, gpg=GPG))
    asking = ["gpg-connect-agent", "--no-autostart", "--homedir", home, "GETINFO pid", "/bye"]
    answer = subprocess.run(asking, capture_output=True, check=False).stdout
    assert not answer.startswith(b"D ")  # a running agent tells its process id


def test_a_long_path_to_the_signing_home_works(tmp_path: Path, water: Holder, now: datetime) -> None:
    key, signer = made_in(tmp_path / ("long" * 30), now)
    assert signer.pin == key.fingerprint
    assert seal(b"x", certificate=water.certificate, signer=signer, now=now)
    homes.stop_agent(signer.home, gpg=GPG)


def made_in(folder: Path, now: datetime) -> tuple[hubkey.HubKey, Signer]:
    key = hubkey.create_hub_key(
        name="Hub",
        email="hub@hub.example.jp",
        signing_home=folder / "gnupg",
        escrow=folder / "escrow.asc",
        certificate_file=folder / "hub.asc",
        gpg=GPG,
        now=now,
    )
    file = folder / "hub.asc"
    return key, hubkey.load_signer(signing_home=folder / "gnupg", certificate_file=file, gpg=GPG)
