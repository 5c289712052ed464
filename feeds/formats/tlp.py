"""TLP 2.0 (FIRST, August 2022) and its official STIX marking definitions (OASIS cti-stix-common-objects)."""

from enum import StrEnum


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
