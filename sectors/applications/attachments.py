"""Which uploaded documents are taken: a few kinds, recognised by their content and not by their name."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from sectors.applications import looking
from sectors.applications.looking import Fault
from sectors.applications.models import AttachmentKind

LARGEST = 10 * 1024 * 1024  # bytes, one file
LONGEST_NAME = 200
MOST_EVIDENCE = 10  # files

OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".csv": "text/csv",
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".xlsx": f"{OFFICE}spreadsheetml.sheet",
    ".pptx": f"{OFFICE}presentationml.presentation",
}
LOOKS = {
    "application/pdf": looking.fault_of_pdf,
    "image/png": looking.fault_of_png,
    "image/jpeg": looking.fault_of_jpeg,
    "text/csv": looking.fault_of_text,
}
ACCEPT = ",".join(TYPES)  # for the browser's file dialogue


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
    if (fault := _fault(media_type, content)) is not None:
        raise UploadRefusedError(name, fault)
    return Upload(kind=kind, file_name=name, media_type=media_type, content=content)


def plain_name(file_name: str) -> str:
    """Return the name without folders and unprintable characters, its end kept if it is too long."""
    bare = PureWindowsPath(PurePosixPath(file_name).name).name
    return "".join(each for each in bare if each.isprintable())[-LONGEST_NAME:] or "?"


def _fault(media_type: str, content: bytes) -> Fault | None:
    if media_type in LOOKS:
        return LOOKS[media_type](content)
    return looking.fault_of_office(content, media_type=media_type)
