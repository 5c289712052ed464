"""A package that a body passed on to a member: a ZIP archive, in which only a package's own parts may stand.

Where the member has a certificate the hub has signed and sealed the archive. Where not it bears no signature:
its form is looked at all the same, but who made it, nobody can tell by it.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from feeds.receiver.letters import Letter, shown
from hub.core.errors import HubError

ARCHIVE = b"PK\x03\x04"
MOST_FILES = 50
MOST_BYTES = 64 * 1024 * 1024  # of all parts together, unpacked
BUNDLE = re.compile(r"(PI-[0-9]{4}-[0-9A-Z]{5})-r([1-9][0-9]*)\.stix\.json")
PACK = re.compile(r"explanatory-pack-[1-9][0-9]*\.pdf")


class NoPackageError(HubError):
    """The archive is damaged, or is no package of the hub."""


def is_archive(data: bytes) -> bool:
    """Tell whether the data is a ZIP archive, and so no OpenPGP message, mail or document."""
    return data.startswith(ARCHIVE)


def package_in(data: bytes) -> Letter:
    """Return what a package says, with its parts by the names that they have in it.

    Raises:
        NoPackageError: it is damaged, or parts are missing, strange, or of different notices.

    """
    files = dict(_files(data))
    found = [each for each in map(BUNDLE.fullmatch, files) if each]
    if len(found) != 1:
        raise NoPackageError("The archive holds no notice of the hub, or several.")
    tracking_id, revision = found[0].groups()
    named = re.compile(rf"{tracking_id}-r{revision}\.(pdf|stix\.json|csaf\.json|sector-[0-9]+\.stix\.json)")
    for name, content in files.items():
        if not named.fullmatch(name) and not PACK.fullmatch(name):
            raise NoPackageError("The archive holds a file that belongs to no package of this notice.")
        if name.endswith(".pdf") and not content.startswith(b"%PDF-"):
            raise NoPackageError("A file of the archive is not what its name says.")
    report = _report(files[found[0].string], tracking_id)
    return Letter(
        subject=shown(f"[{tracking_id} r{revision}] {report.get('name', '')}"),
        text=shown(str(report.get("description", ""))),
        files=tuple(files.items()),
    )


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_FILES or sum(each.file_size for each in parts) > MOST_BYTES:
                raise NoPackageError("The archive is too large.")
            if len({each.filename for each in parts}) < len(parts):
                raise NoPackageError("The archive holds two files of one name.")
            for each in parts:
                with packed.open(each) as part:  # reads no more than it says to hold, and checks its sum
                    yield each.filename, part.read(each.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError):
        raise NoPackageError("The archive is damaged.") from None


def _report(bundle: bytes, tracking_id: str) -> dict[str, Any]:
    """Return the one report of a bundle, which names the notice that the file's name does."""
    try:
        objects = json.loads(bundle)["objects"]
        [report] = [each for each in objects if each["type"] == "report"]
        known = [each.get("external_id") for each in report.get("external_references", ())]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoPackageError("A file of the archive is not what its name says.") from None
    if tracking_id not in known:
        raise NoPackageError("A file of the archive is not what its name says.")
    return dict(report)
