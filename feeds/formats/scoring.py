"""CVSS ratings from their vectors (FIRST CVSS 2.0, 3.0, 3.1, 4.0): the number is computed, never typed."""

from cvss import CVSS2, CVSS3, CVSS4, CVSSError

from feeds.formats.content import Score
from hub.core.errors import InputError


def score(vector: str) -> Score:
    """Return the base score of a CVSS vector of any version.

    Raises:
        InputError: the text is no complete CVSS vector.

    """
    try:
        return _scored(vector)
    except CVSSError as error:
        raise InputError({"vector": f"not a CVSS vector: {error}"}) from error


def severity(rating: Score) -> str:
    """Return the qualitative severity in capitals (CVSS 3.1, section 5; 2.0 by NVD's three steps)."""
    steps = [(7.0, "HIGH"), (4.0, "MEDIUM"), (0.0, "LOW")]
    if not rating.version.startswith("2"):
        steps = [(9.0, "CRITICAL"), (7.0, "HIGH"), (4.0, "MEDIUM"), (0.1, "LOW"), (0.0, "NONE")]
    return next(word for floor, word in steps if rating.score >= floor)


def exploit_maturity(rating: Score) -> str:
    """Return the vector's metric E (exploit code maturity, in 4.0 exploit maturity); empty if not defined."""
    metrics = dict(part.split(":", 1) for part in rating.vector.split("/"))
    found = metrics.get("E", "")
    return "" if found in {"X", "ND"} else found


def _scored(vector: str) -> Score:
    if vector.startswith("CVSS:4"):
        return Score(version="4.0", vector=vector, score=float(CVSS4(vector).base_score))
    if vector.startswith("CVSS:3"):
        rated = CVSS3(vector)
        return Score(version=f"3.{rated.minor_version}", vector=vector, score=float(rated.base_score))
    return Score(version="2.0", vector=vector, score=float(CVSS2(vector).base_score))
