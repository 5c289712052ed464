"""The yearly rotation: the pin stays, the new subkey signs, a stop at any step leaves a hub that signs."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysequoia
import pytest

from feeds.delivery.signing import signer_of
from hub.core.config import Config
from hub.core.errors import ConfigurationError
from keys import gate, homes, hub_certificate, hubkey, rotating
from keys.challenge import make_challenge
from keys.hub_certificate import BEYOND
from keys.hubkey import LIFE, HubKey
from keys.rotating import Place, Rotated, rotate
from keys.sealing import open_sealed, seal
from tests.keys.workshop import GPG, Holder, workshop

pytestmark = pytest.mark.soak  # keys are made, one after the other


@dataclass(frozen=True)
class Site:
    """A hub's key in its places, as `init` makes them, and the escrow file carried elsewhere."""

    config: Config
    place: Place
    key: HubKey

    def rotate(self, *, publication_at: datetime | None = None) -> Rotated:
        return rotate(
            self.place, code=self.key.recovery_code, publication_at=publication_at, now=datetime.now(UTC)
        )

    def signs_with(self) -> str:
        return signer_of(self.config).fingerprint

    def secrets(self) -> set[str]:
        return {file.name for file in (self.place.signing_home / "private-keys-v1.d").iterdir()}

    def sealed_to(self, holder: Holder, text: bytes = b"x") -> bytes:
        return seal(
            text, certificate=holder.certificate, signer=signer_of(self.config), now=datetime.now(UTC)
        )


def made_in(folder: Path, now: datetime) -> Site:
    config = Config(instance=folder, database_url="sqlite://", gpg=GPG)
    place = Place(
        escrow=folder / "stick" / "primary-key.enc",
        signing_home=config.signing_home,
        certificate_file=config.certificate_file,
        gpg=GPG,
    )
    key = hubkey.create_hub_key(
        name="Hub",
        email="hub@hub.example.jp",
        signing_home=place.signing_home,
        escrow=place.escrow,
        certificate_file=place.certificate_file,
        gpg=GPG,
        now=now,
    )
    return Site(config=config, place=place, key=key)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return made_in(tmp_path_factory.mktemp("hub"), datetime.now(UTC))


@pytest.fixture
def site(original: Site, tmp_path: Path) -> Iterator[Site]:
    """A copy of the hub's files: each test rotates one of its own."""
    folder = tmp_path / "hub"
    shutil.copytree(original.config.instance, folder, ignore=shutil.ignore_patterns("S.*"))
    config = replace(original.config, instance=folder)
    place = replace(
        original.place,
        escrow=folder / "stick" / "primary-key.enc",
        signing_home=config.signing_home,
        certificate_file=config.certificate_file,
    )
    yield Site(config=config, place=place, key=original.key)
    homes.stop_agent(place.signing_home, gpg=GPG)


def test_a_message_of_the_new_subkey_opens_with_the_old_pin_in_gpg_and_in_sequoia(
    site: Site, water: Holder
) -> None:
    before = site.signs_with()
    made = site.rotate()
    assert made.pin == site.key.fingerprint
    assert site.signs_with() == made.subkey != before  # the same process, no restart
    water.shop.gpg("--import", str(site.place.certificate_file))
    opened = open_sealed(
        site.sealed_to(water, b"from gpg"),
        home=water.shop.home,
        gpg=GPG,
        pinned_fingerprint=site.key.fingerprint,
    )
    assert opened == b"from gpg"
    reader = pysequoia.Tsk.generate("Desk <desk@sequoia.example.jp>")
    blob = bytes(reader.extract_certificate())
    now = datetime.now(UTC)
    certificate = gate.inspect(blob, expect_email="desk@sequoia.example.jp", now=now, gpg=GPG)
    message = seal(b"to sequoia", certificate=certificate, signer=signer_of(site.config), now=now)
    hub = pysequoia.Cert.from_bytes(site.place.certificate_file.read_bytes())
    read = pysequoia.decrypt(message, decryptor=reader.decryptor(), store=lambda _ids: [hub])
    assert read.bytes == b"to sequoia"
    [signature] = read.valid_sigs
    assert signature.certificate.upper() == site.key.fingerprint
    assert signature.signing_key.upper() == made.subkey


def test_a_message_of_the_earlier_subkey_still_verifies_afterwards(site: Site, water: Holder) -> None:
    message = site.sealed_to(water, b"before")
    site.rotate()
    water.shop.gpg("--import", str(site.place.certificate_file))
    pin = site.key.fingerprint
    assert open_sealed(message, home=water.shop.home, gpg=GPG, pinned_fingerprint=pin) == b"before"


def test_the_new_subkey_lasts_a_year_and_ninety_days(site: Site) -> None:
    made = site.rotate()
    assert abs(made.expires_at - datetime.now(UTC) - LIFE) < timedelta(minutes=2)
    assert timedelta(days=365 + 90) == LIFE


def test_it_lasts_ninety_days_beyond_the_latest_publication(site: Site) -> None:
    publication_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=700)
    made = site.rotate(publication_at=publication_at)
    assert made.expires_at == publication_at + BEYOND
    certificate = hub_certificate.read(site.place.certificate_file, gpg=GPG)
    now = datetime.now(UTC)
    assert certificate.serves(publication_at, now=now)
    assert not certificate.serves(publication_at + timedelta(seconds=1), now=now)


