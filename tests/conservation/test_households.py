"""Every household has a living reference adult, and no child lives apart from theirs."""

import pytest

from sim.state.residents import ADULT


@pytest.mark.parametrize(("start", "seed"), [(2011, 1), (2011, 2), (2021, 1), (2021, 2)])
def test_links_hold_after_every_quarter(build, start, seed):
    model = build(start=start, seed=seed, end=start + 2)
    world = model.world
    people = world.residents
    while True:
        living = people.living()
        reference = people.household[living]
        assert living[reference].all(), "a reference adult is dead or gone"
        assert (people.household[reference] == reference).all(), "a reference adult has another one"
        child = (world.quarter - people.birth < 4 * ADULT) & living
        guardian = people.household[child]
        assert (people.place[child] == people.place[guardian]).all(), "a child lives apart from its guardian"
        led = people.birth[guardian] >= world.quarter - 4 * ADULT
        # a household of children alone may remain where no adult is left; it is rare
        assert led.mean() < 0.02
        if not model.running:
            break
        model.step()


def test_split_households_exist_and_last(finished):
    people = finished.world.residents
    living = people.living()
    apart = living & (people.place != people.place[people.household])
    assert 0.005 < apart.sum() / living.sum() < 0.25
