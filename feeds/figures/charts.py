"""Bars for a chart, placed: what a template draws as SVG without script or style, beside its table.

A user unit is a pixel on a narrow screen (390 pixels less its margins), so that words can be read there.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, FULL = 360, 200  # user units; FULL is the length of the longest bar, the number stands behind it
LINE, BAR, GAP = 20, 16, 12  # heights: of a line of a label, of a bar, between two bars
BASE = 4  # from a line's baseline to its lower edge
VALUE_GAP = 8
COLUMNS = 46  # of a label's line; East Asian wide characters take two


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """What one bar stands for: its words, how long it is, and its number as text."""

    label: str
    size: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar with its places, in user units; `lines` are those of its label, each with its baseline."""

    label: str
    lines: tuple[tuple[str, int], ...]
    text: str
    length: float
    bar_y: int
    text_x: float
    text_y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of lying bars; `name` is unique on its page, `told` says in words what it shows."""

    name: str
    title: str
    told: str
    height: int
    bars: tuple[Bar, ...]
    width: int = WIDTH
    thickness: int = BAR


def chart(name: str, title: str, data: Sequence[Datum], *, most: float) -> Chart:
    """Place the bars; `most` is what fills the whole length."""
    told = "; ".join(f"{each.label}: {each.text}" for each in data)
    bars, top = list[Bar](), 0
    for each in data:
        bars.append(_bar(top, each, most=most))
        top = bars[-1].bar_y + BAR + GAP
    return Chart(name=name, title=title, told=told, height=top, bars=tuple(bars))


def _bar(top: int, datum: Datum, *, most: float) -> Bar:
    lines = list(_lines(datum.label))
    bar_y = top + LINE * len(lines) + BASE
    length = round(FULL * datum.size / most, 1) if most else 0.0
    return Bar(
        label=datum.label,
        lines=tuple((line, top + LINE * place - BASE) for place, line in enumerate(lines, start=1)),
        text=datum.text,
        length=length,
        bar_y=bar_y,
        text_x=length + VALUE_GAP,
        text_y=bar_y + BAR - BASE + 1,
    )


def _lines(text: str) -> Iterator[str]:
    """Break a label where a line is full: at a space if there is one in it, as Japanese has none."""
    while (fits := _fitting(text)) < len(text):
        space = text.rfind(" ", 1, fits + 1)
        yield text[: space if space > 0 else fits].rstrip()
        text = text[space if space > 0 else fits :].lstrip()
    yield text


def _fitting(text: str) -> int:
    """Return how many characters fit on a line."""
    taken = 0
    for place, each in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(each) in "WF" else 1
        if taken > COLUMNS:
            return place
    return len(text)
