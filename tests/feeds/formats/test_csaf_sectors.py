import pytest

from feeds.formats.csaf_sectors import TITLE, suggested

TRANSPORT = {"aviation", "airports", "railway", "logistics"}

SAID: list[tuple[str, set[str], bool]] = [
    ("Energy", {"electricity", "gas", "petroleum"}, True),
    ("Transportation Systems", TRANSPORT, True),
    ("Nuclear Reactors, Materials, and Waste; Dams.", {"electricity", "water"}, True),
    ("Government Facilitates, andWater and Wastewater Systems", {"government", "water"}, True),
    ("Healthcare and Public Health Sector", {"medical"}, True),
    ("Oil & Gas, Petrochemical", {"gas", "petroleum", "chemical"}, True),
    ("Financial Services", {"finance", "credit"}, True),
    ("Critical Manufacturing, Energy", {"electricity", "gas", "petroleum"}, False),
    ("Multiple Sectors", set(), False),
]


@pytest.mark.parametrize(("words", "codes", "understood"), SAID)
def test_words_suggest_sectors(words: str, codes: set[str], *, understood: bool) -> None:
    found, all_of_it = suggested(words)
    assert (set(found), all_of_it) == (codes, understood)


def test_the_title_is_known_misspelt_too() -> None:
    assert TITLE.search("Critical infastructure sectors")
    assert not TITLE.search("Countries/areas deployed")
