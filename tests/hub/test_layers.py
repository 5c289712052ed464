"""The layers are kept, and each contract is one that can be broken."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: list[str] = [contract["name"] for contract in SETTINGS["contracts"]]
LINT = Path(sys.executable).with_name("lint-imports")

# Each contract with one line that breaks it; a contract without a line here fails the test below.
VIOLATIONS = {
    "One direction": ("hub/core/clock.py", "import hub.accounts.models"),
    "Inside a subject": ("sectors/catalogue/models.py", "import sectors.catalogue.queries"),
    "Sectors, lower subjects first": (
        "sectors/catalogue/shipped.py",
        "import sectors.applications.submission",
    ),
    "Feeds, lower subjects first": ("feeds/formats/tlp.py", "import feeds.delivery.states"),
    "The receiver stands alone": ("feeds/receiver/states.py", "import sectors.bodies.states"),
    "Flask stays at the edge": ("hub/core/tokens.py", "import flask"),
    "One door to each library": ("hub/home/views.py", "import gnupg"),
    "One door to each judge of what is written": ("feeds/advisories/pages.py", "import yaml"),
    "One door to paper": ("sectors/bodies/queries.py", "import typst"),
    "One door to calendars": ("feeds/receipts/queries.py", "import icalendar"),
    "The web process cannot sign": ("feeds/receipts/views.py", "import feeds.delivery.copies"),
}


def lint(folder: Path) -> dict[str, str]:
    """Return the verdict on each contract."""
    run = subprocess.run(
        [LINT, "--no-cache", "--config", folder / "pyproject.toml"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b.*$", run.stdout, re.MULTILINE))
    assert (run.returncode == 0) is ("BROKEN" not in found.values()), run.stdout + run.stderr
    return found


def copied(folder: Path) -> Path:
    for package in SETTINGS["root_packages"]:
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=shutil.ignore_patterns("__pycache__", "static", "assets", "translations", "templates"),
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_is_kept() -> None:
    assert lint(ROOT) == dict.fromkeys(CONTRACTS, "KEPT")


def test_every_contract_breaks_when_its_rule_is_broken(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for file, line in VIOLATIONS.values():
        with (folder / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    assert lint(folder) == dict.fromkeys(CONTRACTS, "BROKEN")


@pytest.mark.parametrize("library", ["gnupg", "pysequoia"])
def test_no_module_outside_the_keys_names_an_openpgp_library(library: str) -> None:
    pattern = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
    users = [
        path.relative_to(ROOT)
        for package in ("hub", "sectors", "nda", "feeds")
        for path in (ROOT / package).rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert users == []
