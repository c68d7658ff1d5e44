"""Figures as the content of files: SVG, and PNG through matplotlib, signed with a record.

Text of a page is drawn from the outlines of the shipped font in both, so that they look the same and need no font.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from markupsafe import escape
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform, Transform
from PIL import Image

from sim.report.charts import marks
from sim.report.charts.marks import EDGE, HATCHES, RISE, Area, Chart, Dot, Line, Mark, Point, Shape, Text, short
from sim.report.charts.sheet import Page, signed
from sim.report.words import style, text
from sim.report.words.bilingual import of
from sim.report.words.style import REFERENCE_RUN, Language
from sim.report.words.text import UNIT

DOTS = 200
"""Dots to the inch of PNG."""
ORDER = (Shape, Area, Line, Dot, Text)
"""What is drawn first; marks of a kind in their own order, hatched shapes after others."""
STARTS = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How much of a text is left of its place."""
PITCH, HATCHED, HALO = 6.0, 0.7, 3.0
"""Distance and width of the lines of a hatch, and width of a halo, in points."""
DRAWN = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


def svg(drawn: Page | Figure, record: str) -> bytes:
    """Return a figure as SVG with text as shapes."""
    if isinstance(drawn, Page):
        return _document(drawn.signed(record), drawn.language, drawn.title).encode()
    content = BytesIO()
    with style.rules(), signed(drawn, record):
        drawn.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return content.getvalue()


def png(drawn: Page | Figure, record: str) -> bytes:
    """Return a figure as PNG of 200 dots per inch, without transparency: it is written in two thirds of the time."""
    with style.rules():
        if isinstance(drawn, Page):
            pixels = _pixels(figure(drawn.signed(record), drawn.language))
        else:
            with signed(drawn, record):
                pixels = _pixels(drawn)
    content = BytesIO()
    Image.fromarray(pixels).convert("RGB").save(content, format="png", dpi=(DOTS, DOTS),
                                                compress_level=1)  # a third quicker, 6 % larger
    return content.getvalue()


