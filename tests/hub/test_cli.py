"""The command: help everywhere, exit codes that scripts can rely on, refusals in one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hub.cli import main

COMMAND = str(Path(sys.executable).with_name("priority-hub"))


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_every_command_tells_what_it_does(path: tuple[str, ...], asked: str) -> None:
    answer = CliRunner().invoke(main, [*path, asked])
    assert answer.exit_code == 0
    assert answer.output.startswith("Usage:")


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_an_option_that_does_not_exist_is_wrong_use(path: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(main, [*path, "--no-such-option"])
    assert answer.exit_code == 2
    assert "No such option" in answer.output


@pytest.mark.parametrize("arguments", [["no-such-command"], ["serve", "--workers", "many"], ["demo"]])
def test_wrong_use_exits_with_two(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({}, "run `priority-hub init`"),
        ({"HUB_BASE_URL": "http://hub.example.jp"}, "HUB_BASE_URL must begin with https://"),
        ({"HUB_SMTP_HOST": "mail.example.jp", "HUB_SMTP_TLS": "none"}, "loopback only"),
        ({"HUB_DATABASE_URL": "nonsense"}, "HUB_DATABASE_URL"),
        ({"HUB_PROXY_HOPS": "x"}, "HUB_PROXY_HOPS"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(
    tmp_path: Path, command: str, told: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        monkeypatch.delenv(name)
    answer = CliRunner().invoke(main, [command], env={"HUB_INSTANCE": str(tmp_path), **told})
    assert answer.exit_code == 1
    [said] = answer.stderr.splitlines()
    assert line in said


def test_the_installed_program_refuses_to_serve_without_an_instance(tmp_path: Path) -> None:
    run = subprocess.run(
        [COMMAND, "serve"],
        env={"HUB_INSTANCE": str(tmp_path / "none"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert len(run.stderr.splitlines()) == 1
    assert not (tmp_path / "none").exists()
