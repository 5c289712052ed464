"""Lines of a CSV text as spreadsheets write it, and as they may safely read it.

A byte order mark, CRLF, tabs between columns, empty lines and a heading are taken as they come.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from hub.core.errors import HubError

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # full-width ones count, too
Line = tuple[int, list[str]]  # its number in the text, from 1, and its cells


class BrokenLineError(HubError):
    """The quotation marks do not match, as far as could be read to `line`."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} cannot be read")
        self.line = line


class TooManyLinesError(HubError):
    """There are more lines than may be: `line` is the first one too many."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is one too many")
        self.line = line


def lines(text: str, *, most: int, is_heading: Callable[[Sequence[str]], bool]) -> list[Line]:
    """Return the lines that hold anything, but a heading at the begin.

    Raises:
        BrokenLineError, TooManyLinesError: nothing is returned.

    """
    plain = text.removeprefix("\ufeff")
    delimiter = "\t" if "\t" in plain else ","
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error:
        raise BrokenLineError(reader.line_num) from None
    filled = [(line, cells) for line, cells in rows if any(cells)]
    if filled and is_heading(filled[0][1]):
        filled = filled[1:]
    if len(filled) > most:
        raise TooManyLinesError(filled[most][0])
    return filled


def line(cells: Iterable[object]) -> str:
    """Return one line of CSV; no cell of it is taken for a formula when a spreadsheet opens it."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([_plain(str(cell)) for cell in cells])
    return written.getvalue()


def _plain(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would compute (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r", "\n")) else text
