"""What a chart is made of: marks in units of its box, from the upper left corner, drawn as SVG or on the page of a
figure."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from markupsafe import Markup, escape

from sim.report.words.bilingual import LANGUAGES, Words, of
from sim.report.words.style import INK

Point = tuple[float, float]
RISE = 0.35
"""How far the baseline lies below the middle of a line of text, in sizes of type."""


class Line(NamedTuple):
    """A line through points."""

    points: Sequence[Point]
    colour: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()
    name: str = ""


class Area(NamedTuple):
    """A filled polygon without an outline."""

    points: Sequence[Point]
    colour: str
    opacity: float
    name: str = ""


class Dot(NamedTuple):
    """A circle around a point."""

    at: Point
    radius: float
    colour: str
    fill: str
    name: str = ""


class Text(NamedTuple):
    """A line of text; `at` is its middle in height, and where `anchor` says in width."""

    at: Point
    text: Words | str
    size: float
    colour: str = INK
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    name: str = ""


Mark = Line | Area | Dot | Text


class Chart(NamedTuple):
    """Marks in the order in which they are drawn, in a box of a width and height."""

    width: float
    height: float
    marks: list[Mark]


def svg(chart: Chart, spoken: Words | str) -> Markup:
    """Return a chart as an SVG element whose texts are in both languages; `spoken` says what it shows."""
    label = " ".join(dict.fromkeys(of(spoken, language) for language in LANGUAGES))
    drawn = "".join(_element(mark) for mark in chart.marks)
    return Markup(f'<svg viewBox="0 0 {_short(chart.width)} {_short(chart.height)}" role="img" '
                  f'aria-label="{escape(label)}">{drawn}</svg>')


def _element(mark: Mark) -> str:
    named = f' class="{mark.name}"' if mark.name else ""
    match mark:
        case Line(points, colour, width, dash):
            dashed = f' stroke-dasharray="{" ".join(map(_short, dash))}"' if dash else ""
            return (f'<polyline{named} points="{_points(points)}" fill="none" stroke="{colour}" '
                    f'stroke-width="{_short(width)}"{dashed}/>')
        case Area(points, colour, opacity):
            return f'<polygon{named} points="{_points(points)}" fill="{colour}" fill-opacity="{_short(opacity)}"/>'
        case Dot((x, y), radius, colour, fill):
            return (f'<circle{named} cx="{_short(x)}" cy="{_short(y)}" r="{_short(radius)}" fill="{fill}" '
                    f'stroke="{colour}" stroke-width="1.6"/>')
    return _written(mark)


def _written(mark: Text) -> str:
    (x, y), weight = mark.at, ";font-weight:bold" if mark.bold else ""
    rest = (f'x="{_short(x)}" y="{_short(y + RISE * mark.size)}" text-anchor="{mark.anchor}" '
            f'style="font-size:{_short(mark.size)}px;fill:{mark.colour}{weight}"')
    if isinstance(mark.text, str):
        named = f'class="{mark.name}" ' if mark.name else ""
        return f"<text {named}{rest}>{escape(mark.text)}</text>"
    return "".join(f'<text class="{f"{language} {mark.name}".strip()}" lang="{language}" {rest}>'
                   f"{escape(of(mark.text, language))}</text>" for language in LANGUAGES)


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{_short(x)},{_short(y)}" for x, y in points)


def _short(value: float) -> str:
    """Write a measure with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
