"""The worker's file of pinned passkeys: whose assertions it believes, whatever the database says.

It lies beside the signing home, readable by the worker's user alone. The first two entries are made at
the console of the worker's machine; each later one needs the assertions of two people in the file, and
counts only after a delay in which everybody has been told. Nothing of the web process imports this.
"""

import fcntl
import os
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cattrs.errors import BaseValidationError
from cattrs.preconf.orjson import make_converter

from feeds.signers.entry import Change, Entry
from hub.accounts.models import Role
from hub.accounts.passkeys.assertion import Assertion, AssertionRefusedError, check_assertion
from hub.accounts.passkeys.ceremony import Site
from hub.core.converting import prepare
from hub.core.errors import ConfigurationError

FORM = "priority-hub/pinned-passkeys/1"

_converter = make_converter()
_converter.register_unstructure_hook(bytes, bytes.hex)
_converter.register_structure_hook(bytes, lambda text, _: bytes.fromhex(text))
_converter.register_unstructure_hook(uuid.UUID, str)
_converter.register_structure_hook(uuid.UUID, lambda text, _: uuid.UUID(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """An entry, and since when it counts."""

    entry: Entry
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A change that two people have signed, and from when it counts."""

    change_id: uuid.UUID
    change: Change
    entry: Entry
    counts_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What the file holds; `settled` are changes that were made and cannot be made again."""

    pins: tuple[Pin, ...] = ()
    coming: tuple[Coming, ...] = ()
    settled: tuple[uuid.UUID, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Return the mail addresses of the people in the file."""
        return frozenset(each.entry.email for each in self.pins)

    def person(
        self, assertion_json: str, *, challenge: bytes, site: Site, roles: Collection[Role]
    ) -> Entry | None:
        """Return who signed this challenge, or None: nobody in the file who may, or not validly."""
        try:
            assertion = Assertion.from_json(assertion_json)
            found = next(
                each.entry for each in self.pins if each.entry.credential_id == assertion.credential_id
            )
            if found.role not in roles:
                return None
            # The counter was kept by the page that took the assertion; here it may be looked at twice.
            check_assertion(
                assertion,
                challenge=challenge,
                public_key=found.public_key,
                rp_id=site.rp_id,
                origin=site.origin,
                last_sign_count=0,
            )
        except (AssertionRefusedError, StopIteration):
            return None
        return found

    def with_pin(self, entry: Entry, *, now: datetime) -> "Pinned":
        """Return the file with this passkey pinned; one that is pinned already is written anew."""
        return replace(self.without(entry), pins=(*self.without(entry).pins, Pin(entry=entry, since=now)))

    def without(self, entry: Entry) -> "Pinned":
        """Return the file without this passkey; a change that would add it is over and cannot come again."""
        same = entry.credential_id
        stopped = tuple(each.change_id for each in self.coming if each.entry.credential_id == same)
        return replace(
            self,
            pins=tuple(each for each in self.pins if each.entry.credential_id != same),
            coming=tuple(each for each in self.coming if each.change_id not in stopped),
            settled=(*self.settled, *stopped),
        )


prepare(_converter, Pinned)


def load(file: Path) -> Pinned:
    """Read the file; without one nobody is believed.

    Raises:
        ConfigurationError: others may read it, or it is not of this form.

    """
    try:
        if file.stat().st_mode & 0o077:
            raise ConfigurationError(f"{file.name} can be read by others; make it mode 0400")
        whole: dict[str, Any] = orjson.loads(file.read_bytes())
        if whole.pop("form", None) != FORM:
            raise ConfigurationError(f"{file.name} is of a form that is not known here")
        return _converter.structure(whole, Pinned)
    except FileNotFoundError:
        return Pinned()
    except (OSError, ValueError, AttributeError, TypeError, BaseValidationError) as error:
        raise ConfigurationError(f"{file.name} cannot be read") from error


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keep other workers and the console from writing the file at the same time."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("ab") as held:
        fcntl.flock(held.fileno(), fcntl.LOCK_EX)
        yield


def save(file: Path, pinned: Pinned) -> None:
    """Replace the file, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as out:
        whole = {"form": FORM, **_converter.unstructure(pinned)}
        out.write(orjson.dumps(whole, option=orjson.OPT_INDENT_2))
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
