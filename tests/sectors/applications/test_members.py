from datetime import date

import pytest

from sectors.applications.members import Column, Fault, Problem, RosterError, read, written
from tests.support.applications import corporate_number

SECTORS = {"water": "水道", "electricity": "電力"}
ONE, TWO = corporate_number(1), corporate_number(2)


def test_a_roster_is_read_as_spreadsheets_write_it() -> None:
    text = (
        f"\ufeff名称,法人番号,分野,重要インフラ事業者,覚書\r\n"
        f'"北水道, 本社",{ONE},水道,はい,2026/4/1\r\n\r\n南水道,{TWO},water,NO,\r\n'
    )
    first, second = read(text, sectors=SECTORS)
    assert (first.name, first.sector_code, first.critical) == ("北水道, 本社", "water", True)
    assert first.memorandum_on == date(2026, 4, 1)
    assert (second.corporate_number, second.critical, second.memorandum_on) == (TWO, False, None)


def test_columns_pasted_from_a_spreadsheet_are_divided_by_tabs() -> None:
    (only,) = read(f"北水道\t{ONE}\t水道\tいいえ\t2026年4月1日", sectors=SECTORS)
    assert only.memorandum_on == date(2026, 4, 1)
    assert not only.critical


def test_every_bad_line_is_named_by_number_and_column_and_nothing_is_taken() -> None:
    text = f"北,{ONE},水道,はい,\n,123,火星,たぶん,昨日\nこれだけ\n南,{ONE},water,yes,2026-04-31\n"
    with pytest.raises(RosterError) as refused:
        read(text, sectors=SECTORS)
    assert refused.value.problems == (
        Problem(line=2, column=Column.NAME, fault=Fault.MISSING),
        Problem(line=2, column=Column.CORPORATE_NUMBER, fault=Fault.CHECK_DIGIT),
        Problem(line=2, column=Column.SECTOR, fault=Fault.UNKNOWN_SECTOR),
        Problem(line=2, column=Column.CRITICAL, fault=Fault.NOT_YES_OR_NO),
        Problem(line=2, column=Column.MEMORANDUM, fault=Fault.NOT_A_DAY),
        Problem(line=3, fault=Fault.COLUMNS),
        Problem(line=4, column=Column.CORPORATE_NUMBER, fault=Fault.TWICE),
        Problem(line=4, column=Column.MEMORANDUM, fault=Fault.NOT_A_DAY),
    )


def test_an_open_quotation_mark_is_named() -> None:
    with pytest.raises(RosterError) as refused:
        read(f'"北,{ONE},水道,はい,', sectors=SECTORS)
    assert refused.value.problems[0].fault is Fault.BROKEN


def test_what_was_read_is_written_so_that_it_is_read_again() -> None:
    members = read(f'"北,""水道""",{ONE},水道,はい,2026-04-01\n南,{TWO},電力,no,\n', sectors=SECTORS)
    assert read(written(members, sectors=SECTORS), sectors=SECTORS) == members
