"""Configuration: an instance folder and HUB_* variables, read once into one frozen value.

Secrets are files in the instance folder (mode 0400), never variables, and none has a default.
"""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from hub.core.errors import ConfigurationError
from hub.core.periods import Periods, periods_from
from hub.core.pool import Pool, pool_from
from hub.core.returns import Bounces, bounces_from
from hub.core.scanning import command_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OWN_PORT = {"http": 80, "https": 443}
LAST_PORT = 65535
LONGEST_BEAT = 168  # hours: a week
FEWEST_WITNESSES = 2
WITNESS = re.compile(r"[^@\s,]{1,64}@[A-Za-z0-9.-]{1,189}")
MOST_REVIEW_DAYS = 250  # working days: about a year
DATABASES = frozenset({"sqlite", "postgresql"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How mail leaves: `tls` is starttls, implicit or none (none on loopback only)."""

    host: str = "localhost"
    port: int = 25
    tls: str = "starttls"
    sender: str = "hub@localhost"
    username: str | None = None
    password_file: Path | None = None
    timeout: float = 60.0  # seconds; shorter than the lease of a job

    def __post_init__(self) -> None:
        if self.tls not in {"starttls", "implicit", "none"}:
            raise ConfigurationError("HUB_SMTP_TLS must be starttls, implicit or none")
        if self.tls == "none" and self.host not in LOOPBACK:
            raise ConfigurationError("HUB_SMTP_TLS=none is for loopback only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All that an instance can be told from outside."""

    instance: Path
    database_url: str = field(repr=False)
    secrets_folder: Path | None = None
    base_url: str = "http://localhost:8000"
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    rate_storage: str = "memory://"
    taxii_rate: str = "600 per minute"
    heartbeat_hours: int = 6
    pin_delay_hours: int = 24
    review_days: int = 20
    client_certificate_header: str | None = None
    gpg: str = "/usr/bin/gpg"
    mail: Mail = field(default_factory=Mail)
    bounces: Bounces | None = None
    pool: Pool = field(default_factory=Pool)
    scanner: tuple[str, ...] = ()
    audit_witnesses: tuple[str, ...] = ()
    backup_certificate: Path | None = None
    metrics: tuple[str, int] | None = None
    keep: Periods = field(default_factory=Periods)

    def __post_init__(self) -> None:
        host = _host(self.base_url)
        if not host or (not self.https and host not in LOOPBACK):
            raise ConfigurationError("HUB_BASE_URL must begin with https:// unless it is on loopback")
        if _backend(self.database_url) not in DATABASES:
            raise ConfigurationError("HUB_DATABASE_URL must be of sqlite or postgresql")
        for name, given, most in (
            ("HUB_HEARTBEAT_HOURS", self.heartbeat_hours, LONGEST_BEAT),
            ("HUB_REVIEW_DAYS", self.review_days, MOST_REVIEW_DAYS),
        ):
            if not 1 <= given <= most:
                raise ConfigurationError(f"{name} must be 1 to {most}")
        if self.client_certificate_header and not self.proxy_hops:
            raise ConfigurationError("HUB_CLIENT_CERTIFICATE_HEADER needs a proxy: set HUB_PROXY_HOPS")
        _refuse_witnesses(self.audit_witnesses)
        if not Path(self.gpg).is_absolute():  # else who owns a folder of the path chooses the program
            raise ConfigurationError("HUB_GPG must be an absolute path")

    @property
    def https(self) -> bool:
        """Tell whether people reach the hub over TLS."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """The hub's host name, as browsers write it; passkeys are bound to it (their RP ID)."""
        return _host(self.base_url)

    @property
    def origin(self) -> str:
        """scheme://host[:port], as browsers write it: without the scheme's own port."""
        parts = urlsplit(self.base_url)
        shown = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if parts.port in {None, OWN_PORT[parts.scheme]} else f":{parts.port}"
        return f"{parts.scheme}://{shown}{port}"

    @property
    def secrets(self) -> Path:
        """Where the secret files lie; web and worker may have copies of their own, as users of their own."""
        return self.secrets_folder or self.instance / "secrets"

    @property
    def signing_home(self) -> Path:
        """The GnuPG home with the signing subkey; the worker's alone."""
        return self.instance / "worker" / "gnupg"

    @property
    def pinned_passkeys(self) -> Path:
        """The file of the people whose passkeys the worker believes; the worker's alone."""
        return self.instance / "worker" / "passkeys.json"

    @property
    def certificate_file(self) -> Path:
        """The hub's public OpenPGP certificate."""
        return self.instance / "hub-certificate.asc"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Config":
        """Read HUB_* variables; `docs/operations.md` lists them with units and defaults.

        Raises:
            ConfigurationError: a value is missing, malformed or unsafe.

        """
        env = os.environ if env is None else env
        instance = Path(env.get("HUB_INSTANCE", "instance")).absolute()
        base_url = env.get("HUB_BASE_URL", "http://localhost:8000").rstrip("/")
        host, mail = _host(base_url), _mail(env)
        return cls(
            instance=instance,
            database_url=env.get("HUB_DATABASE_URL", f"sqlite:///{instance / 'hub.sqlite'}"),
            secrets_folder=_path(env, "HUB_SECRETS"),
            base_url=base_url,
            trusted_hosts=tuple(env.get("HUB_TRUSTED_HOSTS", host).split(",")),
            proxy_hops=_whole(env, "HUB_PROXY_HOPS", 0),
            rate_storage=env.get("HUB_RATE_STORAGE", "memory://"),
            taxii_rate=env.get("HUB_TAXII_RATE", "600 per minute"),
            heartbeat_hours=_whole(env, "HUB_HEARTBEAT_HOURS", 6),
            pin_delay_hours=_whole(env, "HUB_PIN_DELAY_HOURS", 24),
            review_days=_whole(env, "HUB_REVIEW_DAYS", 20),
            client_certificate_header=env.get("HUB_CLIENT_CERTIFICATE_HEADER") or None,
            gpg=env.get("HUB_GPG") or shutil.which("gpg") or "/usr/bin/gpg",
            mail=mail,
            bounces=bounces_from(env, sender=mail.sender),
            pool=pool_from(env),
            scanner=command_of(env.get("HUB_SCANNER", "")),
            audit_witnesses=_list(env, "HUB_AUDIT_WITNESSES"),
            backup_certificate=_path(env, "HUB_BACKUP_CERTIFICATE"),
            metrics=_address(env, "HUB_METRICS"),
            keep=periods_from(env),
        )


def _refuse_witnesses(addresses: tuple[str, ...]) -> None:
    if addresses and len(set(addresses)) < FEWEST_WITNESSES:
        raise ConfigurationError("HUB_AUDIT_WITNESSES must be two different mail addresses, or more")
    if not all(map(WITNESS.fullmatch, addresses)):
        raise ConfigurationError("HUB_AUDIT_WITNESSES must be mail addresses, separated by commas")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _backend(url: str) -> str:
    try:
        return sa.make_url(url).get_backend_name()
    except ArgumentError:
        return ""


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    given = env.get(name, str(default))
    if not (given.isascii() and given.isdigit()):
        raise ConfigurationError(f"{name} must be a whole number")
    return int(given)


def _list(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in env.get(name, "").split(",") if each.strip())


def _path(env: Mapping[str, str], name: str) -> Path | None:
    given = env.get(name)
    return Path(given) if given else None


def _address(env: Mapping[str, str], name: str) -> tuple[str, int] | None:
    given = env.get(name)
    if not given:
        return None
    host, _, port = given.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) <= LAST_PORT):
        raise ConfigurationError(f"{name} must be HOST:PORT")
    return host, int(port)


def _mail(env: Mapping[str, str]) -> Mail:
    return Mail(
        host=env.get("HUB_SMTP_HOST", "localhost"),
        port=_whole(env, "HUB_SMTP_PORT", 25),
        tls=env.get("HUB_SMTP_TLS", "starttls"),
        sender=env.get("HUB_MAIL_FROM", "hub@localhost"),
        username=env.get("HUB_SMTP_USERNAME"),
        password_file=_path(env, "HUB_SMTP_PASSWORD_FILE"),
    )
