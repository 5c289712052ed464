"""Converters between values and plain JSON (cattrs), made whole before threads use them."""

import base64

from cattrs import Converter

# Bytes are written in base 85. CPython fills its tables at their first use, and of two threads that come at
# once the second finds them half filled: it would call what is right malformed.
base64.b85decode(base64.b85encode(b"ready"))


def prepare(converter: Converter, kind: type) -> None:
    """Make the functions for a type and all that it is made of, before several threads ask for them."""
    converter.get_structure_hook(kind)
    converter.get_unstructure_hook(kind)
