"""A product list as text, and what of a notice it fits."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.formats.content import Product
from feeds.products import listed
from feeds.products.listed import Column, Fault, Listed, ListError, fitting

IOS = "cpe:2.3:o:cisco:ios:15.1:*:*:*:*:*:*:*"


def problems(text: str) -> list[tuple[int, Column | None, Fault]]:
    with pytest.raises(ListError) as refused:
        listed.read(text)
    return [(each.line, each.column, each.fault) for each in refused.value.problems]


def test_a_list_is_read_as_spreadsheets_write_it() -> None:
    told = f'\ufeff開発者,製品,CPE\r\nCisco,IOS,{IOS}\r\n\r\n"Example, Inc.",Controller\r\n'
    assert listed.read(told) == (
        Listed(vendor="Cisco", product="IOS", cpe=IOS),
        Listed(vendor="Example, Inc.", product="Controller"),
    )
    assert listed.read("Cisco\tIOS\t\n") == (Listed(vendor="Cisco", product="IOS"),)
    assert listed.read("") == ()


def test_every_bad_line_is_named_by_number_and_column() -> None:
    told = f",IOS\nCisco\nCisco,,x\n{'V' * 201},IOS\nCisco,IOS\ncisco systems,ios\nＣｉｓｃｏ,i-o-s\na,b,c,d"
    assert problems(told) == [
        (1, Column.VENDOR, Fault.MISSING),
        (2, None, Fault.COLUMNS),
        (3, Column.PRODUCT, Fault.MISSING),
        (3, Column.CPE, Fault.NO_CPE),
        (4, Column.VENDOR, Fault.TOO_LONG),
        (7, None, Fault.TWICE),
        (8, None, Fault.COLUMNS),
    ]
    assert problems('Cisco,"IOS') == [(1, None, Fault.BROKEN)]
    assert problems("a,b\n" * 5001) == [(5001, None, Fault.TOO_MANY_LINES)]


def test_a_file_is_utf_8_or_shift_jis_or_refused() -> None:
    assert listed.decoded("開発者,製品".encode("utf-8-sig")) == "開発者,製品"
    assert listed.decoded("横河,制御装置".encode("cp932")) == "横河,制御装置"
    for bad in (b"\xff\xfe\x00", b"x" * (listed.LARGEST_FILE + 1)):
        with pytest.raises(ListError):
            listed.decoded(bad)


CELLS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="\ufeff\t"), min_size=1, max_size=9
)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_what_was_written_is_read_again(cells: list[tuple[str, str]]) -> None:
    products = {each.key: each for each in (Listed(vendor=f"x{v}", product=p) for v, p in cells)}
    told = tuple(products.values())
    assert listed.read(listed.written(told)) == told


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ListError):
        assert isinstance(listed.read(text), tuple)


FITS = [
    (("Cisco Systems, Inc.", "IOS"), ("CISCO  Systems", "ios"), True),
    (("株式会社例示", "ゲートウェイ 200"), ("例示", "ｹﾞｰﾄｳｪｲ-200"), True),
    (("Siemens", "SIMATIC S7-1500"), ("Siemens AG", "Simatic S7 1500"), True),
    (("Siemens", "SIMATIC S7-1500"), ("Siemens AG", "Simatic S7 1200"), False),
    (("Co", "Ltd"), ("Co", "Ltd"), True),
]


@pytest.mark.parametrize(("ours", "theirs", "fit"), FITS)
def test_a_product_fits_by_its_name(ours: tuple[str, str], theirs: tuple[str, str], *, fit: bool) -> None:
    one = Listed(vendor=ours[0], product=ours[1])
    assert fitting([one], [Product(vendor=theirs[0], name=theirs[1])]) == ((one,) if fit else ())


CPES = [
    ("cpe:2.3:o:cisco:ios:12.0:*:*:*:*:*:*:*", True),
    ("cpe:/o:cisco:ios:12.0", True),
    ("cpe:2.3:*:cisco:ios:*:*:*:*:*:*:*:*", True),
    ("cpe:2.3:h:cisco:ios:*:*:*:*:*:*:*:*", False),
    ("cpe:2.3:o:cisco:ios_xe:*:*:*:*:*:*:*:*", False),
    ("cpe:2.3:o:cisco:*:*:*:*:*:*:*:*:*", False),
    ("cpe:/o:cisco", False),
    ("no cpe", False),
    ("", False),
]


@pytest.mark.parametrize(("theirs", "fit"), CPES)
def test_a_product_fits_by_its_cpe_whatever_the_version(theirs: str, *, fit: bool) -> None:
    one = Listed(vendor="Router maker", product="system", cpe=IOS)
    affected = Product(vendor="Cisco", name="Internetwork OS", cpe=theirs)
    assert fitting([one], [affected]) == ((one,) if fit else ())
