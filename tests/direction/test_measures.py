"""Each measure alone, at full dose and paid for, does what its entry expects, and does not what it must not."""

import pytest

from sim.config.files import load_measures
from sim.experiments.measures import LAST, Alone

MEASURES = load_measures()

STOCKS_ONLY = [name for name, measure in MEASURES.items()
               if all(effect.builds or effect.value == 0 for lever in measure.levers.values()
                      for effect in lever.effects)]
"""Measures without evidence on people, firms or money: what they build is all that is known of them."""

NOTICED = 0.1
"""Net migration per 1,000 residents a year that somebody could notice: about what seeds differ by."""


@pytest.fixture(scope="module")
def alone(configure):
    return Alone(configure(seeds=3))


@pytest.mark.parametrize("name", MEASURES)
def test_each_measure_moves_what_it_should(alone, name, record_property):
    """Paired by seed, in the county types it is meant for, beyond twice the standard error of the mean over seeds."""
    found = alone.judge(name)
    record_property("effects", found.drop(columns="why").to_string(index=False))
    print(found.to_string(index=False))
    assert found["holds"].all(), found.loc[~found["holds"]].to_string(index=False)


@pytest.mark.parametrize("name", STOCKS_ONLY)
def test_measures_without_evidence_of_moving_people_move_hardly_any(alone, name):
    """What works and better services and amenity move (0.17 % of choices for 1 %, CLDS 2016), nobody would notice."""
    effect = alone.effect(name)
    net = effect.xs(("all_counties", "net_migration"), level=("group", "indicator"))
    residents = alone.observed((), alone.seeds[0]).loc["all_counties", "residents", LAST]
    rate = 1000 * net.mean() / residents
    print(f"{name}: {rate.mean():+.3f} per 1,000 residents a year, standard error {rate.sem():.3f}")
    assert abs(rate.mean()) + rate.sem() < NOTICED


def test_the_seats_of_towns_and_the_schools_of_villages_pull_against_each_other(alone):
    """Better schools of seat and towns have room for children of villages; keeping village schools shortens their way.

    Neither knows of the other: they meet in pupils, schools and moves (Liu and Xing 2016, China Economic Review).
    """
    seats, villages = (alone.effect(name).loc["all_counties"] for name in ("education_resources",
                                                                            "services_to_villages"))
    assert (villages.loc[("village_schools", LAST)] > 0).all()
    assert (seats.loc[("school_congestion", LAST)] < 0).all()
    assert (villages.loc[("school_distance", LAST)] < 0).all()


def test_more_places_at_the_schools_of_towns_draw_people_there(configure):
    """So few that eight seeds are needed to see it."""
    drawn = Alone(configure(seeds=8)).effect("education_resources").loc["all_counties", "resident_urbanization", LAST]
    assert drawn.mean() > 2 * drawn.sem()


def test_roads_help_firms_near_a_core_and_not_those_far_from_it(configure):
    """Qin 2017: counties near a core gain, those that are passed by lose; with few counties this takes eight seeds and
    the high end of the size, which is assumed: its middle cannot be told from chance."""
    alone = Alone(with_most_entry(configure(seeds=8)))
    effect = alone.effect("transport")
    without = alone.observed((), alone.seeds[0])
    near, far = (sum(effect.loc[kind, "establishments", LAST] for kind in kinds)
                 / sum(without.loc[kind, "establishments", LAST] for kind in kinds)
                 for kinds in (["metropolitan_fringe"],
                               ["agricultural_production", "key_ecological", "population_loss"]))
    assert near.mean() > 0
    assert near.mean() - far.mean() > 2 * (near - far).sem()


def with_most_entry(config):
    """Return a configuration in which roads make as many firms be founded as the range allows."""
    roads = config.measures["transport"]
    lever = roads.levers["transport"]
    effects = tuple(one.model_copy(update={"value": one.high}) if one.rate == "firm_entry" else one
                    for one in lever.effects)
    changed = roads.model_copy(update={"levers": {"transport": lever.model_copy(update={"effects": effects})}})
    return config.model_copy(update={"measures": {**config.measures, "transport": changed}})
