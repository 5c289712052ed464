"""docs/security.md names a test for each attack; every one is there. And what no other subject tests."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\| (\d+) \| .+? \| (.+) \|$", re.MULTILINE)
FILE = re.compile(r"`([\w/]+\.py)`: ((?:`test_\w+`(?:, )?)+)")
LOCKED = re.compile(r"^([\w.-]+)==\S+.*?\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", re.MULTILINE)
ATTACKS = 45
NEVER_RUN = {"skip", "xfail", "soak", "endurance"}


@cache
def declared_in(file: Path) -> dict[str, set[str]]:
    """Return the tests of a file that `make test` runs or not, each with its marks."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    return {each.name: {_mark(mark) for mark in each.decorator_list} for each in functions}


def _mark(decorator: ast.expr) -> str:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return named.attr if isinstance(named, ast.Attribute) else ""


def told() -> dict[int, list[tuple[str, str]]]:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    return {
        int(number): [
            (file, test) for file, names in FILE.findall(cells) for test in re.findall(r"test_\w+", names)
        ]
        for number, cells in LINE.findall(text)
    }


def test_every_attack_has_tests_and_each_of_them_is_there_and_runs() -> None:
    lines = told()
    assert sorted(lines) == list(range(1, ATTACKS + 1))
    for number, tests in lines.items():
        assert tests, number
        for file, test in tests:
            there = declared_in(ROOT / "tests" / file)
            assert test in there, (number, file, test)
            assert not there[test] & NEVER_RUN, (number, file, test)


def test_no_template_calls_anything_safe() -> None:
    for folder in ("hub", "sectors", "nda", "feeds"):
        for template in (ROOT / folder).rglob("*.html"):
            assert not re.search(r"\|\s*safe\b|autoescape\s+false", template.read_text("utf-8")), template


def test_every_dependency_is_locked_with_its_hashes() -> None:
    text = (ROOT / "requirements" / "all.txt").read_text(encoding="utf-8")
    hashed = LOCKED.findall(text)
    locked = {name.lower() for name, _ in hashed}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["demo"], *extras["dev"]]
    assert {re.split(r"[^\w.-]", each)[0].lower() for each in wanted} <= locked
    assert len(hashed) == len(re.findall(r"^[^\s#].*==", text, re.MULTILINE))
    assert not re.search(r"https?://|--index|--find-links|^-e", text, re.MULTILINE)
    assert "--require-hashes" in (ROOT / "Makefile").read_text("utf-8")


def test_pip_refuses_a_package_that_was_exchanged(tmp_path: Path) -> None:
    wheel = tmp_path / "kingfisher-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr("kingfisher.py", "raise SystemExit('run')")
        about = "kingfisher-1.dist-info"
        made.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: kingfisher\nVersion: 1\n")
        made.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{about}/RECORD", "")
    locked = tmp_path / "all.txt"
    locked.write_text(f"kingfisher==1 --hash=sha256:{'0' * 64}\n")
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install"]
    pip += ["--require-hashes", "--no-index", "--find-links", str(tmp_path), "-r", str(locked)]
    run = subprocess.run(
        [*pip, "--target", str(tmp_path / "into")], capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "DO NOT MATCH THE HASHES" in run.stderr
    assert not (tmp_path / "into").exists()
