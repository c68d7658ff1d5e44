"""Results of a sweep: figures and printed tables of policies under external conditions, and their costs."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.core.described import Described
from sim.report import figures, observations
from sim.report.bilingual import LANGUAGES
from sim.report.style import Language
from sim.report.sweeps import achieved, efficient, moved
from sim.report.sweeps.printing import tables

__all__ = ["draw", "drawn", "tables"]


def draw(ranked: pd.DataFrame, robust: pd.DataFrame, effects: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw the figures of a sweep in both languages; return the picture files."""
    named = observations.read(folder / "indicators.parquet")
    written: list[Path] = []
    for language in LANGUAGES:
        for name, figure in drawn(ranked, robust, effects, named, language).items():
            written += figures.save(figure, folder / "figures", f"{name}.{language}")
    return written


def drawn(ranked: pd.DataFrame, robust: pd.DataFrame, effects: pd.DataFrame, named: Mapping[str, Described],
          language: Language) -> dict[str, Figure]:
    """Return achievement under all conditions, efficient policies and, where policies are compared, their effects on
    indicators, which are `named`."""
    found = {"policies": achieved.heat_map(ranked, robust, language), "efficient": efficient.scatter(ranked, language)}
    if len(effects):
        found["effects"] = moved.heat_map(effects, named, language)
    return found
