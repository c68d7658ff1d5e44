"""What the plan book says of every county: indicators, package, money and neighbours, means over runs."""

from functools import cached_property

import numpy as np
import pandas as pd

from sim import targets
from sim.report.pages.packages import Offered
from sim.report.tables import effects, findings
from sim.report.tables.findings import HIGH, LOW
from sim.report.tables.money import PLANNED, TOWNS
from sim.report.tables.results import Results

SIDES = ("residents", "jobs", "resident_urbanization")
"""Observations of neighbours that are shown."""


class Plans:
    """Tables of all counties of a run, each computed once; money in yuan at prices of the year, doses from 0 to 1.

    `offered` is the search that found the packages of the run, if one did.
    """

    def __init__(self, results: Results, offered: Offered | None = None):
        self.results, self.offered = results, offered
        self.codes = list(results.counties["adcode"])

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The nineteen indicators in the year of the report by (adcode, indicator), in the order of their declaration.

        Columns: base, basis, target, gap (value less target), without (mean without the policy), value, low, high (80 %
        interval), achievement, verdict, met (share of runs that meet the target), effect, effect_low, effect_high,
        clear.
        """
        results, year = self.results, self.results.horizon
        table = results.indicators
        table = table[table["year"].isin((results.system.base_year, year))]
        assessed = targets.assess(table[table["group"].isin([*self.codes, targets.WHOLE])], results.system, year)
        assessed = assessed[assessed["group"] != targets.WHOLE]
        keys = ["group", "indicator"]
        ours, theirs = (assessed[assessed["policy"] == name].groupby(keys)
                        for name in (results.policy, results.reference))
        found = ours.agg(base=("base", "mean"), target=("target", "mean"), value=("value", "mean"))
        found["low"], found["high"] = ours["value"].quantile(LOW), ours["value"].quantile(HIGH)
        found["met"] = assessed.assign(met=assessed["verdict"] == "met").query("policy == @results.policy").groupby(
            keys)["met"].mean()
        found["without"], found["gap"] = theirs["value"].mean(), found["value"] - found["target"]
        better = {name: one.better for name, one in results.system.indicators.items()}
        found["achievement"] = [
            float(targets.achievement(row.value, row.base, row.target, better[row.Index[1]]))
            for row in found.itertuples()]
        found["verdict"] = targets.verdicts(found["achievement"], results.system)
        if year < results.system.target_year:
            found["verdict"], found["met"] = "", np.nan
        first = results.asked[results.asked["year"] == results.years[0]].drop_duplicates(keys).set_index(keys)
        found["basis"] = first["basis"].reindex(found.index).astype(str)
        for name, one in results.system.indicators.items():
            if one.base:  # declared for all counties together
                found.loc[(slice(None), name), "basis"] = one.base.grade
        wanted = {"effect": "effect", "low": "effect_low", "high": "effect_high", "clear": "clear"}
        moved = effects.effects(results, year)
        if len(moved):
            found = found.join(moved.set_index(keys)[[*wanted]].rename(columns=wanted))
        else:
            found = found.assign(**dict.fromkeys(wanted.values(), np.nan))
        found["clear"] = found["clear"].eq(True)
        order = pd.MultiIndex.from_product([self.codes, list(better)], names=["adcode", "indicator"])
        return found.rename_axis(order.names).reindex(order)

    @cached_property
    def paths(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Mean, low and high by year of each indicator under the policy, and `without` it, by county and indicator."""
        names, parts = [*self.results.system.indicators], []
        for policy in (self.results.policy, self.results.reference):
            table = self.results.of("indicators", policy)
            parts.append(findings.band(table[table["group"].isin(self.codes) & table["indicator"].isin(names)]))
        found = parts[0].assign(without=parts[1]["mean"].reindex(parts[0].index))
        return {(county, name): part.droplevel([0, 1]) for (name, county), part in found.groupby(level=[0, 1])}

    @cached_property
    def debt_ratio(self) -> pd.Series:
        """Debt over a year's means in the year of the report by county, mean over runs."""
        table = self.results.asked[self.results.asked["year"] == self.results.horizon]
        return table[table["indicator"] == "debt_ratio"].groupby("group")["value"].mean() / 100

    @cached_property
    def package(self) -> pd.DataFrame:
        """The package in the year of the report by (adcode, measure): means over levers and runs, and sums of money.

        Columns: planned, start (year as a number), priority (0 first, not a number for those that share what is left),
        delivered, time, works, money (parts of the planned dose that wait for them), paid (until then).
        """
        table = self.results.of("doses", self.results.policy)
        if table.empty:
            return pd.DataFrame()
        table = table[(table["area"] != TOWNS) & (table["year"] <= self.results.horizon)]
        last = table[(table["year"] == self.results.horizon) & (table["target"] > 0)].assign(
            planned=lambda t: t["target"], works=lambda t: t["short_of_works"], money=lambda t: t["short_of_money"],
            time=lambda t: (t["target"] - t["unhindered"]).clip(lower=0))
        by = last.groupby(["adcode", "measure"])
        found = by[["planned", "delivered", "time", "works", "money"]].mean()
        found["start"], found["priority"] = by["start"].min(), by["priority"].mean()
        paid = table.groupby(["adcode", "measure"])["paid"].sum() / self.results.replicates
        return found.assign(paid=paid.reindex(found.index)).sort_values(
            ["adcode", "priority", "paid"], ascending=[True, True, False])

    @cached_property
    def money(self) -> pd.DataFrame:
        """What the year's measures would cost (planned) and who pays how much, by (adcode, year) and payer."""
        table = self.results.of("costs", self.results.policy)
        if table.empty:
            return pd.DataFrame()
        sums = table.groupby(["adcode", "year", "payer"])["yuan"].sum() / self.results.replicates
        wide = sums.unstack("payer").fillna(0.0)
        payers = [name for name in ("county", "special_bonds", "province", "prefecture") if name in wide]
        return wide.assign(paid=wide[payers].sum(axis=1))[[PLANNED, "paid", *payers]]

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """Effects of the policy on the counties that adjoin each, by (adcode, neighbour).

        Columns `moves` (persons whom the neighbour gains from the county on balance, until the year of the report) and
        SIDES (of the neighbour in that year), each with `_low`, `_high` and `_clear`; `plans` says whether the
        neighbour has doses of its own. Empty without a policy to compare with.
        """
        pairs = self.results.table("neighbours")
        if self.results.reference is None or pairs.empty:
            return pd.DataFrame()
        ends = [tuple(pair) for pair in pairs[["adcode_a", "adcode_b"]].astype(str).to_numpy()]
        known = {*self.codes}
        index = pd.MultiIndex.from_tuples(
            sorted({pair for a, b in ends for pair in ((a, b), (b, a)) if known.issuperset(pair)}),
            names=["adcode", "neighbour"])
        found = pd.DataFrame({"plans": index.get_level_values(1).isin(self.package.index.get_level_values(0))
                              if len(self.package) else False}, index=index)
        pair = self.results.pair(lambda r, p: r.of("flows", p)) if len(self.results.table("flows")) else []
        moved = [_between(table, self.results.horizon) for table in pair]
        if moved and all(len(one) for one in moved):
            runs = pd.MultiIndex.from_product([moved[0].columns.union(moved[1].columns)])
            both = [one.reindex(index=index, columns=runs.get_level_values(0)).fillna(0.0) for one in moved]
            change = (both[0] - both[1]).rename_axis("seed", axis=1).stack().rename("value").reset_index()
            _put(found, "moves", effects.spread(change, index.names))
        moved = effects.effects(self.results, self.results.horizon)
        for name in SIDES:
            of = moved[moved["indicator"] == name].set_index("group")
            _put(found, name, of.reindex(index.get_level_values(1)).assign(
                adcode=index.get_level_values(0), neighbour=index.get_level_values(1)))
        return found


def _put(found: pd.DataFrame, name: str, effect: pd.DataFrame) -> None:
    effect = effect.set_index(["adcode", "neighbour"]).reindex(found.index)
    found[name], found[f"{name}_clear"] = effect["effect"], effect["clear"].eq(True)
    found[f"{name}_low"], found[f"{name}_high"] = effect["low"], effect["high"]


def _between(flows: pd.DataFrame, until: int) -> pd.DataFrame:
    """Return the persons whom the second county gains from the first on balance, by (adcode, neighbour) and run."""
    if flows.empty:
        return pd.DataFrame()
    flows = flows[flows["year"] <= until]
    units = {name: name.partition("-")[0] for name in {*flows["origin"].unique(), *flows["destination"].unique()}}
    parts = flows.assign(adcode=flows["origin"].map(units).astype(str),
                         neighbour=flows["destination"].map(units).astype(str))
    parts = parts[parts["adcode"] != parts["neighbour"]]
    there = parts.groupby(["adcode", "neighbour", "seed"], observed=True)["persons"].sum()
    back = there.rename_axis(["neighbour", "adcode", "seed"]).reorder_levels(["adcode", "neighbour", "seed"])
    return there.sub(back, fill_value=0.0).unstack("seed").fillna(0.0)
