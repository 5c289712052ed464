"""What the administrator of a body writes in a TOML file; every key is explained in `EXAMPLE`."""

import ipaddress
import re
import shutil
import tomllib
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import cattrs
from cattrs import Converter

from hub.core.config import LOOPBACK
from hub.core.errors import ConfigurationError

EXAMPLE = """\
# priority-hub pull --config FILE. Paths are absolute, or relative to this file's folder.

[hub]                                       # shown by the hub when you add a TAXII client
api_root = "https://hub.example.jp/priority/"         # the hub's address and /priority/
collection = "00000000-0000-0000-0000-000000000000"   # your sealed copies
answers = "00000000-0000-0000-0000-000000000000"      # where receipts go
username = "client-name"
token_file = "token"                        # mode 0600; holds the token and nothing else
# The hub's primary fingerprint, as it was handed to you on paper or over the telephone.
fingerprint = "0000000000000000000000000000000000000000"
certificate = "hub-certificate.asc"         # leave out if your GnuPG home has it
# ca_file = "/etc/ssl/own-ca.pem"           # leave out for the system's

[key]                                       # your receiving key; one of the two:
fingerprints = ["0000000000000000000000000000000000000000"]   # two while you change keys
gnupg_home = "/var/lib/priority/gnupg"      # a passphrase is asked for by gpg-agent alone
# secret_key = "secret-key.asc"             # mode 0600; kept in memory while the program runs

[state]
folder = "/var/lib/priority/state"          # numbers and sealed copies, nothing in clear
start = "head"                              # or "beginning": also what was sent before this client

[out]                                       # one or more of: folder, command, the option --relay
folder = "/var/lib/priority/notices"        # one folder a notice, readable by this user alone
# command = ["/usr/local/bin/take-notice"]  # gets one STIX 2.1 bundle on standard input
# command_seconds = 300

[alarm]
heartbeat_hours = 13                        # alarm when the hub's last sign of life is older
# command = ["/usr/local/bin/tell-duty"]    # gets one line of JSON on standard input

# [relay]                                   # for --relay 127.0.0.1:9000
# username = "local"
# token_file = "relay-token"                # mode 0600, 32 characters or more
"""

FINGERPRINT = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}")
SHORTEST_TOKEN = 32  # characters


class Start(StrEnum):
    """Where a new client begins."""

    HEAD = "head"
    BEGINNING = "beginning"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Where the hub is, who we are there, and its pinned primary fingerprint."""

    api_root: str
    collection: uuid.UUID
    answers: uuid.UUID
    username: str
    token_file: Path
    fingerprint: str
    certificate: Path | None = None
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        where = urlsplit(self.api_root)
        if where.scheme != "https" and not (where.scheme == "http" and where.hostname in LOOPBACK):
            raise ConfigurationError("hub.api_root must begin with https:// unless it is on loopback")
        plain_fingerprint(self.fingerprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySettings:
    """Our receiving key: its primary fingerprints, and where its secret part is."""

    fingerprints: tuple[str, ...]
    gnupg_home: Path | None = None
    secret_key: Path | None = None
    gpg: Path = field(default_factory=lambda: Path(shutil.which("gpg") or "/usr/bin/gpg"))

    def __post_init__(self) -> None:
        if (self.gnupg_home is None) == (self.secret_key is None):
            raise ConfigurationError("key needs gnupg_home or secret_key, one of the two")
        if not self.fingerprints:
            raise ConfigurationError("key.fingerprints names no certificate")
        for each in self.fingerprints:
            plain_fingerprint(each)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSettings:
    """Where the receiver keeps what it remembers."""

    folder: Path
    start: Start = Start.HEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class OutSettings:
    """Who gets what was opened."""

    folder: Path | None = None
    command: tuple[str, ...] = ()
    command_seconds: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """When and whom to alarm; standard error is always told."""

    heartbeat_hours: float = 13.0
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """Who may read from the relay."""

    username: str
    token_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file."""

    hub: HubSettings
    key: KeySettings
    state: StateSettings
    out: OutSettings = field(default_factory=OutSettings)
    alarm: AlarmSettings = field(default_factory=AlarmSettings)
    relay: RelaySettings | None = None


def read_settings(file: Path) -> Settings:
    """Read a configuration file.

    Raises:
        ConfigurationError: it cannot be read, is no TOML, or a value is missing, unknown or unsafe.

    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is no TOML: {error}") from None
    try:
        return _converter(file.absolute().parent).structure(document, Settings)
    except cattrs.BaseValidationError as error:
        raise ConfigurationError(f"{file}: {'; '.join(_problems(error))}") from None


def read_token(file: Path) -> str:
    """Read a secret line from a file.

    Raises:
        ConfigurationError: it cannot be read, is empty, or others may read it.

    """
    try:
        if file.stat().st_mode & 0o077:
            raise ConfigurationError(f"{file} can be read by others; make it mode 0600")
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{file} cannot be read") from None
    if not token:
        raise ConfigurationError(f"{file} is empty")
    return token


def plain_fingerprint(text: str) -> str:
    """Return a fingerprint without the spaces that people write in it, in capitals.

    Raises:
        ConfigurationError: it is none; a short key id is not enough.

    """
    plain = "".join(text.split()).upper()
    if not FINGERPRINT.fullmatch(plain):
        raise ConfigurationError("a fingerprint has 40 hex digits")
    return plain


def loopback(address: str) -> tuple[str, int]:
    """Return host and port of a place on this machine.

    Raises:
        ConfigurationError: it is another form than HOST:PORT, or not on loopback.

    """
    host, _, port = address.rpartition(":")
    try:
        number, here = int(port), ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        raise ConfigurationError("--relay takes an address and a port, such as 127.0.0.1:9000") from None
    if not here or number not in range(1, 65536):
        raise ConfigurationError("--relay serves this machine only: use 127.0.0.1")
    return host.strip("[]"), number


def _converter(folder: Path) -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Path, lambda value, _: folder / value)
    converter.register_structure_hook(uuid.UUID, lambda value, _: uuid.UUID(value))
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(Start, lambda value, _: Start(value))
    return converter


def _text(value: object, _: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _problems(error: cattrs.BaseValidationError) -> list[str]:
    return [each.replace(" @ $.", ": ") for each in cattrs.transform_error(error, format_exception=_said)]


def _said(problem: BaseException, kind: type | None) -> str:
    if isinstance(problem, ConfigurationError):
        return str(problem)
    return cattrs.v.format_exception(problem, kind)
