"""Fingerprints as people read them aloud and compare them."""

GROUP = 4  # characters that are read together


def grouped(fingerprint: str) -> str:
    """Return a fingerprint in groups of four."""
    return " ".join(fingerprint[place : place + GROUP] for place in range(0, len(fingerprint), GROUP))
