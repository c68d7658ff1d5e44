"""What keeps planned doses from standing: time to rise and to build, works that a year can take, and money."""

import numpy as np

from sim.policy.programme import addition
from sim.state.world import World


def account(world: World) -> None:
    """Say for every dose that will not stand next year what it waits for, once this year's measures are paid for.

    What is missing to the target is time, as far as it would be missing too if whatever is wanted were paid every year
    (`unhindered`). The rest is what was wanted and not paid for so far: of a year's unpaid sum, the part above what can
    be turned into works counts as that, the remainder as money, alike for all levers of a county. Where the dose
    catches up later, both parts give way alike. Writes `unhindered`, `short_of_money` and `short_of_works`.
    """
    programme = world.programme
    if not programme.target.any():
        return
    unhindered = addition(world, programme.unhindered)
    gap = programme.unhindered - programme.delivered
    caught_up = np.divide(programme.wanted - unhindered, gap, out=np.zeros_like(gap), where=gap > 0)
    left = 1 - np.clip(caught_up, 0, 1)
    unpaid = programme.wanted - programme.funded
    cost = programme.by_county(programme.capital_cost) + programme.by_county(programme.running_cost)
    lacking = cost - programme.by_county(programme.paid)
    beyond = np.divide(cost - programme.absorbed, lacking, out=np.zeros_like(cost), where=lacking > 0)
    works = unpaid * np.tile(np.clip(beyond, 0, 1), 2)
    programme.short_of_works = programme.short_of_works * left + works
    programme.short_of_money = programme.short_of_money * left + unpaid - works
    programme.unhindered = programme.unhindered + unhindered
