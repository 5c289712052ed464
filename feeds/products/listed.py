"""A body's list of products as text: CSV, typed or from a file. All lines are read or none.

One line a product: vendor, product, CPE (may be empty). A byte order mark, CRLF, tabs between columns and
a heading line are taken as spreadsheets write them; so is Shift_JIS, which Japanese ones still write.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feeds.formats import cpe
from feeds.formats.content import Product
from feeds.products.naming import product_key
from hub.core import spreadsheet

LONGEST_NAME = 200
LONGEST_CPE = 300
MOST_LINES = 5000
LARGEST_FILE = 8 * 1024 * 1024  # bytes
HEADINGS = frozenset({"vendor", "開発者", "開発者名"})

# What a text file has not; cp932 reads any byte as something, a few into the private use area.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\uf8f0-\uf8f3]")


class Column(StrEnum):
    """The columns, in order."""

    VENDOR = "vendor"
    PRODUCT = "product"
    CPE = "cpe"


class Fault(StrEnum):
    """What can be wrong with a line or a cell of it."""

    MISSING = "missing"
    TOO_LONG = "too long"
    NO_CPE = "no cpe"
    TWICE = "twice"
    COLUMNS = "columns"
    TOO_MANY_LINES = "too many lines"
    BROKEN = "broken"
    NO_TEXT = "no text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault at a line (from 1) and, if it is of one cell, its column."""

    line: int
    fault: Fault
    column: Column | None = None


class ListError(Exception):
    """The list has bad lines; nothing of it was taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the list")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A product that matters to a body's sector."""

    vendor: str
    product: str
    cpe: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what makes it the same entry as another."""
        return (*product_key(self.vendor, self.product), self.cpe)


def fitting(products: Iterable[Listed], affected: Iterable[Product]) -> tuple[Listed, ...]:
    """Return those that a notice's products are: by name, or by CPE, whatever the version."""
    wanted = tuple(affected)
    names = {product_key(each.vendor, each.name) for each in wanted}
    cpes = [found for each in wanted if (found := cpe.named(each.cpe)) is not None]
    return tuple(
        each
        for each in products
        if product_key(each.vendor, each.product) in names or _is_any(each.cpe, cpes)
    )


def _is_any(name: str, wanted: Sequence[cpe.Named]) -> bool:
    ours = cpe.named(name) if name and wanted else None
    if ours is None:
        return False
    return any(
        (ours.vendor, ours.product) == (each.vendor, each.product)
        and (not ours.part or not each.part or ours.part == each.part)
        for each in wanted
    )


def decoded(file: bytes) -> str:
    """Return the text of a file.

    Raises:
        ListError: it is neither UTF-8 nor Shift_JIS, or larger than any list.

    """
    if len(file) > LARGEST_FILE:
        raise ListError([Problem(line=1, fault=Fault.TOO_MANY_LINES)])
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = file.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text
    raise ListError([Problem(line=1, fault=Fault.NO_TEXT)])


def read(text: str) -> tuple[Listed, ...]:
    """Return the products of a list.

    Raises:
        ListError: at least one line is bad; every fault is in it.

    """
    problems: list[Problem] = []
    found: dict[tuple[str, str, str], Listed] = {}
    for line, cells in _lines(text):
        faults = list(_faults(line, cells))
        if not faults:
            one = Listed(vendor=cells[0], product=cells[1], cpe=cells[2] if len(cells) == len(Column) else "")
            if one.key in found:
                faults = [Problem(line=line, fault=Fault.TWICE)]
            found[one.key] = one
        problems += faults
    if problems:
        raise ListError(problems)
    return tuple(found.values())


def written(products: Iterable[Listed]) -> str:
    """Return the list as it can be read again."""
    out = io.StringIO()
    rows = (
        (each.vendor, each.product, each.cpe) if each.cpe else (each.vendor, each.product)
        for each in products
    )
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _lines(text: str) -> list[spreadsheet.Line]:
    try:
        return spreadsheet.lines(text, most=MOST_LINES, is_heading=_is_heading)
    except spreadsheet.BrokenLineError as error:
        raise ListError([Problem(line=error.line, fault=Fault.BROKEN)]) from None
    except spreadsheet.TooManyLinesError as error:
        raise ListError([Problem(line=error.line, fault=Fault.TOO_MANY_LINES)]) from None


def _is_heading(cells: Sequence[str]) -> bool:
    return cells[0].casefold() in HEADINGS


def _faults(line: int, cells: list[str]) -> Iterator[Problem]:
    if len(cells) not in {len(Column) - 1, len(Column)}:
        yield Problem(line=line, fault=Fault.COLUMNS)
        return
    for column, cell in zip((Column.VENDOR, Column.PRODUCT), cells, strict=False):
        if not cell:
            yield Problem(line=line, column=column, fault=Fault.MISSING)
        elif len(cell) > LONGEST_NAME:
            yield Problem(line=line, column=column, fault=Fault.TOO_LONG)
    last = cells[2] if len(cells) == len(Column) else ""
    if len(last) > LONGEST_CPE:
        yield Problem(line=line, column=Column.CPE, fault=Fault.TOO_LONG)
    elif last and not cpe.is_cpe(last):
        yield Problem(line=line, column=Column.CPE, fault=Fault.NO_CPE)
