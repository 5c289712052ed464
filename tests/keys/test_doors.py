"""One door to each OpenPGP library."""

import re
from pathlib import Path

import pytest

import keys

FOLDER = Path(keys.__file__).parent


@pytest.mark.parametrize(("library", "door"), [("gnupg", "openpgp.py"), ("pysequoia", "sequoia.py")])
def test_a_library_is_imported_in_one_module_only(library: str, door: str) -> None:
    imports = re.compile(rf"^\s*(import|from) {library}\b", re.MULTILINE)
    found = {path.name for path in FOLDER.rglob("*.py") if imports.search(path.read_text())}
    assert found == {door}
