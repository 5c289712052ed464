import pytest

from feeds.formats.scoring import score, severity
from hub.core.errors import InputError

RATED = [
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0", 10.0, "HIGH"),
    ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", "3.0", 9.6, "CRITICAL"),
    ("CVSS:3.1/AV:A/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "3.1", 8.0, "HIGH"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "3.1", 0.0, "NONE"),
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "4.0", 10.0, "CRITICAL"),
]


@pytest.mark.parametrize(("vector", "version", "number", "word"), RATED)
def test_the_number_follows_from_the_vector(vector: str, version: str, number: float, word: str) -> None:
    rating = score(vector)
    assert (rating.version, rating.score, severity(rating)) == (version, number, word)


@pytest.mark.parametrize("vector", ["", "9.8", "CVSS:3.1/AV:N", "CVSS:9.9/AV:N", "CVSS:4.0/"])
def test_no_vector_no_number(vector: str) -> None:
    with pytest.raises(InputError, match="not a CVSS vector"):
        score(vector)
