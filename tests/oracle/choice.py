"""The choice of a place in plain Python: everyone's hazard and every utility, one at a time."""

import math

import numpy as np

from sim.processes.choice import NO_PLACE, Tables
from sim.state.places import Kind, Places

HOME_NEST = 5
"""Nest of the places of the county of registration, for those who live elsewhere."""


def hazard_per_quarter(rate_per_year: float) -> float:
    """Return the probability of an event in a quarter."""
    return -math.expm1(-rate_per_year / 4)


class Choice:
    """Hazard and destination of one person at a time, from the tables of the quarter as lists."""

    def __init__(self, tables: Tables, places: Places):
        self.tables = tables
        self.kind = places.kind.tolist()
        self.area = places.area.tolist()
        self.districts = places.districts
        self.rate = tables.rate.tolist()
        self.by_schooling = tables.by_schooling.tolist()
        self.value, self.distance = tables.value.tolist(), tables.distance.tolist()
        self.schools, self.own_home = tables.schools.tolist(), tables.own_home.tolist()
        self.closed, self.closed_schools = tables.closed.tolist(), tables.closed_schools.tolist()
        self.farming, self.job = tables.farming.tolist(), tables.job.tolist()
        self.within_reach = [
            [(int(code), int(nest)) for code, nest in zip(codes, nests, strict=True) if code != NO_PLACE]
            for codes, nests in zip(tables.reach, tables.nest, strict=True)
        ]

    def hazard(self, person, age: int, taste: float) -> float:
        """Return the probability to consider moving in a quarter; `taste` is uniform in [0, 1)."""
        rate = self.rate[person.place][age] * self.by_schooling[person.schooling]
        rate *= math.exp((2 * taste - 1) * self.tables.taste_width)
        if person.has_school_child:
            rate *= self.tables.child_factor
        if person.has_land_rights:
            rate *= self.tables.land_factor
        if person.works_for_firm and person.workplace != person.place:
            rate *= self.tables.commuter_factor
        return hazard_per_quarter(rate)

    def alternatives(self, person) -> list[tuple[int, int]]:
        """Return the places within reach with their nests; for people away from home it is a nest of its own."""
        home = self.area[person.hukou]
        if self.area[person.place] == home:
            return self.within_reach[person.place]
        elsewhere = [(code, nest) for code, nest in self.within_reach[person.place] if self.area[code] != home]
        at_home = [person.hukou]
        if person.hukou < self.districts:
            village = person.hukou - person.hukou % 3
            at_home = [village + Kind.VILLAGE, village + Kind.TOWN, village + Kind.SEAT]
        return elsewhere + [(code, HOME_NEST) for code in at_home]

    def utility(self, person, age: int, code: int) -> float:
        """Return the systematic utility of a place for a person."""
        area = self.area[code]
        registered = area == self.area[person.hukou]
        utility = self.value[code][person.schooling] - self.distance[person.place][code]
        if not registered:
            utility -= self.closed[area]
        if person.has_school_child:
            utility += self.schools[code]
        if person.has_school_child and not registered:
            utility -= self.closed_schools[area]
        if person.works_for_firm and code < self.districts and code // 3 == person.workplace // 3:
            utility += self.job[code][person.workplace % 3][person.schooling]
        elif person.farms_own_land and area == self.area[person.place] and self.kind[code] == Kind.VILLAGE:
            utility += self.farming[area][person.schooling]
        if code == person.guardian.home:
            utility += self.own_home[code]
        if registered:
            utility += self.tables.home
        if registered and age >= 45:
            utility += self.tables.older_home
        return utility

    def destination(self, person, age: int, draw: float) -> int:
        """Return the place that a uniform draw selects: P(j) = P(nest) P(j | nest) (McFadden 1978)."""
        similarity = self.tables.similarity
        alternatives = self.alternatives(person)
        scaled = [self.utility(person, age, code) / similarity for code, _ in alternatives]
        best = max(scaled)
        weight = [math.exp(utility - best) for utility in scaled]
        of_nest: dict[int, float] = {}
        for (_, nest), w in zip(alternatives, weight, strict=True):
            of_nest[nest] = of_nest.get(nest, 0.0) + w
        total = sum(inclusive**similarity for inclusive in of_nest.values())
        cumulative = 0.0
        for (code, nest), w in zip(alternatives, weight, strict=True):
            cumulative += of_nest[nest] ** similarity / total * w / of_nest[nest]
            if draw < cumulative:
                return code
        return alternatives[0][0]


def conversion_hazard(weights: dict[str, float], ceiling: float, parity: float, kept: float, years: float,
                      person) -> float:
    """Return the probability that a willing person converts in a quarter."""
    score = weights["intercept"] + weights["parity"] * parity
    score += weights["years"] * math.log1p(min(max(years, 0.0), 20.0))
    if person.has_school_child:
        score += weights["school_child"]
    if person.guardian.home == person.place:
        score += weights["own_home"]
    if person.has_land_rights:
        score -= weights["land"] * (1 - kept)
    return hazard_per_quarter(ceiling / (1 + math.exp(-score)))


def thresholds(probability: np.ndarray) -> list:
    """Return probabilities as nested lists of the whole 32-bit numbers below which a draw means "yes"."""
    return np.floor(np.clip(probability * 2.0**32, 0, 2**32 - 1)).astype(np.int64).tolist()
