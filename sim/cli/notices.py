"""Warnings of a command on the error stream, before it runs, about the grounds of its results."""

import sys

from sim.config import Config
from sim.config.fitted import load_fitted
from sim.core import cache


def warn_of_grounds() -> None:
    """Say in one line each where the parameter sets were fitted with another model than the one that runs, and where
    nothing can be kept for the next command."""
    if warning := load_fitted().warning:
        print(f"county: {warning}", file=sys.stderr)
    warn_of_no_cache()


def warn_of_no_cache() -> None:
    """Say in one line where nothing can be kept for the next command."""
    if not cache.lasting():
        print("county: no cache can be written, so kernels are compiled for this command alone; COUNTY_CACHE=PATH "
              "names a folder for them", file=sys.stderr)


def warn_of_later_figures(config: Config) -> None:
    """Say in one line how many of a data package's figures are of a later date than the start."""
    from sim.baseline import load
    from sim.baseline.figures import Figures

    data = load(config.data)
    later = Figures(list(data.counties["adcode"]), data.county_figures, config.start).later
    if later:
        print(f"county: own figures that are not dated before {config.start}, and not used: {later}",
              file=sys.stderr)
