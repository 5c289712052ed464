"""Bars for a chart, placed: what a template draws as SVG without script or style, beside its table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, ROW, TOP, FULL = 600, 46, 8, 470  # user units; FULL is the length of the longest bar
LABEL_AT, BAR_AT, BAR, VALUE_GAP = 15, 22, 16, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """What one bar stands for: its words, how long it is, and its number as text."""

    label: str
    size: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar with its places, in user units."""

    label: str
    text: str
    length: float
    label_y: int
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
    bars = tuple(_bar(place, each, most=most) for place, each in enumerate(data))
    return Chart(name=name, title=title, told=told, height=2 * TOP + ROW * len(bars), bars=bars)


def _bar(place: int, datum: Datum, *, most: float) -> Bar:
    top = TOP + ROW * place
    length = round(FULL * datum.size / most, 1) if most else 0.0
    return Bar(
        label=datum.label,
        text=datum.text,
        length=length,
        label_y=top + LABEL_AT,
        bar_y=top + BAR_AT,
        text_x=length + VALUE_GAP,
        text_y=top + BAR_AT + BAR - 3,
    )