def test_the_escrow_file_opens_again_with_the_same_code(site: Site) -> None:
    before = site.place.escrow.read_bytes()
    site.rotate()
    assert site.place.escrow.read_bytes() != before
    assert site.place.escrow.stat().st_mode & 0o777 == 0o400
    again = site.rotate()
    assert again.pin == site.key.fingerprint
    with workshop() as shop:
        opening = ("--passphrase", site.key.recovery_code, "--decrypt")
        text = shop.gpg(*opening, given=site.place.escrow.read_bytes())
        assert text.count(b":-----BEGIN PGP PUBLIC KEY BLOCK-----") == 1  # the revocation came along
        shop.gpg("--import", given=text.partition(rotating.END_OF_SECRET)[0] + rotating.END_OF_SECRET)
        assert shop.gpg("--list-secret-keys", "--with-colons").count(b"ssb:") == 3


def test_the_code_may_be_typed_in_small_letters_without_hyphens(site: Site) -> None:
    typed = site.key.recovery_code.replace("-", " ").lower()
    assert rotate(site.place, code=typed, publication_at=None, now=datetime.now(UTC)).pin


def test_a_wrong_code_changes_nothing(site: Site) -> None:
    before, secrets = site.signs_with(), site.secrets()
    with pytest.raises(ConfigurationError, match="recovery code"):
        rotate(site.place, code=make_challenge(), publication_at=None, now=datetime.now(UTC))
    assert (site.signs_with(), site.secrets()) == (before, secrets)


def test_the_escrow_file_of_another_hub_is_refused(site: Site, tmp_path: Path) -> None:
    other = made_in(tmp_path / "other", datetime.now(UTC))
    place = replace(site.place, escrow=other.place.escrow)
    with pytest.raises(ConfigurationError, match="another key"):
        rotate(place, code=other.key.recovery_code, publication_at=None, now=datetime.now(UTC))
    assert hub_certificate.read(site.place.certificate_file, gpg=GPG).fingerprint == site.key.fingerprint


def test_another_user_than_the_workers_is_sent_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    with pytest.raises(ConfigurationError, match="user of the worker"):
        site.rotate()


@pytest.mark.parametrize("step", range(6))
def test_a_stop_at_any_step_leaves_a_hub_that_signs_under_its_pin(
    step: int, site: Site, water: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = iter(range(100))

    def dies(what: object) -> object:
        def doing(*arguments: object, **named: object) -> object:
            if next(done) == step:
                raise KeyboardInterrupt
            return what(*arguments, **named)  # type: ignore[operator]

        return doing

    for name in ("_write", "_put"):  # three files are written, then three take their places
        monkeypatch.setattr(rotating, name, dies(getattr(rotating, name)))
    with pytest.raises(KeyboardInterrupt):
        site.rotate()
    monkeypatch.undo()
    pin = site.key.fingerprint
    water.shop.gpg("--import", str(site.place.certificate_file))
    message = site.sealed_to(water, b"still here")
    assert open_sealed(message, home=water.shop.home, gpg=GPG, pinned_fingerprint=pin) == b"still here"
    made = site.rotate()  # what was left undone is done
    assert site.signs_with() == made.subkey
    in_force = hub_certificate.read(site.place.certificate_file, gpg=GPG).signing
    assert {f"{key.grip}.key" for key in in_force} == site.secrets()
    assert [*site.place.escrow.parent.iterdir()] == [site.place.escrow]


def test_a_rotation_that_is_killed_outright_leaves_nothing_that_the_next_one_keeps(site: Site) -> None:
    leftover = site.place.signing_home / "private-keys-v1.d" / "ABCD.key.new"
    leftover.write_bytes(b"half")
    site.place.certificate_file.with_name("hub-certificate.asc.new").write_bytes(b"half")
    site.rotate()
    assert not leftover.exists()


def test_the_secret_of_an_expired_subkey_is_removed(tmp_path: Path) -> None:
    site = made_in(tmp_path / "hub", datetime.now(UTC) - LIFE + timedelta(seconds=2))
    [old] = site.secrets()
    time.sleep(2.1)  # gpg judges by the system's clock
    site.rotate()
    assert old not in site.secrets()
    with workshop() as shop:
        opening = ("--passphrase", site.key.recovery_code, "--decrypt")
        shop.gpg("--import", given=shop.gpg(*opening, given=site.place.escrow.read_bytes()))
        assert not (shop.home / "private-keys-v1.d" / old).exists()
    homes.stop_agent(site.place.signing_home, gpg=GPG)


def test_a_stolen_subkey_vouches_for_nothing(site: Site) -> None:
    site.rotate()
    with workshop() as thief:
        shutil.copytree(site.place.signing_home / "private-keys-v1.d", thief.home / "private-keys-v1.d")
        thief.gpg("--import", str(site.place.certificate_file))
        stolen = site.signs_with()
        assert thief.gpg("--local-user", f"{stolen}!", "--sign", given=b"x")  # it signs
        certified = ("--quick-add-key", site.key.fingerprint, "ed25519", "sign", "1y")
        with pytest.raises(subprocess.CalledProcessError):
            thief.gpg(*certified)
        other = thief.make("other@hub.example.jp")
        with pytest.raises(subprocess.CalledProcessError):
            thief.gpg("--yes", "--local-user", f"{stolen}!", "--quick-sign-key", other)
