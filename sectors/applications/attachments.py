"""Which uploaded documents are taken: a few kinds, recognised by their content and not by their name."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath

from sectors.applications.models import AttachmentKind

LARGEST = 10 * 1024 * 1024  # bytes, one file
LONGEST_NAME = 200
MOST_EVIDENCE = 10  # files

TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".csv": "text/csv",
}
MAGIC = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
ACCEPT = ",".join(TYPES)  # for the browser's file dialogue


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    KIND = "kind"
    CONTENT = "content"


class UploadRefusedError(Exception):
    """A file is not taken; the fault says why and the name says which."""

    def __init__(self, file_name: str, fault: Fault) -> None:
        super().__init__(fault)
        self.file_name = file_name
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was looked at and taken."""

    kind: AttachmentKind
    file_name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the digest of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def checked(kind: AttachmentKind, file_name: str, content: bytes) -> Upload:
    """Return the upload if it may be taken.

    Raises:
        UploadRefusedError: it is empty, too large, of another kind, or not what its name says.

    """
    name = plain_name(file_name)
    media_type = TYPES.get(PurePosixPath(name).suffix.lower())
    if media_type is None:
        raise UploadRefusedError(name, Fault.KIND)
    if not content:
        raise UploadRefusedError(name, Fault.EMPTY)
    if len(content) > LARGEST:
        raise UploadRefusedError(name, Fault.TOO_LARGE)
    if not _is_of(media_type, content):
        raise UploadRefusedError(name, Fault.CONTENT)
    return Upload(kind=kind, file_name=name, media_type=media_type, content=content)


def plain_name(file_name: str) -> str:
    """Return the name without folders and unprintable characters, its end kept if it is too long."""
    bare = PureWindowsPath(PurePosixPath(file_name).name).name
    return "".join(each for each in bare if each.isprintable())[-LONGEST_NAME:] or "?"


def _is_of(media_type: str, content: bytes) -> bool:
    if media_type in MAGIC:
        return content.startswith(MAGIC[media_type])
    return _is_text(content)


def _is_text(content: bytes) -> bool:
    if any(byte < ord(" ") and byte not in b"\t\r\n" for byte in content):
        return False
    return any(_decodes(content, encoding) for encoding in ("utf-8-sig", "cp932"))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
