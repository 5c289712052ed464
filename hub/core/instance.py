"""A running instance: configuration, database, vault, token key and clock, opened together.

The web process and the worker each open one. What only the worker may use (the signing subkey) is not
part of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hub.core.clock import system_clock
from hub.core.config import Config
from hub.core.db import Database, connect
from hub.core.errors import ConfigurationError
from hub.core.vault import Vault

SHORTEST_SECRET = 32  # bytes
KEK = "kek"  # the key-encryption key of the vault
OLDER_KEK = "kek.previous"  # the one before it, until everything is re-wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """What every edge of the hub works with."""

    config: Config
    db: Database
    vault: Vault = field(repr=False)
    token_key: bytes = field(repr=False)
    clock: Callable[[], datetime] = system_clock


def read_secret(config: Config, name: str) -> bytes:
    """Read one secret file of the instance.

    Raises:
        ConfigurationError: the file is missing, too short or unreadable, or others may read it.

    """
    path = config.secrets / name
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError(f"{name} can be read by others; make it mode 0400")
        secret = path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"{name} is missing; run `priority-hub init`") from None
    except OSError:
        raise ConfigurationError(f"{name} cannot be read") from None
    if len(secret) < SHORTEST_SECRET:
        raise ConfigurationError(f"{name} must have {SHORTEST_SECRET} bytes or more")
    return secret


def vault_keys(config: Config) -> tuple[bytes, ...]:
    """Return the key-encryption key, and the older one while what it wrapped is re-wrapped.

    Raises:
        ConfigurationError: a key is missing or readable by others.

    """
    older = (config.secrets / OLDER_KEK).exists()
    return tuple(read_secret(config, name) for name in ([KEK, OLDER_KEK] if older else [KEK]))


def open_instance(config: Config, *, statement: int | None = None) -> Instance:
    """Open what `priority-hub init` made; a `statement` may take so many seconds, or as long as work may.

    Raises:
        ConfigurationError: a secret is missing or readable by others.

    """
    token_key = read_secret(config, "token-key")
    return Instance(
        config=config,
        db=Database(connect(config.database_url, pool=config.pool, statement=statement), stamp_key=token_key),
        vault=Vault(*vault_keys(config), renew=lambda: vault_keys(config)),
        token_key=token_key,
    )
