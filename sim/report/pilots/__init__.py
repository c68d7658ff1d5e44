"""Results of a study of pilots: sentences, tables, figures and the page, from its files alone."""

from sim.report.cells import printed
from sim.report.pilots import page
from sim.report.pilots.answer import sentences
from sim.report.pilots.reading import Study
from sim.report.pilots.tables import tables

__all__ = ["Study", "page", "printed", "sentences", "tables"]
