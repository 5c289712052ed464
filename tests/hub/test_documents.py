"""docs/configuration.md: every variable that the hub reads, and the default that it has."""

import re
from dataclasses import replace
from pathlib import Path

from hub.core.config import Config
from tests.support.variables import Recording

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(HUB_[A-Z_]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)
LITERAL = re.compile(r"`([^`]+)`")
ENOUGH = {"HUB_BOUNCES": "imaps://user@host/INBOX", "HUB_BOUNCES_PASSWORD_FILE": "/password"}


def documented() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    return {name: (default, meaning) for name, default, meaning in ROW.findall(text)}


def test_every_variable_that_is_read_is_documented_and_no_other() -> None:
    asked = Recording(ENOUGH)
    Config.from_env(asked)
    assert asked.names == set(documented())


def test_a_documented_default_is_the_one_that_counts() -> None:
    literal = {
        name: found[1] for name, (said, _) in documented().items() if (found := LITERAL.fullmatch(said))
    }
    assert len(literal) >= 10
    without = Config.from_env(ENOUGH)
    for name, default in literal.items():
        assert Config.from_env(ENOUGH | {name: default}) == without, name
    assert Config.from_env({"HUB_RATE_STORAGE": "redis://localhost"}) == replace(
        Config.from_env({}), rate_storage="redis://localhost"
    )


def test_what_is_a_number_has_its_unit() -> None:
    units = re.compile(r"days|hours|minutes|seconds|how many|port|requests")
    for name, (default, meaning) in documented().items():
        if re.fullmatch(r"`\d+`", default):
            assert units.search(meaning), name


def test_the_operations_manual_names_commands_and_files_that_there_are() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for topic in ("Install", "Upgrade", "Rotate", "Back up", "Restore", "Leak", "Lost administrator"):
        assert re.search(rf"^##+ {topic}", text, re.MULTILINE), topic
    for path in re.findall(r"`((?:systemd|nginx|prometheus|grafana)/[\w.-]+)`", text):
        assert (ROOT / "docs" / "deploy" / path).exists(), path
