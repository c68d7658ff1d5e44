"""Decomposition of the change of an urban share: components in persons and in points, exact and in no order; pure."""

from typing import NamedTuple

import numpy as np

from sim.config import Title
from sim.core.described import Described
from sim.state.observed import Columns, Named

RATES = ("resident_urbanization", "hukou_urbanization")
ACTS_ON = {
    "urban": Title(zh="城镇人口", en="urban people"),
    "village": Title(zh="乡村人口", en="village people"),
    "both": Title(zh="由乡村转为城镇", en="from village to urban"),
}
"""Whose number a component changes; one that acts on both turns village people urban and leaves the sum as it is."""


class Component(NamedTuple):
    """A component of a rate's change: its name, in words, and of which of the two rates it is one."""

    name: str
    zh: str
    en: str
    rate: str


COMPONENTS = tuple(Component(*fields) for fields in (
    ("births", "出生", "births", RATES[0]),
    ("deaths", "死亡", "deaths", RATES[0]),
    ("arrivals", "县外迁入", "moves in from elsewhere", RATES[0]),
    ("returns", "返回户籍县", "returns to the county of registration", RATES[0]),
    ("departures", "迁往县外", "moves out of the county", RATES[0]),
    ("moves_within", "县内进城（净）", "moves from villages to towns and seat, net", RATES[0]),
    ("reclassification", "就地改划", "reclassification", RATES[0]),
    ("births", "出生登记", "births registered", RATES[1]),
    ("deaths", "死亡注销", "deaths of registered people", RATES[1]),
    ("conversion", "县内落户城镇（净）", "conversion in the own county, net", RATES[1]),
    ("registration_in", "外县户籍迁入", "registration from elsewhere", RATES[1]),
    ("registration_out", "户籍迁往外县", "registration elsewhere", RATES[1]),
    ("reclassification", "就地改划", "reclassification", RATES[1]),
))

DESCRIBED = {f"{one.rate}.{one.name}": Described(one.zh, one.en, "points") for one in COMPONENTS}
"""Components as the file of their table describes them."""

NAMES = [*dict.fromkeys(one.name for one in COMPONENTS)]


def points(persons, acts_on: str, start, end) -> np.ndarray:
    """Return the contributions of components (`persons`) to the change of an urban share, in percentage points.

    `start` and `end` are (urban, all) people at both ends. With the means u of the share and P of all people over the
    two ends, a change dU of urban people and dP of all adds (dU - u dP) / P. As U = u P, the change of U is
    P du + u dP with these means, so that components that sum to the changes of U and of P sum to that of the share,
    whatever their order.
    """
    (urban0, all0), (urban1, all1) = ([np.asarray(x, float) for x in pair] for pair in (start, end))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (urban0 / all0 + urban1 / all1) / 2
    mean = (all0 + all1) / 2
    weight = {"urban": 1 - share, "village": -share, "both": np.ones_like(share)}[acts_on]
    return 100 * weight * persons / mean


def red_flags(change, urban_change, by_reclassification) -> dict[str, np.ndarray]:
    """Return where a rate rises although its urban people become fewer, and where it rises by reclassification alone.

    Changes of the rate and its part by reclassification are in points, that of urban people in persons.
    """
    rises = np.asarray(change) > 0
    return {
        "urban_people_fall": rises & (np.asarray(urban_change) < 0),
        "reclassification_alone": rises & (np.asarray(by_reclassification) >= np.asarray(change)),
    }


def tabulate(parts: dict[tuple[str, str], np.ndarray], start, end, groups: list[str], rate: str) -> Columns:
    """Return the components of one rate by group: group, rate, component, acts_on, persons, points and both red flags.

    `parts` are changes in persons by (component, acts_on) and group; `start` and `end` are (urban, all) people.
    """
    shares = [100 * np.divide(urban, whole) for urban, whole in (start, end)]
    added: dict[tuple[str, str], np.ndarray] = {}
    for acts_on in ACTS_ON:
        mine = [key for key in parts if key[1] == acts_on]
        added |= zip(mine, points([parts[key] for key in mine], acts_on, start, end), strict=True)
    flags = red_flags(shares[1] - shares[0], end[0] - start[0], added["reclassification", "both"])
    names, acting = zip(*parts, strict=True)
    count, size = len(parts), len(groups)
    return {
        "group": Named(np.tile(np.arange(size), count), groups),
        "rate": Named(np.full(count * size, RATES.index(rate)), RATES),
        "component": Named(np.repeat([NAMES.index(name) for name in names], size), NAMES),
        "acts_on": Named(np.repeat([[*ACTS_ON].index(name) for name in acting], size), [*ACTS_ON]),
        "persons": np.concatenate([*parts.values()]), "points": np.concatenate([added[key] for key in parts]),
        **{name: np.tile(flag, count) for name, flag in flags.items()}}
