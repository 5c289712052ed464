import pytest

from sectors.applications.attachments import LARGEST, Fault, UploadRefusedError, checked
from sectors.applications.models import AttachmentKind
from tests.support.applications import PDF

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("定款.pdf", PDF, "application/pdf"),
        ("chart.PNG", PNG, "image/png"),
        ("chart.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("members.csv", "名称,法人番号\r\n".encode("cp932"), "text/csv"),
        ("members.csv", "\ufeff名称".encode(), "text/csv"),
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
        ("articles.pdf", b"", Fault.EMPTY),
        ("articles.pdf", b"MZ\x90", Fault.CONTENT),
        ("chart.png", PDF, Fault.CONTENT),
        ("members.csv", b"PK\x03\x04", Fault.CONTENT),
        ("members.csv", b"\x81", Fault.CONTENT),
        ("articles.pdf", PDF + bytes(LARGEST), Fault.TOO_LARGE),
    ],
)
def test_another_file_is_refused_by_name(name: str, content: bytes, fault: Fault) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        checked(AttachmentKind.ARTICLES, name, content)
    assert (refused.value.file_name, refused.value.fault) == (name, fault)


@pytest.mark.parametrize("typed", ["../../etc/a.pdf", "C:\\secret\\a.pdf", "a\r\n.pdf"])
def test_a_name_loses_folders_and_control_characters(typed: str) -> None:
    assert checked(AttachmentKind.ARTICLES, typed, PDF).file_name == "a.pdf"
