"""Naive rules for 2020 from the census of 2010, to hold a hindcast against.

Each rule estimates one number or a few from the counties it may see, and then predicts every county. Regressions
predict a county that they have seen from the others alone (leave-one-out).
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import StandardScaler

from sim import baseline
from sim.config import Config
from sim.experiments.calibration.counties import Census, Past, odds

SATURATION = 0.85
"""Urban share that the logistic curve tends to; assumed."""

PENALTIES = np.logspace(-1, 4, 30)
"""Penalties from which the ridge regression chooses by leave-one-out."""

MEASURES = ("urban_share", "residents", "children_share", "old_share", "absent_share")
"""Measures compared: percentages, and residents, whose errors are percentages of those counted."""

Rule = Callable[[Past, np.ndarray, str, np.ndarray], np.ndarray]
"""From both censuses, the counties that may be seen, the measure and covariates of 2010 to values of 2020."""


def value(census: Census, measure: str) -> np.ndarray:
    """Return a measure by county: residents in persons, others in percent."""
    if measure == "residents":
        return census.residents
    whole = census.registered if measure == "absent_share" else census.residents
    return 100 * getattr(census, measure.removesuffix("_share")) / whole


def predicted(past: Past, seen: np.ndarray, covariates: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Return the predictions of each rule for each measure by county, by (measure, rule)."""
    return {(measure, name): rule(past, seen, measure, covariates)
            for measure in MEASURES for name, rule in RULES.items() if measure in ONLY.get(name, MEASURES)}


def covariates(config: Config) -> np.ndarray:
    """Return every number of the census of 2010 by county, counts as shares of residents, households or samples."""
    data = baseline.load(config.data)
    table = data.census_2010.set_index("adcode").loc[data.counties["adcode"]]
    numbers = table.select_dtypes("number").drop(columns="resident_population_comparable").dropna(axis=1)
    wholes = {"households_": "family_households", "not_employed_": "lf_not_employed", "lf_": "lf_population_16_plus"}
    columns = {"log_residents": np.log(table["resident_population"])}
    for name, column in numbers.items():
        if column.max() <= 100:  # a share, a rate or a mean
            columns[name] = column
        elif name != "resident_population":
            whole = next((total for start, total in wholes.items() if name.startswith(start)), "resident_population")
            if whole in numbers:
                columns[name] = column / numbers[whole]
    return pd.DataFrame(columns).to_numpy(float)


def no_change(past: Past, seen: np.ndarray, measure: str, covariates: np.ndarray) -> np.ndarray:
    """Return 2010."""
    return value(past.before, measure)


def uniform(past: Past, seen: np.ndarray, measure: str, covariates: np.ndarray) -> np.ndarray:
    """Return 2010 with the change of the counties together: points of a share, percent of residents."""
    before, after = (value(_together(census, seen), measure) for census in (past.before, past.after))
    start = value(past.before, measure)
    return start * (after / before) if measure == "residents" else start + (after - before)


def logit(past: Past, seen: np.ndarray, measure: str, covariates: np.ndarray) -> np.ndarray:
    """Return 2010 with the odds of the share changed as those of the counties together: each county's urban and rural
    residents grow as theirs (shift-share)."""
    return _along_curve(past, seen, measure, 1.0)


def logistic(past: Past, seen: np.ndarray, measure: str, covariates: np.ndarray) -> np.ndarray:
    """Return 2010 moved along a logistic curve to `SATURATION`, as far as the counties together moved."""
    return _along_curve(past, seen, measure, SATURATION)


def cohorts(past: Past, seen: np.ndarray, measure: str, covariates: np.ndarray) -> np.ndarray:
    """Return 2010 with each age group changed as that of the counties together, ten years older (Hamilton and Perry
    1962, Social Forces 41): a county's own ages, and no difference otherwise."""
    ages = []
    for census in (past.before, past.after):
        ages.append(np.column_stack([census.ages[:, :2].sum(1), census.ages[:, 2:]]))  # five-year groups from 0
    first, last = ages
    later = np.column_stack([first[:, :-3], first[:, -3:].sum(1)])  # who is in groups from 10 in 2020
    rate = last[seen, 2:].sum(0) / later[seen].sum(0)
    mothers = first[:, 3:10].sum(1)  # 15-49
    young = mothers[:, None] * last[seen, :2].sum(0) / mothers[seen].sum()
    made = np.column_stack([young, later * rate])
    whole = made.sum(1)
    parts = {"residents": whole, "children_share": 100 * made[:, :3].sum(1) / whole,
             "old_share": 100 * made[:, 13:].sum(1) / whole}
    return parts[measure]


def regression(past: Past, seen: np.ndarray, measure: str, covariates: np.ndarray) -> np.ndarray:
    """Return the least-squares line of 2020 on 2010 (of logs, for residents)."""
    before, after = (_scaled(value(census, measure), measure) for census in (past.before, past.after))
    made = np.polyval(np.polyfit(before[seen], after[seen], 1), before)
    for county in np.flatnonzero(seen):
        others = seen & (np.arange(len(seen)) != county)
        made[county] = np.polyval(np.polyfit(before[others], after[others], 1), before[county])
    return np.exp(made) if measure == "residents" else made


def ridge(past: Past, seen: np.ndarray, measure: str, covariates: np.ndarray) -> np.ndarray:
    """Return a ridge regression of the change on every number of the census of 2010, its penalty chosen by
    leave-one-out; a county that it has seen is forgotten by the leverage it has (Allen 1974, Technometrics 16)."""
    before, after = (_scaled(value(census, measure), measure) for census in (past.before, past.after))
    numbers = StandardScaler().fit(covariates[seen]).transform(covariates)
    change = after - before
    model = RidgeCV(PENALTIES).fit(numbers[seen], change[seen])
    made = model.predict(numbers)
    x = numbers[seen]
    leverage = 1 / len(x) + np.diag(x @ np.linalg.solve(x.T @ x + model.alpha_ * np.eye(x.shape[1]), x.T))
    made[seen] = change[seen] - (change[seen] - made[seen]) / (1 - leverage)
    made += before
    return np.exp(made) if measure == "residents" else made


RULES: dict[str, Rule] = {
    one.__name__: one for one in (no_change, uniform, logit, logistic, cohorts, regression, ridge)
}
ONLY = {"logit": ("urban_share",), "logistic": ("urban_share",),
        "cohorts": ("residents", "children_share", "old_share")}
"""Rules that say something of some measures only."""


def _together(census: Census, seen: np.ndarray) -> Census:
    return Census(*(np.asarray(column)[seen].sum(0) for column in census))


def _along_curve(past: Past, seen: np.ndarray, measure: str, most: float) -> np.ndarray:
    before, after = (value(_together(census, seen), measure) / 100 for census in (past.before, past.after))
    shift = odds(after, most) - odds(before, most)
    now = odds(value(past.before, measure) / 100, most) + shift
    return 100 * most / (1 + np.exp(-now))


def _scaled(values: np.ndarray, measure: str) -> np.ndarray:
    return np.log(values) if measure == "residents" else values
