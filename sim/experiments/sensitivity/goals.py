"""Targets that an analysis is asked about: those given, or the declared ones of the outcomes."""

import numpy as np
import pandas as pd

from sim import targets
from sim.config.files import load_indicators
from sim.config.indicators import Indicator
from sim.config.sensitivity import Sensitivity
from sim.experiments.sensitivity.outcomes import aimed
from sim.model import CountyUrbanization


def goals(config: Sensitivity) -> dict[str, float]:
    """Return targets by indicator, in its unit, of the counties asked for.

    Where none are given they are the declared ones of the outcomes, from the base in the initial state. Raises
    ConfigError as `aimed` does.
    """
    system, names = load_indicators(), aimed(config)
    if config.targets:
        return dict(config.targets)
    table = CountyUrbanization(config=config, rng=config.seed).indicators()
    base = table[table["year"] == system.base_year].set_index(["group", "indicator"])["value"]
    return {name: _declared(system.indicators[name], name, base, config.group) for name in names}


def _declared(one: Indicator, name: str, base: pd.Series, group: str) -> float:
    """Return the declared target of a group of counties: from its own base, or its part of the declared one."""
    if one.base is None:
        return float(targets.target(one, base[group, name]))
    share = base[group, one.base.shared_by] / base[targets.WHOLE, one.base.shared_by]
    return float(targets.target(one, one.base.value * share))


def signs(names: list[str]) -> np.ndarray:
    """Return 1 for each indicator of which more is better, and -1 for the others."""
    known = load_indicators().indicators
    return np.array([1.0 if known[name].better == "up" else -1.0 for name in names])
