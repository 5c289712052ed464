"""The gpg program as somebody with a signing key uses it."""

import subprocess

from hub.demo.recipients import GnupgHome
from keys.homes import short_name


def signed_and_sealed(plaintext: bytes, signer: GnupgHome, to: GnupgHome) -> bytes:
    run(signer, ["--import"], to.public_key())
    run(to, ["--import"], signer.public_key())
    given = ["--trust-model", "always", "--sign", "--encrypt", "--recipient", to.fingerprint()]
    return run(signer, given, plaintext)


def run(home: GnupgHome, arguments: list[str], given: bytes) -> bytes:
    where = ["--homedir", str(short_name(home.folder, gpg=home.gpg)), "--batch", "--quiet"]
    return subprocess.run([home.gpg, *where, *arguments], input=given, capture_output=True, check=True).stdout
