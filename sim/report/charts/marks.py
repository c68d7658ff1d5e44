"""What a chart is made of: marks in units of its box, from the upper left corner, and how they are written as SVG."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from markupsafe import Markup, escape

from sim.report.words.bilingual import LANGUAGES, Words, of
from sim.report.words.style import INK

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
RISE = 0.35
"""How far the baseline lies below the middle of a line of text, in sizes of type."""
EDGE = 0.38
"""Width of the line around a dot, in its radii."""


class Line(NamedTuple):
    """A line through points."""

    points: Sequence[Point]
    colour: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()
    name: str = ""
    cap: Literal["butt", "round"] = "butt"


class Area(NamedTuple):
    """A filled polygon without an outline."""

    points: Sequence[Point]
    colour: str
    opacity: float
    name: str = ""


class Shape(NamedTuple):
    """A filled shape of closed rings with an outline, holes turning the other way; `hatch` is a key of `HATCHES`,
    which files define and elements of a page do not."""

    rings: Sequence[Sequence[Point]]
    colour: str = "none"
    edge: str = "none"
    width: float = 0.0
    hatch: str = ""


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
    anchor: Anchor = "start"
    bold: bool = False
    name: str = ""
    halo: str = ""
    """A colour around the letters, where they stand on a hatched ground."""


Mark = Line | Area | Shape | Dot | Text
HATCHES = {"missing": "xxxx", "imputed": "////"}
"""How shapes are hatched, as matplotlib writes it: crosswise, or rising to the right."""


class Chart(NamedTuple):
    """Marks in a box of a width and height; an element of a page draws them in their order, a file kind by kind."""

    width: float
    height: float
    marks: list[Mark]

    def put(self, chart: "Chart", left: float, top: float) -> None:
        """Add the marks of another chart, its upper left corner at a place in this one."""
        self.marks.extend(_moved(mark, left, top) for mark in chart.marks)


def _moved(mark: Mark, right: float, down: float) -> Mark:
    def moved(points: Sequence[Point]) -> list[Point]:
        return [(x + right, y + down) for x, y in points]

    match mark:
        case Line() | Area():
            return mark._replace(points=moved(mark.points))
        case Shape():
            return mark._replace(rings=[moved(ring) for ring in mark.rings])
    return mark._replace(at=moved([mark.at])[0])


def svg(chart: Chart, spoken: Words | str) -> Markup:
    """Return a chart as an SVG element whose texts are in both languages; `spoken` says what it shows."""
    label = " ".join(dict.fromkeys(of(spoken, language) for language in LANGUAGES))
    drawn = "".join(_written(mark) if isinstance(mark, Text) else element(mark) for mark in chart.marks)
    return Markup(f'<svg viewBox="0 0 {short(chart.width)} {short(chart.height)}" role="img" '
                  f'aria-label="{escape(label)}">{drawn}</svg>')


def element(mark: Line | Area | Shape | Dot) -> str:
    """Return a mark that is not text as an SVG element."""
    named = "" if isinstance(mark, Shape) or not mark.name else f' class="{mark.name}"'
    match mark:
        case Line(points, colour, width, dash):
            dashed = f' stroke-dasharray="{" ".join(map(short, dash))}"' if dash else ""
            ended = f' stroke-linecap="{mark.cap}"' if mark.cap != "butt" else ""
            return (f'<polyline{named} points="{_points(points)}" fill="none" stroke="{colour}" '
                    f'stroke-width="{short(width)}"{dashed}{ended}/>')
        case Area(points, colour, opacity):
            return f'<polygon{named} points="{_points(points)}" fill="{colour}" fill-opacity="{short(opacity)}"/>'
        case Shape(rings, colour, edge, width, hatch):
            drawn = "".join(f"M{_points(ring)}Z" for ring in rings)
            return (f'<path d="{drawn}" fill="{f"url(#{hatch})" if hatch else colour}" stroke="{edge}" '
                    f'stroke-width="{short(width)}"/>')
        case Dot((x, y), radius, colour, fill):
            return (f'<circle{named} cx="{short(x)}" cy="{short(y)}" r="{short(radius)}" fill="{fill}" '
                    f'stroke="{colour}" stroke-width="{short(EDGE * radius)}"/>')


def _written(mark: Text) -> str:
    (x, y), weight = mark.at, ";font-weight:bold" if mark.bold else ""
    rest = (f'x="{short(x)}" y="{short(y + RISE * mark.size)}" text-anchor="{mark.anchor}" '
            f'style="font-size:{short(mark.size)}px;fill:{mark.colour}{weight}"')
    if isinstance(mark.text, str):
        named = f'class="{mark.name}" ' if mark.name else ""
        return f"<text {named}{rest}>{escape(mark.text)}</text>"
    return "".join(f'<text class="{f"{language} {mark.name}".strip()}" lang="{language}" {rest}>'
                   f"{escape(of(mark.text, language))}</text>" for language in LANGUAGES)


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{short(x)},{short(y)}" for x, y in points)


def short(value: float) -> str:
    """Write a measure with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
