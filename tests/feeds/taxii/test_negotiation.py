import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.taxii.negotiation import acceptable, is_taxii


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        "application/taxii+json ; version=2.1",
        'application/taxii+json;version="2.1"',
        "APPLICATION/TAXII+JSON;VERSION=2.1",
        "application/taxii+json",
        "application/*",
        "*/*",
        "text/html, */*;q=0.1",
        "application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.5",
        "application/taxii+json;version=2.1;q=0.001",
        "application/taxii+json;q=1;version=2.1",
        'text/plain;note="a, b", application/taxii+json',
        "*/*;q=0, application/taxii+json",
        "application/json, application/taxii+json;version=2.1",
        ",, application/taxii+json ,",
    ],
)
def test_a_client_that_takes_taxii_2_1_is_served(accept: str | None) -> None:
    assert acceptable(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "text/html",
        "application/json",
        "application/stix+json;version=2.1",
        "application/vnd.oasis.taxii+json;version=2.0",
        "application/taxii+json;version=2.0",
        "application/taxii+json;version=21",
        "application/taxii+json;version=",
        "application/taxii+json;version=2.1;q=0",
        "application/taxii+json;version=2.1;q=0.000, */*",
        "application/taxii+json;q=2",
        "application/taxii+json;q=nan",
        "application/taxii+json;q=-1",
        "application/taxii+jsonx",
        "*/taxii+json",
        "application",
        "/",
        ";",
        '"',
        'application/taxii+json;version="2.1',
        "application/taxii+json;version=2.1" + ", text/html" * 200,
        '"\\' * 100_000,
    ],
)
def test_a_client_that_does_not_is_told(accept: str) -> None:
    assert not acceptable(accept)


@given(st.text())
def test_no_header_breaks_the_reading(header: str) -> None:
    assert acceptable(header) in {True, False}
    assert is_taxii(header) in {True, False}


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("application/taxii+json;version=2.1", True),
        ('Application/TAXII+JSON; Version="2.1"', True),
        ("application/taxii+json", True),
        ("application/taxii+json;version=2.1;charset=UTF-8", True),
        ("application/taxii+json;version=2.1;charset=utf-16", False),
        ("application/taxii+json;version=2.0", False),
        ("application/taxii+json;version=2.1, text/html", False),
        ("application/taxii+json;version=2.1;x=y", False),
        ("application/json", False),
        ("application/stix+json;version=2.1", False),
        ("application/*", False),
        ("*/*", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("", False),
        (None, False),
    ],
)
def test_a_body_must_declare_itself_as_taxii(content_type: str | None, taken: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_taxii(content_type) is taken
