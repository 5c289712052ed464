import base64
from pathlib import Path

import pytest

from hub.demo.errors import ProofError
from hub.demo.leaks import must_not_leak

WORD = "kanaria0123456789ab"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    hub, mail = tmp_path / "hub", tmp_path / "mail" / "new"
    hub.mkdir()
    mail.mkdir(parents=True)
    (hub / "hub.sqlite").write_bytes(bytes(5000))
    (mail / "1").write_text("Subject: a notice\n\nsealed\n")
    return hub, tmp_path / "mail"


def test_files_without_the_word_are_counted(folders: tuple[Path, Path]) -> None:
    hub, mail = folders
    assert must_not_leak(WORD, hub=hub, mail=mail) == 2


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize(
    "written",
    [str.encode, lambda text: base64.b64encode(text.encode()), lambda text: text.encode("utf-16-le")],
)
def test_the_word_is_found_in_any_writing(folders: tuple[Path, Path], before: str, written: object) -> None:
    hub, mail = folders
    assert callable(written)
    (hub / "worker.log").write_bytes(written(f"{before}{WORD} and more"))
    with pytest.raises(ProofError, match=r"worker\.log"):
        must_not_leak(WORD, hub=hub, mail=mail)


def test_the_word_is_found_in_an_encoded_part_of_a_mail(folders: tuple[Path, Path]) -> None:
    hub, mail = folders
    body = base64.encodebytes(f"{'x' * 70}{WORD}".encode()).decode()
    (mail / "new" / "2").write_text(f"Content-Transfer-Encoding: base64\n\n{body}")
    with pytest.raises(ProofError) as failure:
        must_not_leak(WORD, hub=hub, mail=mail)
    assert WORD not in str(failure.value)
