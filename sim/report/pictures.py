"""Every figure of a run as files, in both languages."""

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from sim.report import costs, effect_figure, effects, figures, indicator_figure, measure_figure, overview
from sim.report.bilingual import LANGUAGES
from sim.report.results import Results
from sim.report.scorecard import scorecard
from sim.report.style import Language


def draw(results: Results) -> list[Path]:
    """Draw the overview, and indicators, measures and effects where the run has any; return the picture files.

    Figures that the run has nothing for are taken away, so that none is left of an earlier run.
    """
    folder = results.folder / "figures"
    written = overview.draw(results)
    for name, (there, drawing) in _drawings(results).items():
        for language in LANGUAGES:
            if there:
                written += figures.save(drawing(results, language), folder, f"{name}.{language}")
            else:
                for kind in ("png", "svg"):
                    (folder / f"{name}.{language}.{kind}").unlink(missing_ok=True)
    return written


def _drawings(results: Results) -> dict[str, tuple[bool, Callable[[Results, Language], Figure]]]:
    """Return for each figure whether the run has something for it, and the function that draws it."""
    return {
        "indicators": (len(scorecard(results)) > 0, indicator_figure.draw),
        "measures": (len(costs.dose_rows(results)) > 0, measure_figure.draw),
        "effects": (len(effects.effects(results, results.horizon)) > 0, effect_figure.draw),
    }
