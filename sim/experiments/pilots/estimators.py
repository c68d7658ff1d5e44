"""Estimators of evaluations from libraries made for them: synthetic difference in differences, synthetic control and
staggered starts; of one trial, a panel (county, year).

Those of `diff-diff` estimate; `pysyncon` does the synthetic control once more, to be held against it.
"""

import warnings
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sim.config import ConfigError
from sim.experiments.pilots.designs import LEVEL

PLACEBOS = 19
"""Draws of placebo pilots among the other counties from which the error of an estimate is told."""
NEVER = 0
"""Start, as a year counted from the first, of counties that are no pilots."""

Z = float(stats.norm.ppf(0.5 + LEVEL / 2))


class Found(NamedTuple):
    """An estimate and the half width of its 95 % interval."""

    value: float
    half: float


def libraries() -> tuple[ModuleType, ModuleType]:
    """Return diff-diff and pysyncon; ConfigError where they are not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import diff_diff
            import pysyncon
    except ImportError:
        raise ConfigError("county pilots: expected the extra pilots; "
                          "pip install 'county-urbanization[pilots]'") from None
    return diff_diff, pysyncon


def synthetic_did(panel: np.ndarray, starts: np.ndarray) -> Found:
    """Return the synthetic difference in differences (Arkhangelsky et al. 2021, American Economic Review 111(12)) of
    pilots that start together; its error is that of placebos."""
    diff_diff, _ = libraries()
    first = int(starts.max())
    table = long(panel).assign(treated=np.repeat(starts > NEVER, panel.shape[1]).astype(int))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = diff_diff.SyntheticDiD(variance_method="placebo", n_bootstrap=PLACEBOS, seed=1).fit(
            table, outcome="value", treatment="treated", unit="county", time="year",
            post_periods=list(range(first, panel.shape[1])))
    return Found(float(found.att), Z * float(found.se))


def synthetic_control(panel: np.ndarray, starts: np.ndarray) -> Found:
    """Return the synthetic control of the pilots' mean (Abadie, Diamond and Hainmueller 2010, Journal of the American
    Statistical Association 105), all years before weighing the same; its error is that of means of as many other
    counties in their place."""
    first, pilots = int(starts.max()), starts > NEVER
    others, random = np.flatnonzero(~pilots), np.random.default_rng(1)
    value = gap(panel[pilots].mean(0), panel[others], first)
    placebos = []
    for _ in range(PLACEBOS):
        drawn = np.isin(others, random.choice(others, pilots.sum(), replace=False))
        placebos.append(gap(panel[others[drawn]].mean(0), panel[others[~drawn]], first))
    return Found(value, float(np.quantile(np.abs(placebos), LEVEL)))


def gap(ours: np.ndarray, donors: np.ndarray, first: int) -> float:
    """Return the mean difference from `first` on between a series (year) and its synthetic control of donors (donor,
    year), by diff-diff."""
    diff_diff, _ = libraries()
    years, treated = len(ours), len(donors)
    table = long(np.vstack([donors, ours]))
    table["treated"] = ((table["county"] == treated) & (table["year"] >= first)).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = diff_diff.SyntheticControl(v_method="custom", custom_v=np.ones(first), standardize="none").fit(
            table, outcome="value", treatment="treated", unit="county", time="year",
            post_periods=list(range(first, years)), pre_period_outcomes="all")
    return float(found.att)


def other_gap(ours: np.ndarray, donors: np.ndarray, first: int) -> float:
    """Return the same by pysyncon."""
    _, pysyncon = libraries()
    before, own = pd.DataFrame(donors[:, :first].T), pd.Series(ours[:first], name="pilots")
    scale = np.vstack([donors, ours])[:, :first].var(0, ddof=1)  # undoes its own division by standard deviations
    synth = pysyncon.Synth()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        synth.fit(X0=before, X1=own, Z0=before, Z1=own, custom_V=scale)
    return float((ours - np.asarray(synth.W) @ donors)[first:].mean())


def staggered(panel: np.ndarray, starts: np.ndarray) -> Found:
    """Return the mean effect over pilots and years since their own start (Callaway and Sant'Anna 2021, Journal of
    Econometrics 225(2))."""
    diff_diff, _ = libraries()
    table = long(panel).assign(start=np.repeat(starts, panel.shape[1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = diff_diff.CallawaySantAnna(estimation_method="reg").fit(
            table, outcome="value", unit="county", time="year", first_treat="start", aggregate="simple")
    return Found(float(found.overall_att), Z * float(found.overall_se))


def imputed(panel: np.ndarray, starts: np.ndarray) -> Found:
    """Return the same by imputation (Borusyak, Jaravel and Spiess 2024, Review of Economic Studies 91(6)); with one
    start it is the difference in differences."""
    diff_diff, _ = libraries()
    table = long(panel).assign(start=np.repeat(starts, panel.shape[1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = diff_diff.ImputationDiD(leave_one_out=True).fit(
            table, outcome="value", unit="county", time="year", first_treat="start")
    return Found(float(found.overall_att), Z * float(found.overall_se))


def regressed(panel: np.ndarray, starts: np.ndarray) -> Found:
    """Return the difference in differences of pilots that start together, by regression with errors clustered by county
    and the degrees of freedom of Bell and McCaffrey (2002, Survey Methodology 28(2))."""
    diff_diff, _ = libraries()
    table = long(panel).assign(treated=np.repeat(starts > NEVER, panel.shape[1]).astype(int))
    table["after"] = (table["year"] >= starts.max()).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = diff_diff.DifferenceInDifferences(cluster="county", vcov_type="hc2_bm").fit(
            table, outcome="value", treatment="treated", post="after")
    low, high = found.conf_int
    return Found(float(found.att), float(high - low) / 2)


def long(panel: np.ndarray) -> pd.DataFrame:
    """Return a panel (county, year) as a table: county, year, value."""
    counties, years = panel.shape
    return pd.DataFrame({"county": np.repeat(np.arange(counties), years), "year": np.tile(np.arange(years), counties),
                         "value": panel.ravel()})


TOGETHER: dict[str, Callable[[np.ndarray, np.ndarray], Found]] = {
    "synthetic_did": synthetic_did, "synthetic_control": synthetic_control}
"""Estimators of pilots that start together."""
IN_WAVES: dict[str, Callable[[np.ndarray, np.ndarray], Found]] = {"staggered": staggered, "imputed": imputed}
"""Estimators of pilots that start in waves."""
