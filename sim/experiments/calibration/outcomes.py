"""What one run of the past says: the decade 2011-2020 by county, and what the fit reads beside it."""

import numpy as np
import pandas as pd

from sim.agents.places import Kind
from sim.config import Config
from sim.model import CountyUrbanization
from sim.world import Band, World

COUNTIES = ("residents_2010", "residents", "urban", "children", "old", "registered", "absent", "under_10",
            "absent_in_districts", "absent_outside", "from_districts", "from_outside")  # fmt: skip
"""Persons by county at the end of 2020, and residents in the first world."""


def decade(config: Config, threads: int) -> pd.DataFrame:
    """Run 2011-2020 and return what it says of each county: group (adcode), name (one of `COUNTIES`), value."""
    return _tidy(_by_county(_run(config, 2011, 2020, threads)))


def everything(config: Config, threads: int) -> pd.DataFrame:
    """Run 2011-2020 and 2021, and return what the fit reads: that of each county, and single figures of the `whole`."""
    past = CountyUrbanization(config=_from(config, 2011, 2020), rng=config.seed, threads=threads)
    returned = _run_and_count_returns(past)
    now = _run(config, 2021, 2021, threads)
    whole = {**_of_decade(past), **_of_year(now), "return_rate": returned}
    table = pd.DataFrame({"group": "whole", "name": list(whole), "value": [float(value) for value in whole.values()]})
    return pd.concat([_tidy(_by_county(past)), table], ignore_index=True)


def _from(config: Config, start: int, end: int) -> Config:
    return config.model_copy(update={"start": start, "end": end})


def _run(config: Config, start: int, end: int, threads: int) -> CountyUrbanization:
    model = CountyUrbanization(config=_from(config, start, end), rng=config.seed, threads=threads)
    model.run_until_end()
    return model


def _tidy(by_county: pd.DataFrame) -> pd.DataFrame:
    return by_county.melt(ignore_index=False, var_name="name").rename_axis("group").reset_index()


def _by_county(model: CountyUrbanization) -> pd.DataFrame:
    """Return persons by county (rows) of each of `COUNTIES`."""
    world, scale = model.world, model.config.scale
    people, places, counts = world.residents, world.places, world.counts
    n = places.counties
    by_place = counts.residents[: places.districts].reshape(n, 3, -1)
    here, registered_here = people.place < places.districts, people.hukou < places.districts
    registered = counts.by_county(counts.registered).sum(1)

    def tally(rows: np.ndarray, place: np.ndarray) -> np.ndarray:
        return np.bincount(place[rows] // 3, minlength=n)[:n]

    first = model.indicators().query("year == 2010 and indicator == 'residents'").set_index("group")["value"]
    table = pd.DataFrame({
        "residents": by_place.sum((1, 2)), "urban": by_place[:, Kind.TOWN :].sum((1, 2)),
        "children": by_place[..., : Band.WORKING].sum((1, 2)), "old": by_place[..., Band.OLD].sum(1),
        "registered": registered, "absent": counts.absent,
        "under_10": tally(here & (world.quarter - people.birth <= 40), people.place),
        "absent_in_districts": tally(registered_here & ~here & (people.place < places.outside), people.hukou),
        "absent_outside": tally(registered_here & (people.place == places.outside), people.hukou),
        "from_districts": tally(here & ~registered_here & (people.hukou < places.outside), people.place),
        "from_outside": tally(here & (people.hukou == places.outside), people.place),
    }, index=places.county_codes, dtype=float) * scale  # fmt: skip
    return table.assign(residents_2010=first.loc[places.county_codes])


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
        "core_share_of_growth": 100 * growth[core].sum() / max(people[2020] - people[2010], 1.0),
    }  # fmt: skip


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
    }  # fmt: skip
