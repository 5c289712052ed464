"""The worker's signer: loaded once, and again when the hub's certificate file changes (a new subkey)."""

from functools import lru_cache
from pathlib import Path

from hub.core.config import Config
from keys.hubkey import load_signer
from keys.sealing import Signer


def signer_of(config: Config) -> Signer:
    """Return who signs; only the worker's user can read the signing home."""
    changed = config.certificate_file.stat().st_mtime_ns
    return _load(config.signing_home, config.certificate_file, config.gpg, changed)


@lru_cache(maxsize=1)
def _load(home: Path, certificate_file: Path, gpg: str, changed: int) -> Signer:  # noqa: ARG001 - part of the key
    return load_signer(signing_home=home, certificate_file=certificate_file, gpg=gpg)
