"""Results of a study of pilots: sentences, tables, figures and the page, from its files alone."""

from sim.report.pilots import page
from sim.report.pilots.answer import sentences
from sim.report.pilots.reading import Study
from sim.report.pilots.tables import tables
from sim.report.tables.cells import printed

__all__ = ["Study", "page", "printed", "sentences", "tables"]
