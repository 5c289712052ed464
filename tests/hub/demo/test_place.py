from pathlib import Path

import pytest

from hub.demo.errors import DemoError
from hub.demo.place import MARK, taken


def test_a_new_folder_is_made_and_marked(tmp_path: Path, gpg: str) -> None:
    with taken(tmp_path / "demo", gpg=gpg) as place:
        assert place.logs.is_dir()
    assert (tmp_path / "demo" / MARK).exists()


def test_a_second_time_begins_anew_and_leaves_other_files_alone(tmp_path: Path, gpg: str) -> None:
    with taken(tmp_path, gpg=gpg) as place:
        (place.hub / "hub.sqlite").write_text("old")
        (tmp_path / "demo.json").write_text("{}")
    with taken(tmp_path, gpg=gpg) as place:
        assert not (place.hub / "hub.sqlite").exists()
    assert (tmp_path / "demo.json").exists()


def test_a_folder_with_something_else_in_it_is_left_as_it_is(tmp_path: Path, gpg: str) -> None:
    precious = tmp_path / "hub" / "precious"
    precious.parent.mkdir()
    precious.write_text("not yours")
    with pytest.raises(DemoError, match="no demo made it"), taken(tmp_path, gpg=gpg):
        pass
    assert precious.read_text() == "not yours"


def test_two_demos_do_not_play_in_one_folder(tmp_path: Path, gpg: str) -> None:
    with (
        taken(tmp_path, gpg=gpg),
        pytest.raises(DemoError, match="running"),
        taken(tmp_path, gpg=gpg),
    ):
        pass
