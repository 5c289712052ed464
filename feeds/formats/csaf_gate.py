"""The one door to the CSAF validator: schema and mandatory tests of CSAF 2.0 and 2.1, in memory, offline.

The `csaf` package takes a second to import and configures the root logger; so it is imported here only,
when first needed, and the logger is put back.
"""

import logging
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

VERSIONS = ("2.0", "2.1")


def problems(document: Mapping[str, Any], version: str) -> dict[str, str]:
    """Return what the validator refuses, by place in the document; nothing if it is valid."""
    library = _library()
    validate = library.csaf.v20.validate if version == "2.0" else library.validate
    found: dict[str, str] = {}
    for result in validate(dict(document), preset="basic").results:
        if not result.passed and not result.skipped:
            for error in result.errors:
                found.setdefault(error.instance_path or "/", f"{result.id}: {error.message}")
    return found


def cwe(identifier: str) -> dict[str, str] | None:
    """Return id, name and catalogue version of a weakness class, or None if the catalogue lacks it."""
    try:
        entry = _library().cwe_entry(identifier)
    except ValueError:
        return None
    return {"id": entry.id, "name": entry.name, "version": entry.version}


@cache
def _library() -> ModuleType:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        import csaf  # noqa: PLC0415 - see the module's docstring
        import csaf.csaf.v20  # noqa: PLC0415 - likewise
    finally:
        root.handlers[:], root.level = handlers, level
    library: ModuleType = csaf
    return library
