"""The JSON document that the demo leaves for other programs (`--json FILE`)."""

import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """A person who can sign in."""

    role: str
    email: str
    password: str
    totp_secret: str
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEntry:
    """A point of contact; its GnuPG home holds the secret key, without a passphrase."""

    email: str
    gnupg_home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEntry:
    """A sector body with its TAXII client."""

    name: str
    sector: str
    taxii_username: str
    taxii_password: str
    collection_id: str
    answers_collection_id: str
    contacts: tuple[ContactEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryEntry:
    """A matter as it stands at the end; `canary` is a word that stands only in its secret text."""

    tracking_id: str
    state: str
    revision: int
    tlp: str
    sectors: tuple[str, ...]
    canary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole of it."""

    base_url: str
    discovery_url: str
    api_root: str
    hub_fingerprint: str
    hub_certificate: str
    smtp_maildir: str
    accounts: tuple[AccountEntry, ...]
    bodies: tuple[BodyEntry, ...]
    advisories: tuple[AdvisoryEntry, ...]

    def write(self, file: Path) -> None:
        """Write the file whole or not at all; it holds passwords, so that only its owner may read it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(descriptor, "wb") as half:
            half.write(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))
        Path(name).replace(file)