def _pixels(figure: Figure) -> np.ndarray:
    figure.set_dpi(DOTS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def _document(chart: Chart, language: Language, spoken: str) -> str:
    glyphs: dict[str, str] = {}
    drawn = "".join(_written(mark, language, glyphs) if isinstance(mark, Text) else marks.element(mark)
                    for mark in sorted(chart.marks, key=lambda mark: ORDER.index(type(mark))))
    hatches = "".join(_pattern(name) for name in dict.fromkeys(
        mark.hatch for mark in _of(chart, Shape) if mark.hatch))
    size = short(chart.width), short(chart.height)
    return ('<?xml version="1.0" encoding="utf-8"?>\n'
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{size[0]}pt" height="{size[1]}pt" viewBox="0 0 {" ".join(size)}" role="img" lang="{language}">\n'
            f"<title>{_spoken(spoken)}</title>\n<defs>{hatches}{''.join(glyphs.values())}</defs>\n"
            f'<rect width="100%" height="100%" fill="#fff"/>\n{drawn}\n</svg>\n')


def _start(mark: Text, words: str) -> tuple[float, float]:
    """Return where the baseline of a text begins."""
    x, y = mark.at
    return x - STARTS[mark.anchor] * text.width(words, mark.size), y + RISE * mark.size


def _written(mark: Text, language: Language, glyphs: dict[str, str]) -> str:
    """Return a text as uses of glyphs, which are added to those of the file."""
    words, uses = of(mark.text, language), []
    for character, pen, outline in text.outlines(words):
        name = f"g{ord(character):x}"
        if name not in glyphs:
            glyphs[name] = f'<path id="{name}" d="{_commands(outline)}"/>'
        uses.append(f'<use xlink:href="#{name}" x="{short(pen)}"/>')
    (x, y), scale, letters = _start(mark, words), mark.size / UNIT, "".join(uses)
    around = f'<g stroke="{mark.halo}" stroke-width="{short(HALO / scale)}">{letters}</g>' if mark.halo else ""
    return (f'<g aria-label="{_spoken(words)}" fill="{mark.colour}" '
            f'transform="translate({short(x)} {short(y)}) scale({scale:.4g} {-scale:.4g})">{around}{letters}</g>')


def _spoken(words: str) -> str:
    """Return text as it may stand in SVG, which knows no control characters."""
    return escape("".join(character for character in words if character.isprintable()))


@cache
def _commands(outline: Path) -> str:
    """Return the outline of a character as the commands of an SVG path; a character has one outline, which is kept."""
    return "".join(DRAWN[code] + ("" if code == Path.CLOSEPOLY else " ".join(f"{value:.1f}" for value in points))
                   for points, code in outline.iter_segments(simplify=False, curves=True))


def _pattern(name: str) -> str:
    """Return a hatch as SVG, as matplotlib draws it; lines run on into the corners of their neighbours."""
    size, more = PITCH, PITCH / 4
    lines = [f"M{-more},{size + more}L{size + more},{-more}", f"M{-more},{more}L{more},{-more}",
             f"M{size - more},{size + more}L{size + more},{size - more}"]
    if "x" in HATCHES[name]:
        lines += [f"M{-more},{-more}L{size + more},{size + more}", f"M{-more},{size - more}L{more},{size + more}",
                  f"M{size - more},{-more}L{size + more},{more}"]
    return (f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
            f'<path d="{"".join(lines)}" stroke="{REFERENCE_RUN}" stroke-width="{HATCHED}"/></pattern>')


def figure(chart: Chart, language: Language) -> Figure:
    """Return a chart as a figure of matplotlib with one collection for each kind of marks."""
    made = Figure(figsize=(chart.width / 72, chart.height / 72))
    points = Affine2D().scale(1 / 72, -1 / 72).translate(0, chart.height / 72) + made.dpi_scale_trans
    for order, artist in enumerate(chain(
            _shapes(_of(chart, Shape), points), _areas(_of(chart, Area), points), _lines(_of(chart, Line), points),
            _dots(_of(chart, Dot), points), _letters(_of(chart, Text), points, language))):
        artist.set_zorder(order)
        made.add_artist(artist)
    return made


def _of[T: Mark](chart: Chart, kind: type[T]) -> list[T]:
    return [mark for mark in chart.marks if isinstance(mark, kind)]


def outline(rings: Sequence[Sequence[Point]]) -> Path:
    """Return rings as one path, in which holes stay open."""
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _shapes(shapes: list[Shape], points: Transform) -> Iterator[Collection]:
    for hatch in ("", *HATCHES):
        if some := [shape for shape in shapes if shape.hatch == hatch]:
            paths = [outline(shape.rings) for shape in some]
            edges = REFERENCE_RUN if hatch else [shape.edge for shape in some]  # the colour of a hatch is an edge's
            yield PathCollection(paths, facecolors=[shape.colour for shape in some], edgecolors=edges,
                                 linewidths=[shape.width for shape in some], hatch=HATCHES.get(hatch),
                                 hatch_linewidth=HATCHED, transform=points)


def _areas(areas: list[Area], points: Transform) -> Iterator[Collection]:
    yield PolyCollection([area.points for area in areas], linewidths=0, transform=points,
                         facecolors=[to_rgba(area.colour, area.opacity) for area in areas])


def _lines(lines: list[Line], points: Transform) -> Iterator[Collection]:
    for cap in ("butt", "round"):
        some = [line for line in lines if line.cap == cap]
        dashes = [(0, [part / line.width for part in line.dash]) if line.dash else "solid" for line in some]
        yield LineCollection([line.points for line in some], colors=[line.colour for line in some], linestyles=dashes,
                             linewidths=[line.width for line in some], capstyle=cap, transform=points)


def _dots(dots: list[Dot], points: Transform) -> Iterator[Collection]:
    yield PathCollection([Path.unit_circle()], [dot.radius**2 for dot in dots], offsets=[dot.at for dot in dots],
                         offset_transform=points, transform=IdentityTransform(),
                         facecolors=[dot.fill for dot in dots], edgecolors=[dot.colour for dot in dots],
                         linewidths=[EDGE * dot.radius for dot in dots])


class Letter(NamedTuple):
    """A character where it stands, its outline to be scaled."""

    outline: Path
    scale: float
    at: Point
    colour: str
    halo: str


def _letters(texts: list[Text], points: Transform, language: Language) -> Iterator[Collection]:
    letters = [Letter(outline, mark.size / UNIT, (x + pen * mark.size / UNIT, y), mark.colour, mark.halo)
               for mark in texts for words in [of(mark.text, language)] for x, y in [_start(mark, words)]
               for _, pen, outline in text.outlines(words)]
    if around := [letter for letter in letters if letter.halo]:
        yield _glyphs(around, points, facecolors="none", edgecolors=[letter.halo for letter in around], linewidths=HALO)
    yield _glyphs(letters, points, facecolors=[letter.colour for letter in letters], linewidths=0)


def _glyphs(letters: list[Letter], points: Transform, **look: Any) -> PathCollection:
    return PathCollection([letter.outline for letter in letters], [letter.scale**2 for letter in letters],
                          offsets=[letter.at for letter in letters], offset_transform=points, snap=False,
                          transform=IdentityTransform(), **look)
