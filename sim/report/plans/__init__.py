"""The plan book: what the government of each county would hand in, from the tables of a finished run."""

from sim.report.plans.book import write

__all__ = ["write"]
