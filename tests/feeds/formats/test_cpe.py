import pytest

from feeds.formats.cpe import is_cpe, is_formatted


@pytest.mark.parametrize(
    ("name", "formatted", "either"),
    [
        ("cpe:2.3:o:example:plc_firmware:*:*:*:*:*:*:*:*", True, True),
        ("cpe:2.3:a:b:c\\:d:1.0:-:*:ja-JP:*:*:*:?x*", True, True),
        ("cpe:/a:example:plc:1.0", False, True),
        ("cpe:2.3:a:example", False, False),
        ("", False, False),
        ("plc", False, False),
    ],
)
def test_a_cpe_name_is_known_by_its_form(name: str, *, formatted: bool, either: bool) -> None:
    assert (is_formatted(name), is_cpe(name)) == (formatted, either)
