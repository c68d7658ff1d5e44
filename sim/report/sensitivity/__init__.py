"""Results of a sensitivity analysis: figures and printed tables, from its files alone."""

from pathlib import Path

from matplotlib.figure import Figure

from sim.report.charts import figures
from sim.report.sensitivity import aims, heat, page, screening, variance
from sim.report.sensitivity.answer import sentences
from sim.report.sensitivity.printing import tables
from sim.report.sensitivity.reading import Analysis
from sim.report.tables.cells import printed
from sim.report.words.bilingual import LANGUAGES
from sim.report.words.style import Language

__all__ = ["Analysis", "draw", "drawn", "page", "printed", "sentences", "tables"]


def draw(analysis: Analysis) -> list[Path]:
    """Draw the figures of a method in both languages; return the picture files.

    Pictures of an earlier analysis in the folder are taken away.
    """
    folder = analysis.folder / "figures"
    written: list[Path] = []
    for language in LANGUAGES:
        for name, figure in drawn(analysis, language).items():
            written += figures.save(figure, folder, f"{name}.{language}")
    for path in set(folder.glob("*.*")) - set(written):
        path.unlink()
    return written


def drawn(analysis: Analysis, language: Language) -> dict[str, Figure]:
    """Return the figures of a method by name."""
    if analysis.method == "least_cost":
        return {"least_cost": aims.least_cost(analysis, language)}
    if analysis.method == "discovery":
        return {"discovery": aims.discovery(analysis, language)} if len(aims.cases(analysis)) else {}
    if analysis.method == "morris":
        found = {"morris": screening.scatter(analysis, language), "tornado": screening.tornado(analysis, language),
                 "ranking": screening.ranking(analysis, language)}
    elif analysis.method == "attribution":
        found = {"attribution": variance.attributed(analysis, language)}
    else:
        found = {"sobol": variance.shares(analysis, language)}
    return found | heat.maps(analysis, language)
