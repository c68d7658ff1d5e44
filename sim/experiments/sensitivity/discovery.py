"""Where targets fail: boxes in the space of factors found by PRIM and CART, with the EMA Workbench."""

import warnings
from collections.abc import Iterator, Sequence
from types import ModuleType

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

from sim.config import ConfigError
from sim.config.sensitivity import Sensitivity
from sim.experiments.emulator import held_out
from sim.experiments.sensitivity.factors import Factor
from sim.experiments.sensitivity.goals import signs
from sim.experiments.sensitivity.points import Points
from sim.experiments.sensitivity.problem import latin, noise_share

ANY = "any"
"""Name of the case that at least one of several targets fails."""

FEWEST = 10
"""Points that fail, and points that do not, below which nothing is looked for."""

DOUBT = 0.05
"""Quasi p-value (Bryant and Lempert 2010) from which a limit of a box may be chance and is dropped."""

MASS = 0.05
"""Least share of points in a box."""

DEPTH = 3
"""Questions that a tree asks one after another."""


def discover(config: Sensitivity, factors: Sequence[Factor], points: Points,
             names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Run a Latin hypercube and describe where targets fail, that of each outcome and any of them.

    `boxes`: by outcome and method the share of all failures in a box (coverage), the share of its points that fail
    (density) and of all points (mass); the same for every fifth point, which was held out. `limits`: of each box by
    factor, with the quasi p-value of PRIM. `trajectory`: coverage and density while PRIM peels. `points`: which points
    fail. `outcomes`: target, mean, deviation and the share of points that fail. An outcome is its mean over seeds.
    """
    design = latin(factors, config.samples, config.seed)
    runs = pd.DataFrame(design, columns=[one.name for one in factors])
    found = points.chosen(points.outcomes(factors, design, names))  # point, seed, outcome
    mean, target = found.mean(1), np.array([config.targets[name] for name in names])
    failing = pd.DataFrame(signs(list(names)) * (mean - target) < 0, columns=list(names))
    outcomes = pd.DataFrame({"counties": config.group, "outcome": list(names), "target": target, "mean": mean.mean(0),
                             "deviation": mean.std(0, ddof=1), "fails": failing.mean().to_numpy(),
                             "noise_share": noise_share(found)})
    cases = failing.assign(**{ANY: failing.any(axis=1)}) if len(names) > 1 else failing
    parts = [_described(name, runs, cases[name].to_numpy(), factors, config.seed) for name in cases]
    tables = {key: pd.concat([part[key] for part in parts], ignore_index=True) for key in parts[0]}
    return {"design": runs.rename_axis("point").reset_index(), "outcomes": outcomes, **tables,
            "points": cases.rename_axis("point").reset_index()}


def workbench() -> ModuleType:
    """Return the analysis package of the EMA Workbench; ConfigError where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about optional libraries
            import ema_workbench.analysis.cart
            import ema_workbench.analysis.prim
    except ImportError:
        raise ConfigError("method=discovery: expected the extra workbench; "
                          "pip install 'county-urbanization[workbench]'") from None
    return ema_workbench.analysis


def _described(name: str, runs: pd.DataFrame, fails: np.ndarray, factors: Sequence[Factor],
               seed: int) -> dict[str, pd.DataFrame]:
    """Return boxes, limits and PRIM's trajectory of one case; empty tables where too few points tell."""
    held = held_out(len(runs))
    known, told = runs[~held].reset_index(drop=True), fails[~held]
    boxes, limits, path = [], [], pd.DataFrame()
    if min(told.sum(), (~told).sum()) >= FEWEST:
        prim, path = _prim(known, told)
        for method, number, box, doubt in (("prim", 1, *prim), *_cart(known, told, seed)):
            if not box:  # every limit may be chance
                continue
            inside, outside = told[_within(box, known)], fails[held][_within(box, runs[held])]
            boxes.append({"outcome": name, "method": method, "box": number, "coverage": inside.sum() / told.sum(),
                          "density": _mean(inside), "mass": len(inside) / len(told),
                          "held_coverage": outside.sum() / max(fails[held].sum(), 1), "held_density": _mean(outside),
                          "fails": fails.mean()})
            limits += [{"outcome": name, "method": method, "box": number, "factor": one.name,
                        "low": max(box[one.name][0], one.low), "high": min(box[one.name][1], one.high),
                        "doubt": doubt.get(one.name, np.nan)} for one in factors if one.name in box]
    columns = ["outcome", "method", "box"]
    numbers = ["coverage", "density", "mass", "held_coverage", "held_density", "fails"]
    return {"boxes": pd.DataFrame(boxes, columns=[*columns, *numbers]),
            "limits": pd.DataFrame(limits, columns=[*columns, "factor", "low", "high", "doubt"]),
            "trajectory": path.assign(outcome=name)}


Box = dict[str, tuple[float, float]]


def _prim(runs: pd.DataFrame, fails: np.ndarray) -> tuple[tuple[Box, dict[str, float]], pd.DataFrame]:
    """Return the box of PRIM's trajectory with the best balance of coverage and density, and the trajectory.

    The balance is their harmonic mean. Limits that may be chance are dropped, the most doubtful one first.
    """
    box = workbench().prim.Prim(runs, fails, mass_min=MASS).find_box()
    path = box.peeling_trajectory[["coverage", "density", "mass", "res_dim"]].astype(float)
    box.select(int((path["coverage"] * path["density"] / (path["coverage"] + path["density"])).idxmax()))
    while (doubt := _doubts(box)) and max(doubt.values()) > DOUBT:
        box.drop_restriction(max(doubt, key=lambda name: doubt[name]))
    found = {name: (box.box_lim.loc[0, name], box.box_lim.loc[1, name]) for name in doubt}
    return (_open_ended(found, runs), doubt), path.rename(columns={"res_dim": "restricted"}).rename_axis(
        "step").reset_index()


def _doubts(box) -> dict[str, float]:
    """Return the quasi p-value of each factor that a box limits: the greater of its two ends."""
    return {name: max(values) for name, values in box.p_values[box._cur_box].items()}


def _cart(runs: pd.DataFrame, fails: np.ndarray, seed: int) -> Iterator[tuple[str, int, Box, dict[str, float]]]:
    """Yield the leaves of a tree in which most points fail and more than elsewhere, the one with most of them first."""
    tree = workbench().cart.CART(runs, fails, mass_min=MASS)
    # Ties between factors are broken by its own generator, which has to be ours.
    tree.clf = DecisionTreeClassifier(min_samples_leaf=max(1, int(MASS * len(runs))), max_depth=DEPTH,
                                      random_state=seed % 2**32).fit(runs.to_numpy(), fails)
    if tree.clf.tree_.node_count == 1:
        return
    leaves = [(one, stats) for one, stats in zip(tree.boxes, tree.stats, strict=True)
              if stats["density"] > max(0.5, fails.mean())]
    for number, (one, _) in enumerate(sorted(leaves, key=lambda leaf: -leaf[1]["coverage"]), 1):
        whole = {name: (runs[name].min(), runs[name].max()) for name in runs}
        limits = {name: (one.loc[0, name], one.loc[1, name]) for name in runs
                  if (one.loc[0, name], one.loc[1, name]) != whole[name]}
        yield "cart", number, _open_ended(limits, runs), {}


def _open_ended(box: Box, runs: pd.DataFrame) -> Box:
    """Return a box whose ends at the first or last point of the design are those of the range."""
    first, last = runs.min(), runs.max()
    return {name: (float(low) if low > first[name] else -np.inf, float(high) if high < last[name] else np.inf)
            for name, (low, high) in box.items()}


def _within(box: Box, runs: pd.DataFrame) -> np.ndarray:
    inside = [runs[name].between(low, high).to_numpy() for name, (low, high) in box.items()]
    return np.logical_and.reduce([np.ones(len(runs), bool), *inside])


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
