"""Every figure of a run as files, in both languages, drawn side by side on the cores."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import product
from pathlib import Path

from sim.report import forked
from sim.report.charts import effect_figure, figures, indicator_figure, measure_figure, overview_figures
from sim.report.charts.sheet import Page
from sim.report.tables import costs, effects
from sim.report.tables.results import Results
from sim.report.tables.scorecard import scorecard
from sim.report.words.bilingual import LANGUAGES
from sim.report.words.style import Language

DRAWINGS: dict[str, Callable[[Results, Language], Page]] = {
    "economy": partial(overview_figures.paths, shown=overview_figures.ECONOMY), "indicators": indicator_figure.draw,
    "paths": partial(overview_figures.paths, shown=overview_figures.PATHS), "map": overview_figures.county_map,
    "measures": measure_figure.draw, "effects": effect_figure.draw}
"""What draws each figure, those that take longest first."""
THERE: dict[str, Callable[[Results], bool]] = {
    "indicators": lambda results: len(scorecard(results)) > 0,
    "measures": lambda results: len(costs.dose_rows(results)) > 0,
    "effects": lambda results: len(effects.effects(results, results.horizon)) > 0}
"""Whether a run has anything for a figure that not every run has."""
ORDER = ("paths", "economy", "map", "indicators", "measures", "effects")


def draw(results: Results) -> list[Path]:
    """Draw the overview, and indicators, measures and effects where the run has any; return the picture files."""
    with forked.beside(results) as submit:
        drawn = start(submit)
    return [path for one in drawn for path in one.result()]


def start(submit: forked.Submit) -> list[Future[list[Path]]]:
    """Have every figure drawn elsewhere; return what will be the files of each, in the order in which they are named.

    Figures that the run has nothing for are taken away, so that none is left of an earlier run.
    """
    under_way = {name: submit(_draw, name) for name in DRAWINGS}
    return [under_way[name] for name in ORDER]


def _draw(results: Results, name: str) -> list[Path]:
    folder = results.folder / "figures"
    if name in THERE and not THERE[name](results):
        for language, kind in product(LANGUAGES, figures.KINDS):
            (folder / f"{name}.{language}.{kind}").unlink(missing_ok=True)
        return []
    return [path for language in LANGUAGES
            for path in figures.save(DRAWINGS[name](results, language), folder, f"{name}.{language}")]
