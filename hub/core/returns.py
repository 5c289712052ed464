"""Where undeliverable mail comes back to, as configured: a return path, and the mailbox that it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hub.core.errors import ConfigurationError

IMAPS_PORT = 993
MINUTES = range(1, 24 * 60 + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap:
    """A folder of a mailbox, over TLS always."""

    host: str
    port: int
    username: str
    password_file: Path
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounces:
    """The mailbox `at`, the `address` whose mail, with any +suffix, ends there, and how often to look."""

    at: Path | Imap
    address: str
    every: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        local, _, domain = self.address.rpartition("@")
        if not local or not domain or not self.address.isascii() or "+" in local or " " in self.address:
            raise ConfigurationError("HUB_BOUNCES_ADDRESS must be a plain mail address without +")


def bounces_from(env: Mapping[str, str], *, sender: str) -> Bounces | None:
    """Read HUB_BOUNCES and what belongs to it; None if no mailbox is named.

    Raises:
        ConfigurationError: a value is malformed or missing.

    """
    at = env.get("HUB_BOUNCES")
    if not at:
        return None
    minutes = env.get("HUB_BOUNCES_EVERY", "5")
    if not (minutes.isascii() and minutes.isdigit() and int(minutes) in MINUTES):
        raise ConfigurationError("HUB_BOUNCES_EVERY must be 1 to 1440 minutes")
    return Bounces(
        at=_imap(at, env.get("HUB_BOUNCES_PASSWORD_FILE")) if "://" in at else Path(at).absolute(),
        address=env.get("HUB_BOUNCES_ADDRESS") or f"bounce@{sender.rpartition('@')[2]}",
        every=timedelta(minutes=int(minutes)),
    )


def _imap(url: str, password_file: str | None) -> Imap:
    parts = urlsplit(url)
    if parts.scheme != "imaps" or not parts.hostname or not parts.username or parts.password:
        raise ConfigurationError("HUB_BOUNCES must be a folder or imaps://user@host/folder, without password")
    if not password_file:
        raise ConfigurationError("HUB_BOUNCES_PASSWORD_FILE is missing")
    return Imap(
        host=parts.hostname,
        port=parts.port or IMAPS_PORT,
        username=unquote(parts.username),
        password_file=Path(password_file),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )
