"""What the hub seals opens in GnuPG, in RNP (Thunderbird's engine) and in Sequoia, for every kind of key."""

import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pysequoia
import pytest

from keys.gate import inspect
from keys.sealing import armor, seal
from tests.keys.conftest import Hub
from tests.keys.workshop import GPG, Workshop, workshop

EMAIL = "reader@example.jp"
PLAIN = b"valve 12 \xe5\x85\xac\xe8\xa1\xa8\xe5\x89\x8d" + secrets.token_bytes(20_000)  # more than one part
RSA = {"RSA-2048": "rsa2048", "RSA-3072": "rsa3072"}
KINDS = ("Ed25519/Cv25519", *RSA, "Sequoia's own")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A recipient with the same secret key in a home of each program, and a message for him."""

    hub: Hub
    secret: bytes
    shop: Workshop
    rnp_home: Path
    message: bytes

    @property
    def signed_by(self) -> str:
        return self.hub.signer.fingerprint


def made(kind: str, shop: Workshop) -> tuple[bytes, bytes]:
    """Return a secret key and its certificate."""
    if kind == KINDS[-1]:
        tsk = pysequoia.Tsk.generate(f"Reader <{EMAIL}>")
        shop.gpg("--import", given=bytes(tsk))
        return bytes(tsk), bytes(tsk.extract_certificate())
    if kind in RSA:
        fingerprint = shop.make(EMAIL, primary=(RSA[kind], "sign", "2y"), subkey=(RSA[kind], "encr", "1y"))
    else:
        fingerprint = shop.make(EMAIL)
    return shop.gpg("--export-secret-keys", fingerprint), shop.export(fingerprint)


@contextmanager
def reader(kind: str, hub: Hub) -> Iterator[Reader]:
    with workshop() as shop, tempfile.TemporaryDirectory(prefix="hub-test-", dir="/tmp") as folder:
        secret, certificate = made(kind, shop)
        shop.gpg("--import", str(hub.certificate_file))
        (Path(folder) / "secret").write_bytes(secret)
        for file in (Path(folder) / "secret", hub.certificate_file):
            rnp("rnpkeys", Path(folder), "--import", str(file))
        passed = inspect(certificate, expect_email=EMAIL, now=datetime.now(UTC), gpg=GPG)
        message = seal(PLAIN, certificate=passed, signer=hub.signer, now=datetime.now(UTC))
        yield Reader(hub=hub, secret=secret, shop=shop, rnp_home=Path(folder), message=message)


@pytest.fixture(scope="module", params=KINDS)
def somebody(request: pytest.FixtureRequest, hub: Hub) -> Iterator[Reader]:
    with reader(request.param, hub) as made:
        yield made


@pytest.fixture(params=["binary", "armoured"])
def received(request: pytest.FixtureRequest, somebody: Reader) -> bytes:
    return armor(somebody.message) if request.param == "armoured" else somebody.message


def rnp(
    program: str, home: Path, *arguments: str, given: bytes = b""
) -> "subprocess.CompletedProcess[bytes]":
    path = shutil.which(program)
    assert path, f"{program} is missing: apt-get install rnp"
    command = [path, "--homedir", str(home), "--notty", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True)


def by_gnupg(somebody: Reader, received: bytes) -> tuple[bytes, str, str]:
    home = somebody.shop.home
    file = home / "opened"
    status = somebody.shop.gpg(
        *("--yes", "--trust-model", "always", "--status-fd", "1", "--output", str(file), "--decrypt"),
        given=received,
    )
    valid = next(line for line in status.decode().splitlines() if "VALIDSIG" in line).split()
    return file.read_bytes(), valid[2], valid[-1]


def by_rnp(somebody: Reader, received: bytes) -> tuple[bytes, str, str]:
    opened = rnp("rnp", somebody.rnp_home, "--decrypt", "--output", "-", "-", given=received)
    said = opened.stderr.decode()
    assert "Good signature made" in said
    assert "Signature(s) verified successfully" in said
    [signed_by] = re.findall(r"^ +([0-9a-f]{40})$", said, re.MULTILINE)
    listed = rnp("rnpkeys", somebody.rnp_home, "--list-keys").stdout.decode()
    before, _, _ = listed.partition(signed_by)
    primary = before[before.rindex("\npub ") :].split("\n")[2].strip()  # the line after `pub` and its id
    return opened.stdout, signed_by.upper(), primary.upper()


def by_sequoia(somebody: Reader, received: bytes) -> tuple[bytes, str, str]:
    known = pysequoia.Cert.from_bytes(somebody.hub.signer.certificate)
    opened = pysequoia.decrypt(
        bytes=received,
        decryptor=pysequoia.Tsk.from_bytes(somebody.secret).decryptor(),
        store=lambda _: [known],
    )
    [valid] = opened.valid_sigs
    assert opened.bytes is not None
    return bytes(opened.bytes), valid.signing_key.upper(), valid.certificate.upper()


@pytest.mark.parametrize("opened", [by_gnupg, by_rnp, by_sequoia])
def test_every_program_opens_it_and_names_the_pinned_key(
    opened: Callable[[Reader, bytes], tuple[bytes, str, str]], somebody: Reader, received: bytes
) -> None:
    plain, signed_by, primary = opened(somebody, received)
    assert plain == PLAIN
    assert signed_by == somebody.signed_by
    assert primary == somebody.hub.key.fingerprint
