"""A key that gpg-agent answers for and that lies in no file here, as one on a smartcard does."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from hub.core.config import Config
from keys import hubkey
from keys.homes import short_name, stop_agent
from keys.sealing import open_sealed, seal
from tests.keys.workshop import GPG, Holder, workshop


def test_the_worker_signs_with_a_key_that_only_the_agent_has(tmp_path: Path, water: Holder) -> None:
    config = Config(instance=tmp_path, database_url="sqlite://", gpg=GPG)
    key = hubkey.create_hub_key(
        name="Hub",
        email="hub@hub.example.jp",
        signing_home=config.signing_home,
        escrow=tmp_path / "escrow.asc",
        certificate_file=config.certificate_file,
        gpg=GPG,
        now=datetime.now(UTC),
    )
    with workshop() as card:
        secrets = config.signing_home / "private-keys-v1.d"
        [file] = secrets.iterdir()
        (card.home / "private-keys-v1.d").mkdir(mode=0o700)
        (card.home / "private-keys-v1.d" / file.name).write_bytes(file.read_bytes())
        file.write_bytes(b"(note that the key is elsewhere)")
        connect = ["gpg-connect-agent", "--homedir", str(card.home), "/bye"]
        subprocess.run(connect, check=True, capture_output=True)
        home = short_name(config.signing_home, gpg=GPG)
        (home / "S.gpg-agent").write_text(f"%Assuan%\nsocket={card.home}/S.gpg-agent\n")
        signer = hubkey.load_signer(
            signing_home=config.signing_home, certificate_file=config.certificate_file, gpg=GPG
        )
        sealed = seal(b"by card", certificate=water.certificate, signer=signer, now=datetime.now(UTC))
    water.shop.gpg("--import", str(config.certificate_file))
    assert (
        open_sealed(sealed, home=water.shop.home, gpg=GPG, pinned_fingerprint=key.fingerprint) == b"by card"
    )
    stop_agent(config.signing_home, gpg=GPG)
