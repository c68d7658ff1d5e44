"""Outcomes of a parameter set: the decade 2011-2020 by county and for the province, the year after it, and answers to
treatments and to policy."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.compose import reference_run
from sim.config import Config
from sim.experiments import treatments
from sim.experiments.calibration import choices, published
from sim.model import CountyUrbanization
from sim.state.counts import Band
from sim.state.places import Kind, county_of
from sim.state.world import World

LEAST_GROWTH = 1e6
"""Growth of the province in persons below which no part of it is told."""

COUNTIES = ("residents_2010", "registered_2010", "residents", "urban", "children", "old", "registered", "absent",
            "under_10", "absent_outside", "from_districts", "from_outside")
"""Counts of persons by county at the end of 2020, and of those in the initial state."""


EFFECTS = {"resident_urbanization": "points", "hukou_urbanization": "points", "jobs": "%", "output": "%"}
EFFECT_YEARS = (2025, 2035)
"""What the policy of a configuration changes, in which unit, and when it is looked at."""


def decade(config: Config, threads: int) -> pd.DataFrame:
    """Run 2011-2020; return the outcomes of each county (group, an adcode; name, one of `COUNTIES`; value) and single
    figures of the `whole` province."""
    past = _begun(config, 2011, 2020, threads)
    returned = _run_and_count_returns(past)
    return _table(past, {**_of_decade(past), "return_rate": returned})


def history(config: Config, threads: int) -> pd.DataFrame:
    """Run 2011-2020 and 2021; return the outcomes of `decade` and figures of 2021."""
    now = _begun(config, 2021, 2021, threads)
    now.run_until_end()
    return pd.concat([decade(config, threads), _whole(_of_year(now))], ignore_index=True)


def everything(config: Config, threads: int) -> pd.DataFrame:
    """Run 2011-2020, and the years from 2021 on with and without treatments; return the outcomes of `history`, effects
    of treatments and answers of choices."""
    now = _begun(config, 2021, published.last_year(), threads)
    without = treatments.panel(now)
    whole = {**_of_year(now), **published.estimates(now.config, without, threads), **choices.responses(now.world)}
    return pd.concat([decade(config, threads), _whole(whole)], ignore_index=True)


def package(config: Config, threads: int) -> pd.DataFrame:
    """Run the years from 2021 on with and without the policy of a configuration; return its effects on all counties
    together (group `whole`; name, value)."""
    asked, without = (_begun(one, 2021, max(EFFECT_YEARS), threads) for one in (config, reference_run(config)))
    tables = []
    for model in (asked, without):
        model.run_until_end()
        table = model.indicators().query("group == 'all_counties'")
        tables.append(table.set_index(["indicator", "year"])["value"].loc[[*EFFECTS], [*EFFECT_YEARS]])
    after, before = tables
    change = {name: after[name] - before[name] if unit == "points" else 100 * (after[name] / before[name] - 1)
              for name, unit in EFFECTS.items()}
    return _whole({f"{name}_{year}": change[name][year] for name in EFFECTS for year in EFFECT_YEARS})


def _begun(config: Config, start: int, end: int, threads: int) -> CountyUrbanization:
    config = config.model_copy(update={"start": start, "end": end})
    return CountyUrbanization(config=config, rng=config.seed, threads=threads, collect=False)


def _table(model: CountyUrbanization, whole: dict[str, float]) -> pd.DataFrame:
    by_county = _by_county(model).melt(ignore_index=False, var_name="name").rename_axis("group").reset_index()
    return pd.concat([by_county, _whole(whole)], ignore_index=True)


def _whole(values: Mapping[str, float]) -> pd.DataFrame:
    """Return single figures as outcomes."""
    return pd.DataFrame({"group": "whole", "name": list(values), "value": [float(one) for one in values.values()]})


def _by_county(model: CountyUrbanization) -> pd.DataFrame:
    """Return persons by county (rows) of each of `COUNTIES`."""
    world, scale = model.world, model.config.scale
    people, places, counts = world.residents, world.places, world.counts
    n = places.counties
    by_place = places.by_kind(counts.residents)
    here, registered_here = people.place < places.districts, people.hukou < places.districts
    registered = counts.of_counties(counts.registered).sum(1)

    def tally(rows: np.ndarray, place: np.ndarray) -> np.ndarray:
        return np.bincount(county_of(place[rows]), minlength=n)[:n]

    table = pd.DataFrame({
        "residents": by_place.sum((1, 2)), "urban": by_place[:, Kind.TOWN :].sum((1, 2)),
        "children": by_place[..., : Band.WORKING].sum((1, 2)), "old": by_place[..., Band.OLD].sum(1),
        "registered": registered, "absent": counts.absent,
        "under_10": tally(here & (world.quarter - people.birth <= 40), people.place),
        "absent_outside": tally(registered_here & (people.place == places.outside), people.hukou),
        "from_districts": tally(here & ~registered_here & (people.hukou < places.outside), people.place),
        "from_outside": tally(here & (people.hukou == places.outside), people.place),
    }, index=places.county_codes, dtype=float) * scale
    observed = model.world.observed
    before = {f"{name}_2010": observed.values[0][observed.indicators[name], -n:]
              for name in ("residents", "registered")}
    return table.assign(**before)


def _run_and_count_returns(model: CountyUrbanization) -> float:
    """Run to the end; return the yearly rate at which people in districts or outside come back, 2016-20."""
    places = model.world.places
    rates = []
    while model.running:
        model.step()
        if model.world.quarter % 4 == 0 and model.world.year > 2016:
            moves = model.world.flows.moves.sum((2, 3))
            back = moves[places.districts :, : places.districts].sum() - model.world.flows.newcomers
            rates.append(back / max(model.world.counts.residents[places.districts :].sum(), 1))
    return float(np.mean(rates))


def _of_decade(model: CountyUrbanization) -> dict[str, float]:
    """Return figures of the province: people, urban share and its pace, births, deaths, and the core cities' part of
    its growth."""
    table = model.indicators().query("group == 'province'").pivot(index="indicator", columns="year", values="value")
    urban, people = table.loc["resident_urbanization"], table.loc["residents"]
    growth = _prefectures(model.world) - model.world.baseline.prefectures["resident_population_2010"].to_numpy(float)
    core = model.world.places.core - model.world.places.districts
    return {
        "province_urbanization_2020": urban[2020], "province_residents_2020": people[2020],
        "pace_ratio": ((urban[2019] - urban[2016]) / 3) / max((urban[2016] - urban[2010]) / 6, 1e-3),
        "province_births_2020": table.loc["births", 2020],
        "province_deaths": table.loc["deaths", [2016, 2017, 2019]].mean(),
        "core_share_of_growth": 100 * growth[core].sum() / max(people[2020] - people[2010], LEAST_GROWTH),
    }


def _prefectures(world: World) -> np.ndarray:
    """Return all residents of each prefecture, counties and districts, in persons."""
    places, scale = world.places, world.config.scale
    rows = world.counts.residents[: places.outside].sum(1) * scale
    inside = np.bincount(places.prefecture[: places.outside], rows, places.prefectures)
    return inside + world.districts.persons.sum((1, 2, 3))


def _of_year(model: CountyUrbanization) -> dict[str, float]:
    """Return figures of the counties together in 2021 and at its start."""
    whole = model.indicators().query("group == 'all_counties'").set_index(["indicator", "year"])["value"]
    return {
        "hukou_rise": whole["hukou_urbanization", 2021] - whole["hukou_urbanization", 2020],
        "unemployment_2021": whole["unemployment_rate", 2021],
        "income_ratio_2020": whole["urban_rural_income_ratio", 2020],
    }
