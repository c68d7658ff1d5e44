"""Every figure of a run as files, in both languages, drawn side by side on the cores."""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sim.core import blocks, parent
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
ORDER = ("paths", "economy", "map", "indicators", "measures", "effects")


def draw(results: Results) -> list[Path]:
    """Draw the overview, and indicators, measures and effects where the run has any; return the picture files."""
    with drawing(results) as drawn:
        pass
    return drawn


@contextmanager
def drawing(results: Results) -> Iterator[list[Path]]:
    """Draw every figure in other processes while something else is done here; the list of files is there at the end.

    The processes are forked: they have the tables that were read and what was imported. Figures that the run has
    nothing for are taken away, so that none is left of an earlier run.
    """
    folder = results.folder / "figures"
    there = {"indicators": len(scorecard(results)) > 0, "measures": len(costs.dose_rows(results)) > 0,
             "effects": len(effects.effects(results, results.horizon)) > 0}
    written: list[Path] = []
    count = min(blocks.cores(), len(DRAWINGS))
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("fork"), _take, (results, folder))
    try:
        under_way = {(name, language): pool.submit(_draw, name, language)
                     for name in DRAWINGS if there.get(name, True) for language in LANGUAGES}
        yield written
        for name in ORDER:
            for language in LANGUAGES:
                if (name, language) in under_way:
                    written += under_way[name, language].result()
                else:
                    for kind in figures.KINDS:
                        (folder / f"{name}.{language}.{kind}").unlink(missing_ok=True)
    finally:
        pool.shutdown(cancel_futures=True)


_taken: tuple[Results, Path]


def _take(results: Results, folder: Path) -> None:
    """Keep what this process draws from; whoever forked it is told of an interruption and stops it."""
    global _taken
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent.end_with_it()
    gc.freeze()  # what was there before need not be looked through for what is over
    _taken = (results, folder)


def _draw(name: str, language: Language) -> tuple[Path, ...]:
    results, folder = _taken
    return figures.save(DRAWINGS[name](results, language), folder, f"{name}.{language}")
