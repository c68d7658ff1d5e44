"""Results of a sweep: figures, tables and the report of policies under external conditions, from its files alone."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.core.described import Described
from sim.report.charts import figures
from sim.report.sweeps import achieved, efficient, moved, page
from sim.report.sweeps.printing import tables
from sim.report.sweeps.reading import Sweep
from sim.report.words.bilingual import LANGUAGES
from sim.report.words.style import Language

__all__ = ["Sweep", "draw", "drawn", "page", "tables"]


def draw(sweep: Sweep) -> list[Path]:
    """Draw the figures of a sweep in both languages; return the picture files."""
    written: list[Path] = []
    for language in LANGUAGES:
        for name, figure in drawn(sweep.ranking, sweep.robustness, sweep.effects, sweep.observations,
                                  language).items():
            written += figures.save(figure, sweep.folder / "figures", f"{name}.{language}")
    return written


def drawn(ranked: pd.DataFrame, robust: pd.DataFrame, effects: pd.DataFrame, named: Mapping[str, Described],
          language: Language) -> dict[str, Figure]:
    """Return achievement under all conditions, efficient policies and, where policies are compared, their effects on
    indicators, which are `named`."""
    found = {"policies": achieved.heat_map(ranked, robust, language), "efficient": efficient.scatter(ranked, language)}
    if len(effects):
        found["effects"] = moved.heat_map(effects, named, language)
    return found
