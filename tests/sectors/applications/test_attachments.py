import io
import struct
import zipfile
import zlib

import pytest

from hub.demo.documents import pdf
from sectors.applications.attachments import LARGEST, OFFICE, UploadRefusedError, checked
from sectors.applications.looking import Fault
from sectors.applications.models import AttachmentKind
from tests.support.applications import PDF

WORD = f"{OFFICE}wordprocessingml.document"
WORD_TYPE = f"{WORD}.main+xml"
LINKED = '<Relationship Id="a" Type="http://x/relationships/{}" Target="http://x" TargetMode="External"/>'


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x04ab\x12\x34\xff\xd9"


def office(types: str = WORD_TYPE, /, **parts: bytes) -> bytes:
    """Return an Office file with these further parts (`__` is a slash, `_dot_` a dot)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{types}"/></Types>')
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


def pdf_with(packed: bytes) -> bytes:
    stream = zlib.compress(packed)
    inside = b"7 0 obj\n<< /Type /ObjStm /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
        len(stream),
        stream,
    )
    return b"%PDF-1.7\n" + inside + b"%%EOF\n"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("定款.pdf", PDF, "application/pdf"),
        ("定款.pdf", pdf("Articles"), "application/pdf"),
        ("定款.pdf", pdf_with(b"<< /Type /Page >>"), "application/pdf"),
        ("chart.PNG", PNG, "image/png"),
        ("chart.jpeg", JPEG, "image/jpeg"),
        ("members.csv", "名称,法人番号\r\n".encode("cp932"), "text/csv"),
        ("members.csv", "\ufeff名称".encode(), "text/csv"),
        ("規程.docx", office(word__document_dot_xml=b"<w/>"), WORD),
        ("規程.docx", office(word___rels__d_dot_rels=LINKED.format("hyperlink").encode()), WORD),
        ("規程.docx", office(xl__printerSettings__printerSettings1_dot_bin=b"\0"), WORD),
    ],
)
def test_a_file_of_the_list_is_taken(name: str, content: bytes, media_type: str) -> None:
    upload = checked(AttachmentKind.CHART, name, content)
    assert (upload.file_name, upload.media_type) == (name, media_type)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("articles.exe", b"MZ", Fault.KIND),
        ("articles", PDF, Fault.KIND),
        ("articles.html", b"<script>", Fault.KIND),
        ("macros.docm", office(), Fault.KIND),
        ("articles.pdf", b"", Fault.EMPTY),
        ("articles.pdf", b"MZ\x90", Fault.CONTENT),
        ("articles.pdf", b"%PDF-1.7\n1 0 obj\n", Fault.CONTENT),
        ("chart.png", PDF, Fault.CONTENT),
        ("chart.png", PNG[:-4], Fault.CONTENT),
        ("chart.jpg", JPEG[:-1], Fault.CONTENT),
        ("members.csv", b"PK\x03\x04", Fault.CONTENT),
        ("members.csv", b"\x81", Fault.CONTENT),
        ("articles.pdf", PDF + bytes(LARGEST), Fault.TOO_LARGE),
        ("rules.docx", b"PK\x03\x04", Fault.CONTENT),
        ("rules.docx", office(f"{OFFICE}spreadsheetml.sheet.main+xml"), Fault.CONTENT),
    ],
)
def test_another_file_is_refused_by_name(name: str, content: bytes, fault: Fault) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        checked(AttachmentKind.ARTICLES, name, content)
    assert (refused.value.file_name, refused.value.fault) == (name, fault)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF + office()),
        ("a.pdf", PDF[:-6] + office() + b"\n%%EOF\n"),
        ("a.pdf", b"<script>alert(1)</script>" + PDF),
        ("a.pdf", PDF + b"<script>alert(1)</script>"),
        ("a.png", PNG + b"<script>alert(1)</script>"),
        ("a.png", PNG + office()),
        ("a.jpg", JPEG + office()),
        ("a.jpg", JPEG[:-2] + office() + b"\xff\xd9"),
        ("a.docx", b"%PDF-1.7\n" + office()),
        ("a.docx", office() + PDF),
        ("a.docx", office(WORD_TYPE, **{"..__..__etc__passwd": b"x"})),
    ],
)
def test_a_file_of_two_kinds_at_once_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        checked(AttachmentKind.ARTICLES, name, content)
    assert refused.value.fault is Fault.CONTENT


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.docx", office(word__vbaProject_dot_bin=b"\xd0\xcf"), Fault.ACTIVE),
        ("a.docx", office("application/vnd.ms-word.document.macroEnabled.main+xml"), Fault.ACTIVE),
        ("a.docx", office(word__embeddings__oleObject1_dot_bin=b"\xd0\xcf"), Fault.ACTIVE),
        ("a.docx", office(word___rels__s_dot_rels=LINKED.format("attachedTemplate").encode()), Fault.ACTIVE),
        ("a.docx", office(word__media_dot_xml=bytes(50_000_000)), Fault.BOMB),
        ("a.pdf", PDF[:-6] + b"<< /S /JavaScript /JS (app.alert(1)) >>\n%%EOF\n", Fault.ACTIVE),
        ("a.pdf", PDF[:-6] + b"<< /S /J#61vaScript >>\n%%EOF\n", Fault.ACTIVE),
        ("a.pdf", PDF[:-6] + b"<< /S /Launch >>\n%%EOF\n", Fault.ACTIVE),
        ("a.pdf", PDF[:-6] + b"<< /Type /EmbeddedFile >>\n%%EOF\n", Fault.ACTIVE),
        ("a.pdf", PDF[:-6] + b"trailer << /Encrypt 5 0 R >>\n%%EOF\n", Fault.LOCKED),
        ("a.pdf", pdf_with(b"<< /S /JavaScript >>"), Fault.ACTIVE),
        ("a.pdf", pdf_with(bytes(101 * 1024 * 1024)), Fault.BOMB),
    ],
)
def test_what_would_act_burst_or_is_locked_is_refused(name: str, content: bytes, fault: Fault) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        checked(AttachmentKind.ARTICLES, name, content)
    assert refused.value.fault is fault


def test_a_part_that_says_less_of_itself_than_it_holds_is_refused() -> None:
    made = bytearray(office(word__document_dot_xml=b"x" * 5000))
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(UploadRefusedError):
        checked(AttachmentKind.ARTICLES, "a.docx", bytes(made))


@pytest.mark.parametrize("typed", ["../../etc/a.pdf", "C:\\secret\\a.pdf", "a\r\n.pdf"])
def test_a_name_loses_folders_and_control_characters(typed: str) -> None:
    assert checked(AttachmentKind.ARTICLES, typed, PDF).file_name == "a.pdf"
