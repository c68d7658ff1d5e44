"""Tables of a search: promised values beside those of runs that the search never saw, and what holds where."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from sim.experiments.optimise.futures import OUTCOMES
from sim.experiments.optimise.scoring import Scores
from sim.experiments.optimise.search import Front, Limits
from sim.experiments.optimise.units import Package, Unit

if TYPE_CHECKING:
    from sim.experiments.optimise.packages import Answer

BySteps = Sequence[Sequence[Scores]]
"""Scores by package and unit."""

ALIKE = 1.02
"""Packages that cost up to so many times as much count as no dearer."""

KEPT = 0.9
"""Share of promises that are to be kept within their bands."""

TITLES = {"cheapest": ("最省组合（含安全裕度）", "Cheapest package, with its margin"),
          "best": ("各单元选定的组合：经核验的最省者", "Chosen package of each unit: the cheapest checked one")}


def title(name: str) -> dict[str, str]:
    """Return the Chinese and English title of a package."""
    number = name.rpartition("_")[2]
    zh, en = TITLES.get(name, (f"第{number}档组合", f"Package {number}"))
    return {"zh": zh, "en": en}


def bands(promised: BySteps, shown: BySteps, without: BySteps, sets: int) -> np.ndarray:
    """Return by how much checked means depart from promised ones in 90 % of cases, by (quantity, unit).

    Two things part them. The emulator errs: by as much as it misses packages that it has not learnt, chance included,
    of a unit or of all units, whichever is more; their number is the degrees of freedom. And what packages add to no
    policy differs by parameter set, of which the search and the check draw as many each: by its variance between sets
    beyond chance, which is what external conditions leave unexplained within sets. Both together have the degrees of
    freedom of Welch and Satterthwaite.
    """
    said, seen, none = (np.array(one) for one in (promised, shown, without))  # package, unit, quantity, future
    error = ((seen - said).mean(-1) ** 2).mean(0)
    error = np.maximum(error, error.mean(0))
    drawn = 2 / sets * _between_sets(seen - none, sets)
    whole = error + drawn
    free = whole**2 / np.maximum(error**2 / len(said) + drawn**2 / (sets - 1), 1e-300)
    return np.asarray(stats.t.ppf((1 + KEPT) / 2, np.maximum(free, 1)) * np.sqrt(whole)).T


def _between_sets(values: np.ndarray, sets: int) -> np.ndarray:
    """Return the variance between parameter sets by (unit, quantity) of values by (package, unit, quantity, future), in
    which sets vary fastest."""
    cases = values.reshape(*values.shape[:-1], -1, sets)
    of_set, of_condition = cases.mean(-2, keepdims=True), cases.mean(-1, keepdims=True)
    left = cases - of_set - of_condition + cases.mean((-2, -1), keepdims=True)
    conditions = cases.shape[-2]
    chance = (left**2).sum((-2, -1)) / max((conditions - 1) * (sets - 1), 1) / conditions
    return np.asarray(np.maximum((of_set[..., 0, :].var(-1, ddof=1) - chance).mean(0), 0))


def nearly(shown: Sequence[Scores], without: Scores, share: float) -> float:
    """Return the achievement that is a share of the way from no policy to the checked package that achieves most."""
    nothing, most = without.achievement.mean(), max(one.achievement.mean() for one in shown)
    return float(nothing + share * (most - nothing))


def cheapest(shown: Sequence[Scores], reach: float, limits: Limits) -> int | None:
    """Return the place of the package of least cost among those that achieve so much within limits, None for none."""
    able = [k for k, one in enumerate(shown) if _able(one, reach, limits)]
    return min(able, key=lambda k: shown[k].cost.mean()) if able else None


def _able(one: Scores, reach: float, limits: Limits) -> bool:
    return bool(one.achievement.mean() >= reach and one.cost.mean() <= limits.budget and one.debt.mean() <= limits.debt)


def checked(units: Sequence[Unit], packages: Sequence[Package], promised: BySteps, shown: BySteps, without: BySteps,
            bands: np.ndarray, answers: Sequence["Answer"], limits: Limits,
            chosen: Sequence[int | None]) -> pd.DataFrame:
    """Return one row for each unit and package: promised and checked means over futures with the band between them and
    the 95 % interval of the checked one, what no policy shows in the same futures, what was asked, by how much it is
    exceeded, the share of futures in which that holds, and the greatest regret."""
    rows = []
    for k, unit in enumerate(units):
        lost = regrets([one[k] for one in shown])
        for step, package in enumerate(packages):
            seen, said, none, reach = shown[step][k], promised[step][k], without[step][k], answers[k].reach
            holds = (seen.achievement >= reach) & (seen.debt <= limits.debt) & (seen.cost <= limits.budget)
            row: dict[str, object] = {"unit": unit.name, "package": package.name}
            for place, name in enumerate(Scores._fields):
                mean, half = _interval(seen[place])
                row |= {f"promised_{name}": said[place].mean(), name: mean, f"{name}_low": mean - half,
                        f"{name}_high": mean + half, f"{name}_band": bands[place, k],
                        f"{name}_kept": bool(abs(mean - said[place].mean()) <= bands[place, k]),
                        f"{name}_without": none[place].mean()}
            rows.append({**row, "reach": reach, "spare": seen.achievement.mean() - reach,
                         "reaches": _able(seen, reach, limits), "holds": holds.mean(), "regret": lost[step].max(),
                         "least_achievement": seen.achievement.min(), "chosen": chosen[k] == step})
    return pd.DataFrame(rows)


def regrets(shown: Sequence[Scores]) -> np.ndarray:
    """Return by (package, future) how much more another package that is no dearer achieves in that future."""
    cost = np.array([one.cost.mean() for one in shown])
    achieved = np.array([one.achievement for one in shown])
    return np.array([achieved[cost <= ALIKE * own + 1e-9].max(0) - achieved[k] for k, own in enumerate(cost)])


def _interval(values: np.ndarray) -> tuple[float, float]:
    """Return the mean and half the width of its 95 % interval, not a number for one value."""
    if len(values) < 2:
        return float(values.mean()), float("nan")
    return float(values.mean()), float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))


def cases(labels: Sequence[tuple[str, int, int]], packages: Sequence[Package], shown: BySteps,
          units: Sequence[Unit]) -> pd.DataFrame:
    """Return scores and regret by unit, package and future of the check; seeds of the package `best` are later ones."""
    future = pd.DataFrame(labels, columns=["external", "parameter_set", "seed"])
    parts = []
    for k, unit in enumerate(units):
        lost = regrets([one[k] for one in shown])
        parts += [future.assign(unit=unit.name, package=package.name, **shown[step][k]._asdict(), regret=lost[step])
                  for step, package in enumerate(packages)]
    return pd.concat(parts, ignore_index=True)


def front(units: Sequence[Unit], fronts: Sequence[Front], factors: Sequence[str]) -> pd.DataFrame:
    """Return the emulated front of each unit: mean scores, the least achievement of any future, and doses."""
    parts = []
    for unit, one in zip(units, fronts, strict=True):
        means = {name: part.mean(1) for name, part in one.scores._asdict().items()}
        table = pd.DataFrame({"unit": unit.name, **means, "least_achievement": one.scores.achievement.min(1),
                              **{f"dose.{name}": one.doses[:, k] for k, name in enumerate(factors)}})
        parts.append(table.sort_values(["cost", "achievement"], kind="stable"))
    return pd.concat(parts, ignore_index=True)


def packages(units: Sequence[Unit], packages: Sequence[Package], factors: Sequence[str],
             scored: Callable[[int, np.ndarray], Scores]) -> pd.DataFrame:
    """Return the doses of each package by unit, with what each adds on the emulator: achievement, yuan per resident
    and points of the debt ratio."""
    rows = []
    for k, unit in enumerate(units):
        for package in packages:
            doses = package.doses[k]
            given = np.flatnonzero(doses)
            if not len(given):
                continue
            scores = scored(k, np.vstack([doses, np.where(np.eye(len(doses))[given], 0.0, doses)]))
            adds = [part.mean(1)[0] - part.mean(1)[1:] for part in scores]
            rows += [{"unit": unit.name, "package": package.name, "factor": factors[int(place)], "dose": doses[place],
                      "achievement": adds[0][n], "yuan": adds[2][n], "debt": adds[3][n]}
                     for n, place in enumerate(given)]
    return pd.DataFrame(rows, columns=["unit", "package", "factor", "dose", "achievement", "yuan", "debt"])


def rivals(units: Sequence[Unit], answers: Sequence["Answer"], promised: Sequence[Scores], own: Sequence[Scores],
           others: BySteps) -> pd.DataFrame:
    """Return by unit how random packages of the cost of the cheapest one compare with it: emulated for all, and run for
    those that promise most. `lead` is the greatest checked difference, with its 95 % interval over futures; `better`
    tells whether one is better beyond noise."""
    rows = []
    for k, unit in enumerate(units):
        said = answers[k].rivals.scores.achievement.mean(1)
        leads = [_interval(one[k].achievement - own[k].achievement) for one in others]
        lead, half = max(leads)
        rows.append({"unit": unit.name, "count": len(said), "cost": own[k].cost.mean(),
                     "promised": promised[k].achievement.mean(), "rival_promised": said.max(),
                     "promising_more": float((said > promised[k].achievement.mean()).mean()),
                     "checked": own[k].achievement.mean(),
                     "rival_checked": max(one[k].achievement.mean() for one in others),
                     "rival_cost": np.mean([one[k].cost.mean() for one in others]),
                     "lead": lead, "lead_low": lead - half, "lead_high": lead + half,
                     "better": bool(lead - half > 0)})
    return pd.DataFrame(rows)


def places(units: Sequence[Unit], counties: pd.DataFrame) -> pd.DataFrame:
    """Return each unit with the number of its counties, and the names of single counties."""
    names = counties.set_index("adcode")[["name_zh", "name_en"]]
    rows = [(one.name, int(one.members.sum()), *(names.loc[one.name] if one.name in names.index else (one.name,) * 2))
            for one in units]
    return pd.DataFrame(rows, columns=["unit", "counties", "zh", "en"])


def learnt(missed: np.ndarray) -> pd.DataFrame:
    """Return the share of the variance of differences that the response misses, by outcome; chance is most of it."""
    return pd.DataFrame({"outcome": OUTCOMES, "missed": missed})


