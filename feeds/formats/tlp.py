"""TLP 2.0 (FIRST, August 2022) and its official STIX marking definitions (OASIS cti-stix-common-objects)."""

from enum import StrEnum
from typing import Any

_EXTENSION_ID = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


class Tlp(StrEnum):
    """The labels of TLP 2.0, without the prefix."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"

    @property
    def label(self) -> str:
        """Return the label as it is written: in capitals, untranslated."""
        return f"TLP:{self.value}"

    @property
    def marking_id(self) -> str:
        """Return the id of the official marking definition."""
        return f"marking-definition--{_MARKINGS[self]}"


_MARKINGS = {
    Tlp.CLEAR: "94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "e828b379-4e03-4974-9ac4-e53a884c97c1",
}


def marking(tlp: Tlp) -> dict[str, Any]:
    """Return the official marking definition of a label, as OASIS publishes it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": tlp.marking_id,
        "created": "2022-10-01T00:00:00.000Z",
        "name": tlp.label,
        "extensions": {
            _EXTENSION_ID: {"extension_type": "property-extension", "tlp_2_0": tlp.value.lower()},
        },
    }
