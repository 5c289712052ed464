"""What a file is, seen from its bytes: what is no file of its kind from end to end is refused.

A polyglot (a file of two kinds at once) needs room before the begin, after the end, or the directory of an
archive at the end; there is none. Nothing is run, rendered or handed to a parser of the whole format; what
could act when a reviewer opens it (macros, scripts, embedded files and objects) is refused by its name.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import PurePosixPath

PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
JPEG_BEGIN, JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
PDF_BEGIN, PDF_END = b"%PDF-", b"%%EOF"
ACTS = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)(?![A-Za-z])"
)
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
COMPRESSED = re.compile(rb"/ObjStm(?![A-Za-z]).{0,400}?stream\r?\n", re.DOTALL)
MOST_UNPACKED = 100 * 1024 * 1024  # bytes, of all parts together
MOST_PARTS = 5000
MOST_RATIO = 200  # of one part that is larger than a MiB
MIB = 1024 * 1024
CHUNK = 64 * 1024
END_OF_ARCHIVE = b"PK\x05\x06"  # and no comment behind it
CONTENT_TYPES = "[Content_Types].xml"
MACRO = re.compile(rb"macroEnabled|vbaProject|ms-office\.activeX|oleObject", re.IGNORECASE)
ACTING_PARTS = re.compile(
    r"vbaProject|activeX|oleObject|embeddings/|\.(?:exe|dll|js|vbs|hta)$|^(?!.*printerSettings).*\.bin$",
    re.IGNORECASE,
)
OUTSIDE = re.compile(rb'TargetMode\s*=\s*["\']External["\']', re.IGNORECASE)
LINK = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)
HARMLESS = re.compile(rb'relationships/hyperlink["\']', re.IGNORECASE)


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    KIND = "kind"
    CONTENT = "content"
    ACTIVE = "active"
    BOMB = "bomb"
    LOCKED = "locked"


class BombError(Exception):
    """Something unpacks to more than a document would."""


def fault_of_text(content: bytes) -> Fault | None:
    """Look at a CSV file: text in UTF-8 or Shift JIS without control characters."""
    if any(byte < ord(" ") and byte not in b"\t\r\n" for byte in content):
        return Fault.CONTENT
    return None if any(_decodes(content, encoding) for encoding in ("utf-8-sig", "cp932")) else Fault.CONTENT


def fault_of_png(content: bytes) -> Fault | None:
    """Look at a PNG: chunk after chunk with their checksums, the last one IEND, nothing behind it."""
    if not content.startswith(PNG_BEGIN):
        return Fault.CONTENT
    at, kind = len(PNG_BEGIN), b""
    while at < len(content) and kind != b"IEND":
        if at + 12 > len(content):
            return Fault.CONTENT
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if (
            end > len(content)
            or zlib.crc32(content[at + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]
        ):
            return Fault.CONTENT
        at = end
    return None if kind == b"IEND" and at == len(content) else Fault.CONTENT


def fault_of_jpeg(content: bytes) -> Fault | None:
    """Look at a JPEG: segment after segment up to the picture, whose end mark is the end of the file."""
    if not content.startswith(JPEG_BEGIN):
        return Fault.CONTENT
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - the begin of a marker
        marker = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
        if marker == 0xDA:  # noqa: PLR2004 - start of scan: the picture follows
            end = content.find(JPEG_END, at)
            last = content.rfind(JPEG_END)
            whole = end != -1 and last + 2 == len(content)
            return None if whole and not zipfile.is_zipfile(io.BytesIO(content)) else Fault.CONTENT
    return Fault.CONTENT


def fault_of_pdf(content: bytes) -> Fault | None:
    """Look at a PDF: its marks at begin and end, no archive in it, nothing that acts, no password."""
    end = content.rstrip(b"\r\n\t \0")
    if not content.startswith(PDF_BEGIN) or not end.endswith(PDF_END) or len(content) - len(end) > CHUNK:
        return Fault.CONTENT
    if zipfile.is_zipfile(io.BytesIO(content)):
        return Fault.CONTENT
    if ENCRYPTED.search(content):
        return Fault.LOCKED
    try:
        acts = any(ACTS.search(_unescaped(piece)) for piece in (content, *_object_streams(content)))
    except BombError:
        return Fault.BOMB
    except zlib.error:
        return Fault.CONTENT  # what cannot be looked into is not taken
    return Fault.ACTIVE if acts else None


def fault_of_office(content: bytes, *, media_type: str) -> Fault | None:
    """Look at an Office Open XML file: an archive from its first byte, of this type, without macros."""
    if not content.startswith(b"PK\x03\x04"):
        return Fault.CONTENT
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _fault_of_archive(archive, content, media_type=media_type)
    except BombError:
        return Fault.BOMB
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError, ValueError):
        return Fault.CONTENT


def _fault_of_archive(archive: zipfile.ZipFile, content: bytes, *, media_type: str) -> Fault | None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
        return Fault.BOMB
    if any(each.flag_bits & 1 for each in parts):
        return Fault.LOCKED
    if not _is_all_archive(archive, parts, content):
        return Fault.CONTENT
    unpacked = {each.filename: _unpacked(archive, each) for each in parts}
    if _acts(unpacked):
        return Fault.ACTIVE
    return None if f"{media_type}.main+xml".encode() in unpacked[CONTENT_TYPES] else Fault.CONTENT


def _acts(unpacked: Mapping[str, bytes]) -> bool:
    """Tell whether something would act when the document is opened, or be fetched from outside."""
    if any(ACTING_PARTS.search(name) for name in unpacked) or MACRO.search(unpacked[CONTENT_TYPES]):
        return True
    links = (link for name, text in unpacked.items() if name.endswith(".rels") for link in LINK.findall(text))
    return any(OUTSIDE.search(each) and not HARMLESS.search(each) for each in links)


def _is_all_archive(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo], content: bytes) -> bool:
    """Tell whether the archive is the file from end to end, without room in which a second one could hide."""
    names = [each.filename for each in parts]
    if CONTENT_TYPES not in names or len(set(names)) != len(names) or not all(map(_is_plain, names)):
        return False
    if min(each.header_offset for each in parts) != 0 or content[-22:-18] != END_OF_ARCHIVE:
        return False
    packed = sum(each.compress_size + 30 + len(each.filename.encode()) for each in parts)
    directory = sum(46 + len(each.filename.encode()) + len(each.extra) for each in parts)
    slack = 4096 + 64 * len(parts)  # data descriptors, extra fields, the space that Word leaves to grow
    return archive.start_dir <= packed + slack and len(content) - archive.start_dir <= directory + slack


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Return a part, unpacked no further than it says of itself and than a document would be.

    Raises:
        BombError: there is more in it.

    """
    if part.file_size > MIB and part.file_size > MOST_RATIO * max(part.compress_size, 1):
        raise BombError
    with archive.open(part) as stream:
        plain = stream.read(part.file_size + 1)
    if len(plain) > part.file_size:
        raise BombError
    return plain if part.filename.endswith((".rels", ".xml")) else b""


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and name.isprintable()


def _object_streams(content: bytes) -> Iterator[bytes]:
    """Give what the compressed objects of a PDF hold (ISO 32000-1, 7.5.7).

    Raises:
        BombError: together they unpack to more than a document would.
        zlib.error: they are packed otherwise.

    """
    left = MOST_UNPACKED
    for found in COMPRESSED.finditer(content):
        plain = zlib.decompressobj().decompress(content[found.end() :], left)
        left -= len(plain)
        if left <= 0:
            raise BombError
        yield plain


def _unescaped(text: bytes) -> bytes:
    """Return names of a PDF as they are meant: `#4a` is a J (ISO 32000-1, 7.3.5)."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
