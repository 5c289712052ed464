"""The configuration file: an example that is one, and a clear word about each mistake."""

import re
import tomllib
from pathlib import Path

import pytest

from feeds.receiver.settings import EXAMPLE, Settings, Start, plain_fingerprint, read_settings, read_token
from hub.core.errors import ConfigurationError


def written(folder: Path, text: str) -> Path:
    file = folder / "pull.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_example_reads_as_it_stands_and_names_every_key(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, EXAMPLE))
    assert settings.state.start is Start.HEAD
    assert settings.hub.token_file == tmp_path / "token"
    assert settings.state.folder == Path("/var/lib/priority/state")
    told = tomllib.loads(re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", EXAMPLE))
    for section, value in vars_of(Settings).items():
        known = set(told[section])
        assert known | {"gpg"} >= set(vars_of(value)), section


def vars_of(kind: object) -> dict[str, object]:
    fields: dict[str, object] = {
        name: next(
            (part for part in getattr(each.type, "__args__", (each.type,)) if part is not type(None)), None
        )
        for name, each in kind.__dataclass_fields__.items()  # type: ignore[attr-defined]
    }
    return fields


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[hub]", "[hub", "no TOML"),
        ('api_root = "https', 'api_root = "http', "https://"),
        ("[state]", '[state]\ncolour = "red"', "colour"),
        ('start = "head"', 'start = "middle"', "start"),
        ('username = "client-name"', "username = 7", "username"),
        ('username = "client-name"', "", "username"),
        ('fingerprint = "0000', 'fingerprint = "DEADBEEF', "40 hex digits"),
        ('# secret_key = "secret-key.asc"', 'secret_key = "secret-key.asc"', "one of the two"),
        ('collection = "0000', 'collection = "zzzz', "collection"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in EXAMPLE
    with pytest.raises(ConfigurationError, match=re.escape(said)) as refused:
        read_settings(written(tmp_path, EXAMPLE.replace(before, after, 1)))
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")


@pytest.mark.parametrize(("content", "mode"), [("secret\n", 0o644), ("\n", 0o600), ("日本", 0o600)])
def test_a_token_that_others_can_read_or_that_is_none_is_refused(
    tmp_path: Path, content: str, mode: int
) -> None:
    file = tmp_path / "token"
    file.write_text(content, encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(ConfigurationError) as refused:
        read_token(file)
    assert "secret" not in str(refused.value)


def test_a_fingerprint_may_be_written_as_people_write_it() -> None:
    assert (
        plain_fingerprint(" 0123 4567 89ab cdef 0123  4567 89AB CDEF 0123 4567")
        == "0123456789ABCDEF" * 2 + "01234567"
    )
