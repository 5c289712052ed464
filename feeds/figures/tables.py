"""Tables of figures: the same cells on a page, on paper and as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from feeds.figures.shares import Share
from hub.core import spreadsheet
from hub.web.look import day_text

Cell = str | int | float | Share | date | None
NOTHING = "–"
PARTS_OF_SHARE = ("%", "n", "N")
BYTE_ORDER_MARK = "\ufeff"  # for spreadsheets


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `name` is its file's, a share is one cell for people and three columns for programs."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def texts(self) -> list[list[str]]:
        """Return every cell as people read it."""
        return [[text(cell) for cell in row] for row in self.rows]

    def csv(self) -> Iterator[str]:
        """Give the lines for a spreadsheet, the heading first."""
        shared = [any(isinstance(row[place], Share) for row in self.rows) for place in range(len(self.head))]
        heads = (
            [f"{said} ({part})" for part in PARTS_OF_SHARE] if parts else [said]
            for said, parts in zip(self.head, shared, strict=True)
        )
        yield BYTE_ORDER_MARK + spreadsheet.line([cell for cells in heads for cell in cells])
        for row in self.rows:
            spread = (_spread(cell, parts=parts) for cell, parts in zip(row, shared, strict=True))
            yield spreadsheet.line([cell for cells in spread for cell in cells])


def text(cell: Cell) -> str:
    """Write a cell for people."""
    match cell:
        case None:
            return NOTHING
        case Share():
            return f"{cell.percent}% ({cell.count}/{cell.of})" if cell.of else NOTHING
        case date():
            return day_text(cell)
        case float():
            return f"{cell:.1f}"
        case _:
            return str(cell)


def _spread(cell: Cell, *, parts: bool) -> list[str]:
    if isinstance(cell, Share):
        return [cell.percent, str(cell.count), str(cell.of)]
    plain = "" if cell is None else cell.isoformat() if isinstance(cell, date) else text(cell)
    return ["", plain, ""] if parts else [plain]
