"""The decomposition of the change of both urban shares, summed over years, and its red flags."""

import pandas as pd

from sim.report.tables import effects, observations
from sim.report.tables.findings import HIGH, LOW
from sim.report.tables.results import Results
from sim.report.words.bilingual import Words

FLAGS = {
    "urban_people_fall": Words("比率上升而城镇人口减少", "the share rises although urban people become fewer"),
    "reclassification_alone": Words("没有就地改划比率就不上升", "the share would not rise without reclassification"),
}


def names(results: Results) -> dict[tuple[str, str], Words]:
    """Return the titles of components, by rate and component, in the order of their declaration."""
    found = observations.read(results.folder / "decomposition.parquet")
    return {(rate, component): Words(one.zh, one.en[0].upper() + one.en[1:])
            for name, one in found.items() for rate, component in [name.split(".")]}


def points(results: Results, policy: str | None) -> pd.DataFrame:
    """Return points that components add until the year of the report: rate, group, component, seed, points, emptying.

    `emptying` is the part that comes from village people becoming fewer or more, with no urban person more or less.
    Empty without the table.
    """
    table = results.of("decomposition", policy)
    if table.empty:
        return pd.DataFrame(columns=["rate", "group", "component", "seed", "points", "emptying"])
    table = table[(table["year"] <= results.horizon) & table["group"].isin(results.groups)]
    village = table["points"].where(table["acts_on"] == "village", 0.0)
    keys = ["rate", "group", "component", "seed"]
    return table.assign(emptying=village).groupby(keys, as_index=False, sort=False)[["points", "emptying"]].sum()


def components(results: Results) -> pd.DataFrame:
    """Return by rate, group and component, in order, means of points and emptying, low, high, effect and clear.

    Empty without the table; effects only with a second policy.
    """
    ours = points(results, results.policy)
    if ours.empty:
        return ours
    keys = ["rate", "group", "component"]
    by = ours.groupby(keys, sort=False)
    table = by[["points", "emptying"]].mean()
    table["low"], table["high"] = by["points"].quantile(LOW), by["points"].quantile(HIGH)
    if results.reference is not None:
        pair = [part.set_index([*keys, "seed"])["points"] for part in results.pair(points)]
        change = (pair[0] - pair[1]).rename("value").reset_index()
        table = table.join(effects.spread(change, keys).set_index(keys)[["effect", "clear"]])
    order = {name: k for k, name in enumerate(names(results))}
    table = table.reset_index()
    place = [(results.groups.index(row.group), order[row.rate, row.component]) for row in table.itertuples()]
    return table.iloc[sorted(range(len(table)), key=place.__getitem__)].reset_index(drop=True)


def flags(results: Results) -> pd.DataFrame:
    """Return the red flags raised in more than half of years and seeds: rate, group, flag, share."""
    table = results.of("decomposition", results.policy)
    if table.empty:
        return pd.DataFrame(columns=["rate", "group", "flag", "share"])
    table = table[(table["year"] <= results.horizon) & table["group"].isin(results.groups)]
    once = table.drop_duplicates(["rate", "group", "year", "seed"])
    shares = once.groupby(["rate", "group"], sort=False)[list(FLAGS)].mean()
    found = shares.rename_axis(columns="flag").stack().rename("share").reset_index()
    return found[found["share"] > 0.5].reset_index(drop=True)
