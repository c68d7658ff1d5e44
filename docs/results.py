"""Tables of results: of the fit that is shipped, read from its files, and of simulations that take some minutes."""

import pandas as pd
from declared import table

from sim.compose import compose
from sim.config.files import CROSSVALIDATION, EFFECTS, FIT, TARGETS, load_ensemble
from sim.experiments.calibration import targets
from sim.experiments.calibration.counties import past
from sim.experiments.measures import Alone
from sim.experiments.validation import PARTS as HELD_AGAINST
from sim.indicators.totals import OBSERVATIONS
from sim.report.pages.validation import printed


def _held_against(part: str, *arguments: str) -> str:
    """Return a part of `county validate` as a table, measured with its defaults or as the arguments say."""
    return table(*printed(part, HELD_AGAINST[part](compose("validate", arguments))))


def recent() -> str:
    """Return published figures of 2021 and 2022 beside what the model gives."""
    return _held_against("recent")


def patterns() -> str:
    """Return known patterns beside what the model gives."""
    return _held_against("patterns")


def experiments() -> str:
    """Return what studies found beside what the model gives in virtual quasi-experiments."""
    return _held_against("experiments")


def fit_targets() -> str:
    """Return what the ensemble was fitted to, and what the reference set and the other sets say."""
    rows = [(f"`{row.name}`", f"{row.value:.4g}", f"{row.observation:.2g} / {row.discrepancy:.2g} / {row.chance:.2g}",
             row.unit, f"{row.reference:.4g}", f"{row.low:.4g} to {row.high:.4g}", f"{row.misfit:+.1f}",
             f"{row.source}, {row.date}") for row in pd.read_csv(TARGETS).itertuples(index=False)]
    return table(("target", "wanted", "tolerance: known / model / chance", "unit", "reference set", "80 % of sets",
                   "standard deviations", "source"), rows)


def fit_effects() -> str:
    """Return what the full package does in the reference set and in the other sets."""
    rows = [(f"`{row.indicator}`", row.year, row.unit, f"{row.reference:+.3g}", f"{row.median:+.3g}",
             f"{row.low:+.3g} to {row.high:+.3g}", "yes" if row.inside else "no")
            for row in pd.read_csv(EFFECTS).itertuples(index=False)]
    return table(("effect on", "year", "unit", "reference set", "median of sets", "80 % of sets", "inside"), rows)


def fit_parameters() -> str:
    """Return the fitted parameters: prior, what is left of it, and which data said so."""
    rows = [(f"`{row.parameter}`", row.unit, f"{row.prior_low:g} to {row.prior_high:g}", f"{row.low:.3g}",
             f"{row.median:.3g}", f"{row.high:.3g}", f"{row.reference:.4g}", f"{max(row.narrowed, 0):.0%}", row.data)
            for row in pd.read_csv(FIT).itertuples()]
    return table(("parameter", "unit", "prior", "low", "median", "high", "reference set", "narrowed", "told by"), rows)


def hindcast() -> str:
    """Return mean absolute errors of the hindcast and of naive rules, over the whole ensemble."""
    return _held_against("hindcast", f"parameter_sets={len(load_ensemble()) - 1}", "seeds=2")


def schooling() -> str:
    """Return how urban shares of 2020 went with having been to college in 2010, at the same share of 2010."""
    config = compose("calibrate")
    known = past(config)
    people, rows = targets.observed(config, known), []
    for name, seen in (("all 78", known.part >= 0), ("fitted", ~known.held_out), ("held out", known.held_out)):
        found = targets.summaries(known, seen, people)
        rows.append((name, f"{found.values['urban_by_college']:.1f}", f"{found.errors['urban_by_college']:.1f}"))
    return table(("counties", "points for a unit of log odds", "standard error"), rows)


def crossvalidation() -> str:
    """Return mean absolute errors of counties held out in turn, of the model and of naive rules."""
    if not CROSSVALIDATION.is_file():
        return ("The shipped sets have no cross-validation; `county calibrate what=crossvalidation install=true` "
                "makes it.")
    return _held_against("crossvalidation")


def alone() -> str:
    """Return what each measure does by itself to what it should move: five seeds, one row for 1,000 people."""
    singles, rows = Alone(compose("run", ["scale=1000", "seeds=5"])), []
    for name in singles.config.measures:
        for row in singles.judge(name).itertuples():
            unit = OBSERVATIONS[row.indicator].unit
            rows.append((f"`{name}`", f"{row.delivered:.2f}", f"`{row.indicator}`", row.group.replace("_", " "),
                         row.sign, f"{row.without:,.4g} {unit}".strip(), f"{row.effect:+.2f} %", f"{row.noise:.2f}",
                         "yes" if row.holds else "**no**", row.why))
    heads = ("measure alone", "delivered dose", "observation", "counties", "expected", "without it", "effect",
             "standard error", "as expected", "why")
    return table(heads, rows)


FITTED = {f.__name__: f for f in (fit_targets, fit_effects, fit_parameters, schooling, crossvalidation)}
MEASURED = {f.__name__: f for f in (recent, patterns, experiments, alone, hindcast)}
