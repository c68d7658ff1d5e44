"""The year's tables as plain lists, which Python reads faster than arrays, and the choice of a place."""

from bisect import bisect_right
from itertools import accumulate
from math import exp

import numpy as np

from sim.processes import choice, demography, migration
from sim.processes.choice import NO_PLACE, ON_OWN_FARM
from sim.state.rates import quarterly
from sim.state.world import World

AGES = 128


class PeerTables:
    """Chances per quarter by place, and utilities of places."""

    def __init__(self, world: World):
        p, rates, area = world.parameters, world.rates, world.places.area
        extend = np.minimum(np.arange(AGES), 110)
        death = quarterly(demography.mortality(world)[None] * rates["mortality"][:, None, None])
        self.death = death[area][:, :, extend].tolist()
        self.birth = quarterly(demography.fertility(world)).tolist()
        self.boys = p.demography.sex_ratio_at_birth / (100 + p.demography.sex_ratio_at_birth)
        self.senior = rates["senior_secondary_progression"][area].tolist()
        self.college = rates["college_progression"][area].tolist()
        self.bachelor = (rates["college_progression"] * p.education.bachelor_share_of_college)[area].tolist()
        self.follows = [p.migration.spouse_follows, p.migration.elder_follows]
        self.leave_children = p.migration.leave_children_share
        self._read_arrivals(world)
        self._read_conversion(world)
        self.read_choice(world)

    def _read_arrivals(self, world: World) -> None:
        self.arrival_curve = migration._arrival_ages(world).tolist()
        self.arrival_ages = range(len(self.arrival_curve))
        self.arrival_levels = np.cumsum(migration.ARRIVAL_SCHOOLING).tolist()
        self.levels = range(len(self.arrival_levels))

    def _read_conversion(self, world: World) -> None:
        p, rates = world.parameters.citizenization, world.rates
        self.willing, self.ceiling = p.willing_share, rates["conversion"].tolist()
        self.score = (p.intercept + p.parity_effect * rates["service_parity"]).tolist()
        self.years_effect, self.school_child_effect = p.years_effect, p.school_child_effect
        self.own_home_effect = p.own_home_effect
        self.land_loss = (p.land_effect * (1 - rates["land_rights_kept"])).tolist()
        self.land_rights_kept = rates["land_rights_kept"].tolist()

    def read_choice(self, world: World) -> None:
        """Read the tables of the quarter's choice of a place."""
        t = choice.tables(world)
        self.area, self.districts = world.places.area.tolist(), world.places.districts
        self.rate, self.by_schooling = t.rate.tolist(), t.by_schooling.tolist()
        self.taste_width, self.child_factor, self.land_factor = (
            t.taste_width,
            float(t.child_factor),
            float(t.land_factor),
        )
        self.value, self.distance = t.value.tolist(), t.distance.tolist()
        self.own_home = t.own_home.tolist()
        self.schools, self.closed, self.closed_schools = (
            table.tolist() for table in (t.schools, t.closed, t.closed_schools))
        self.farming, self.job, self.commuter_factor = t.farming.tolist(), t.job.tolist(), float(t.commuter_factor)
        self.home, self.older_home, self.similarity = t.home, t.older_home, t.similarity
        self.reach = [
            [(int(code), int(nest)) for code, nest in zip(*pair, strict=True) if code != NO_PLACE]
            for pair in zip(t.reach, t.nest, strict=True)
        ]

    def destination(self, person, age: int, draw: float) -> int:
        """Return the place that a uniform draw selects from the nested logit."""
        area, home, place = self.area, self.area[person.hukou], person.place
        choices = self.reach[place]
        if area[place] != home:
            first = person.hukou - person.hukou % 3
            at_home = range(first, first + 3) if person.hukou < self.districts else (person.hukou,)
            choices = [one for one in choices if area[one[0]] != home] + [(code, 5) for code in at_home]
        bonus = self.home + (self.older_home if age >= 45 else 0.0)
        weights, inclusive, works_at = [], [0.0] * 6, person.works_at()
        for code, nest in choices:
            registered = area[code] == home
            utility = self.value[code][person.schooling] - self.distance[place][code]
            if not registered:
                utility -= self.closed[area[code]]
            if person.school_child:
                utility += self.schools[code] - (0.0 if registered else self.closed_schools[area[code]])
            if code < self.districts:
                if works_at == ON_OWN_FARM:
                    if area[code] == area[place] and code % 3 == 0:
                        utility += self.farming[area[code]][person.schooling]
                elif works_at < self.districts and code // 3 == works_at // 3:
                    utility += self.job[code][works_at % 3][person.schooling]
            if code == person.head.owned_home:
                utility += self.own_home[code]
            weight = exp((utility + bonus if registered else utility) / self.similarity)
            weights.append(weight)
            inclusive[nest] += weight
        share = [total ** (self.similarity - 1) if total else 0.0 for total in inclusive]
        marks = list(accumulate(weight * share[nest] for weight, (_, nest) in zip(weights, choices, strict=True)))
        return choices[min(bisect_right(marks, draw * marks[-1]), len(choices) - 1)][0]
