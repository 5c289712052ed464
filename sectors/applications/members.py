"""The roster of member operators as CSV text: all lines are read or none, and each bad one is named.

One line a member: name, corporate number, sector (code or Japanese name), critical-infrastructure
operator (はい/いいえ or yes/no), day of the memorandum (may be empty). A byte order mark, CRLF, tabs
between columns and a heading line are taken as spreadsheets write them.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.core import spreadsheet
from sectors.bodies.corporate_number import is_valid, normalised
from sectors.bodies.details import OperatorDetails

YES = frozenset({"はい", "yes", "y", "true", "1", "○", "〇"})
NO = frozenset({"いいえ", "no", "n", "false", "0", "×"})
HEADING = ("名称", "法人番号", "分野", "重要インフラ事業者（はい・いいえ）", "覚書の締結日（2026-04-01）")
HEADINGS = frozenset({"法人番号", "corporate number"})
LONGEST_NAME = 200
MOST_LINES = 2000
FEWEST = 2  # an applicant is a body of two or more operators


class Column(StrEnum):
    """The columns, in order."""

    NAME = "name"
    CORPORATE_NUMBER = "corporate number"
    SECTOR = "sector"
    CRITICAL = "critical"
    MEMORANDUM = "memorandum"


class Fault(StrEnum):
    """What can be wrong with a line or a cell of it."""

    MISSING = "missing"
    TOO_LONG = "too long"
    CHECK_DIGIT = "check digit"
    TWICE = "twice"
    UNKNOWN_SECTOR = "unknown sector"
    NOT_YES_OR_NO = "not yes or no"
    NOT_A_DAY = "not a day"
    COLUMNS = "columns"
    TOO_MANY_LINES = "too many lines"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault at a line (from 1) and, if it is of one cell, its column."""

    line: int
    fault: Fault
    column: Column | None = None


class RosterError(Exception):
    """The roster has bad lines; nothing of it was taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the roster")
        self.problems = tuple(problems)


def read(text: str, *, sectors: Mapping[str, str]) -> tuple[OperatorDetails, ...]:
    """Return the members of the roster; `sectors` maps code to Japanese name.

    Raises:
        RosterError: at least one line is bad; every fault is in it.

    """
    codes = {code.casefold(): code for code in sectors} | {ja: code for code, ja in sectors.items()}
    problems: list[Problem] = []
    members: list[OperatorDetails] = []
    seen: set[str] = set()
    for line, cells in _lines(text):
        found = list(_faults(line, cells, codes=codes, seen=seen))
        problems += found
        if not found:
            members.append(_member(cells, codes))
            seen.add(members[-1].corporate_number)
    if problems:
        raise RosterError(problems)
    return tuple(members)


def written(members: Iterable[OperatorDetails], *, sectors: Mapping[str, str]) -> str:
    """Return the roster of these members, as it can be read again."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(cells(each, sectors=sectors) for each in members)
    return out.getvalue()


def cells(member: OperatorDetails, *, sectors: Mapping[str, str]) -> tuple[str, str, str, str, str]:
    """Return one member as the cells of its line."""
    return (
        member.name,
        member.corporate_number,
        sectors.get(member.sector_code, member.sector_code),
        "はい" if member.critical else "いいえ",
        member.memorandum_on.isoformat() if member.memorandum_on else "",
    )


def template() -> bytes:
    """Return an empty roster with its headings, in the form that Japanese spreadsheets open as it is."""
    return ("\ufeff" + ",".join(HEADING) + "\r\n").encode()


def _lines(text: str) -> list[spreadsheet.Line]:
    try:
        return spreadsheet.lines(text, most=MOST_LINES, is_heading=_is_heading)
    except spreadsheet.BrokenLineError as error:
        raise RosterError([Problem(line=error.line, fault=Fault.BROKEN)]) from None
    except spreadsheet.TooManyLinesError as error:
        raise RosterError([Problem(line=error.line, fault=Fault.TOO_MANY_LINES)]) from None


def _is_heading(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and cells[1].casefold() in HEADINGS


def _faults(line: int, cells: list[str], *, codes: Mapping[str, str], seen: set[str]) -> Iterable[Problem]:
    if len(cells) not in {len(Column) - 1, len(Column)}:
        yield Problem(line=line, fault=Fault.COLUMNS)
        return
    checks = {
        Column.NAME: _name_fault(cells[0]),
        Column.CORPORATE_NUMBER: _number_fault(cells[1], seen),
        Column.SECTOR: None if _word(cells[2]) in codes else Fault.UNKNOWN_SECTOR,
        Column.CRITICAL: None if _word(cells[3]) in YES | NO else Fault.NOT_YES_OR_NO,
        Column.MEMORANDUM: Fault.NOT_A_DAY if _is_no_day(_memorandum(cells)) else None,
    }
    for column, fault in checks.items():
        if fault is not None:
            yield Problem(line=line, column=column, fault=fault)


def _name_fault(name: str) -> Fault | None:
    if not name:
        return Fault.MISSING
    return Fault.TOO_LONG if len(name) > LONGEST_NAME else None


def _number_fault(typed: str, seen: set[str]) -> Fault | None:
    number = normalised(typed)
    if not is_valid(number):
        return Fault.CHECK_DIGIT
    return Fault.TWICE if number in seen else None


def _word(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).casefold() if typed not in YES | NO else typed


def _memorandum(cells: list[str]) -> str:
    return cells[4] if len(cells) == len(Column) else ""


def _day(typed: str) -> date | None:
    """Return the day of 2026-05-01, 2026/5/1 or 2026年5月1日; nothing typed is no day."""
    plain = unicodedata.normalize("NFKC", typed).rstrip("日")
    if not plain:
        return None
    year, month, day = (int(part) for part in plain.translate(str.maketrans("年月/", "---")).split("-"))
    return date(year, month, day)


def _is_no_day(typed: str) -> bool:
    try:
        _day(typed)
    except ValueError:
        return True
    return False


def _member(cells: list[str], codes: Mapping[str, str]) -> OperatorDetails:
    return OperatorDetails(
        name=cells[0],
        corporate_number=normalised(cells[1]),
        sector_code=codes[_word(cells[2])],
        critical=_word(cells[3]) in YES,
        memorandum_on=_day(_memorandum(cells)),
    )
