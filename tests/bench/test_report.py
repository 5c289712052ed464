"""The record of benchmarks: one section each, replaced in its place; a missed target is the exit code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench.report import Figure, conclude

NOW = datetime(2026, 11, 20, tzinfo=UTC)
GOOD = Figure(what="sealing", seen=12.34, target=50)
BAD = Figure(what="sealing", seen=50.1, target=50)


def test_a_section_is_replaced_in_its_place_and_others_stay(tmp_path: Path) -> None:
    kept = tmp_path / "benchmarks.md"
    conclude("bench-a", "Sealing", [GOOD], now=NOW, kept=kept)
    conclude("bench-b", "Polling", [GOOD], now=NOW, notes=r"A back\1slash.", kept=kept)
    conclude("bench-a", "Sealing anew", [BAD], now=NOW, kept=kept)
    text = kept.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks\n")
    assert text.index("## Sealing anew") < text.index("## Polling") < text.index(r"A back\1slash.")
    assert text.count("## ") == 2
    assert "`make bench-a`, 2026-11-20, on " in text
    assert "| sealing | 50.1 x | ≤ 50 x | MISSED |" in text


@pytest.mark.parametrize(("figures", "code"), [([GOOD], 0), ([GOOD, BAD], 1)])
def test_a_missed_target_makes_the_command_fail(figures: list[Figure], code: int, tmp_path: Path) -> None:
    assert conclude("bench-a", "Sealing", figures, now=NOW, kept=tmp_path / "kept.md") == code


def test_a_figure_without_a_target_is_told_and_not_judged(tmp_path: Path) -> None:
    told = Figure(what="load", seen=1000, unit="ms")
    assert conclude("bench-a", "Sealing", [told], now=NOW, kept=tmp_path / "kept.md") == 0
    assert "| load | 1000 ms | - |  |" in (tmp_path / "kept.md").read_text(encoding="utf-8")
