"""The resident rules as a plain Mesa model of objects: slow, readable, and independent of the kernels."""

import bisect
import copy
import functools
import math
from collections import Counter

import mesa
import numpy as np

from sim import model as schedule
from sim.core import rng
from sim.indicators import observation
from sim.policy import evaluation
from sim.processes import choice as compiled_choice
from sim.processes import (
    citizenization,
    conditions,
    decisions,
    demography,
    education,
    households,
    housing,
    incomes,
    labour,
    migration,
    reclassification,
)
from sim.state.counts import BAND_FROM, Counts
from sim.state.districts import RURAL, URBAN
from sim.state.flows import Flows
from sim.state.places import Kind
from sim.state.rates import quarterly
from sim.state.residents import Flag
from sim.state.world import World

from .choice import Choice, conversion_hazard, thresholds
from .homes import Homes
from .households import hand_over
from .labour import Labour
from .resident import Resident

COLUMNS = ("birth", "moved", "place", "hukou", "homestead", "sex", "schooling", "flags", "work", "employer", "home")

NOT_SHOWN = {incomes.distribute, observation.observe_year, evaluation.evaluate, evaluation.learn}
"""Steps that observe, and change nothing that residents read where a policy names no order of payment."""


class Untouchable:
    """What a step finds in the place of residents when it is taken as compiled."""

    def __init__(self, step):
        self._step = f"{step.__module__}.{step.__qualname__}"

    def __getattr__(self, name):
        raise LookupError(f"{self._step} touches residents (their {name}): write its rule for one person in "
                          "tests/oracle/resident.py and name it in Oracle.rules, or list it in NOT_SHOWN if it changes "
                          "nothing that residents read")


class Oracle(mesa.Model):
    """The people of a world as objects; yearly tables, firms' own decisions, accounts of places and every other step
    without a rule here are those of the model under test, on a copy of the world.
    """

    def __init__(self, world: World):
        super().__init__(rng=0)
        people, world.residents = world.residents, None
        self.world = copy.deepcopy(world)
        world.residents = people
        self.seed, self.quarter = np.uint64(world.seed), world.quarter
        self.area, self.kind = world.places.area.tolist(), world.places.kind.tolist()
        self.urban_edge = world.urban_edge.rank.tolist()
        self.rare: Counter[str] = Counter()  # how often rules were followed that flows do not show
        rows = np.flatnonzero(people.living())
        columns = [getattr(people, name)[rows].tolist() for name in ("uid", *COLUMNS)]
        by_row = {row: Resident(self, *values) for row, *values in zip(rows.tolist(), *columns, strict=True)}
        for row, person in by_row.items():
            person.guardian = by_row[int(people.household[row])]
        own = {
            education.mark_guardians: self.mark_guardians, reclassification.reclassify: self.reclassify,
            migration.move: self.move,
            migration.follow: self.follow, migration.arrive: self.arrive, citizenization.convert: self.convert,
            households.settle: self.settle, labour.separate: lambda: self.labour.separate(),
            labour.match: lambda: self.labour.match(), housing.buy: lambda: self.homes.buy()}
        everyone = {
            conditions.begin: "begin", demography.die: "die", demography.give_birth: "give_birth",
            education.learn: "learn"}
        self.rules = own | {step: functools.partial(self.everyone, name) for step, name in everyone.items()}

    @property
    def flows(self) -> Flows:
        """Events of the running year."""
        return self.world.flows

    @property
    def people(self) -> list[Resident]:
        """Everyone who is neither dead nor gone."""
        return [person for person in self.agents if person.place is not None]

    def step(self) -> None:
        """Advance by one quarter along the model's own schedule."""
        if self.quarter % 4 == 0:
            self.world.flows = Flows.empty(self.world.places)
            self.walk(schedule.EVERY_YEAR)
            self.read_tables()
        self.walk(schedule.EVERY_QUARTER)
        self.count()
        if self.quarter % 4 == 3:
            self.walk(schedule.YEAR_END)
        self.quarter += 1
        self.world.quarter = self.quarter

    def walk(self, steps) -> None:
        """Take each step by the oracle's own rule, or as compiled where it touches no resident.

        Raises LookupError for a step that touches residents and has no rule.
        """
        for step in steps:
            if step in self.rules:
                self.rules[step]()
            elif step not in NOT_SHOWN:
                self.world.residents = Untouchable(step)
                step(self.world)

    def move(self) -> None:
        """Let adults decide to move by the tables of the quarter."""
        self.choice = Choice(compiled_choice.tables(self.world), self.world.places)
        self.everyone("move")

    def follow(self) -> None:
        """Let households split or go along with who moved."""
        self.leave_children_behind()
        self.everyone("follow")

    def convert(self) -> None:
        """Let adults register where they live, and their children with them."""
        self.everyone("convert")
        self.everyone("take_guardians_hukou")

    def reclassify(self) -> None:
        """Move the built-up edges and let them take in homes."""
        self.push_edge()
        self.everyone("reclassify")

    def mark_guardians(self) -> None:
        """Mark anew who cares for a schoolchild."""
        for person in self.people:
            person.flags &= ~8
        self.everyone("mark_guardian")

    def leave_children_behind(self) -> None:
        """Let another adult of the household take over from reference adults who go far away alone."""
        leavers = [person for person in self.people if person.leaves_children()]
        hand_over(self.people, leavers, only_here=True)
        self.rare["children left behind"] += sum(person.guardian is not person for person in leavers)

    def everyone(self, rule: str) -> None:
        """Let everyone follow one rule."""
        for person in self.people:
            getattr(person, rule)()

    def read_tables(self) -> None:
        """Read the year's tables."""
        world, p, rates = self.world, self.world.parameters, self.world.rates
        self.death = thresholds(quarterly(demography.mortality(world)[None] * rates["mortality"][:, None, None]))
        self.birth = thresholds(quarterly(demography.fertility(world)))
        self.boys = thresholds(p.demography.sex_ratio_at_birth / (100 + p.demography.sex_ratio_at_birth))
        self.senior = thresholds(rates["senior_secondary_progression"])
        self.college = thresholds(rates["college_progression"])
        self.bachelor = thresholds(rates["college_progression"] * p.education.bachelor_share_of_college)
        self.labour, self.homes = Labour(self), Homes(self)
        self.leave_children = thresholds(p.migration.leave_children_share)
        self.spouse_follows = thresholds(p.migration.spouse_follows)
        self.elder_follows = thresholds(p.migration.elder_follows)
        self.willing = thresholds(p.citizenization.willing_share)
        self.land_rights_kept = rates["land_rights_kept"].tolist()

    def push_edge(self) -> None:
        """Move each county's built-up edge outward by its rate times the ranks that are left."""
        rate = self.world.rates["reclassification"]
        for county, edge in enumerate(self.urban_edge):
            chance = -math.expm1(-rate[county] * self.world.urban_edge.pace[county] / 4)
            self.urban_edge[county] = edge + (65_536 - edge) * chance

    def inside_edge(self, place: int, homestead: int) -> bool:
        """Whether a home of this rank is in a village and inside the edge."""
        return self.kind[place] == Kind.VILLAGE and homestead < math.floor(self.urban_edge[place // 3])

    def urban_successor(self, village: int, homestead: int) -> int:
        """Return the seat or the town that takes in a village home, by the share of the seat in urban growth."""
        seat = round(float(self.world.census.seat_share[village // 3]) * 65_536)
        return village + int(Kind.SEAT if homestead * 40_503 % 65_536 < seat else Kind.TOWN)

    def conversion_hazard(self, person: Resident) -> float:
        """Return the probability that a willing person registers this quarter where they live."""
        p, rates, here = self.world.parameters.citizenization, self.world.rates, self.area[person.place]
        weights = {"intercept": p.intercept, "parity": p.parity_effect, "school_child": p.school_child_effect,
                   "years": p.years_effect, "land": p.land_effect, "own_home": p.own_home_effect}
        return conversion_hazard(weights, rates["conversion"][here], rates["service_parity"][here],
                                 self.land_rights_kept[here], (self.quarter - person.moved) / 4, person)

    def arrive(self) -> None:
        """Let whole newcomers of districts and outside arrive, one uid for each origin, place, quarter and ordinal."""
        world, places, scale = self.world, self.world.places, self.world.config.scale
        expected = migration.arrivals_expected(world) / scale
        ages = migration._arrival_ages(world).tolist()
        levels = np.cumsum(migration.ARRIVAL_SCHOOLING).tolist()
        taken: Counter[tuple[int, int, int]] = Counter()
        for pair, rows in enumerate(expected.ravel().tolist()):
            extra = rng.uniform(self.seed, decisions.ROUNDING, self.quarter, np.uint64(pair))
            source, target = divmod(pair, places.districts)
            for ordinal in range(math.floor(rows + extra)):
                made_of = np.uint64(source * places.count + target)
                uid = np.uint64(rng.descendant(decisions.ARRIVAL, self.quarter, made_of, np.uint64(ordinal)))
                words = [int(w) / 2**32 for w in rng.words(self.seed, decisions.ARRIVING, self.quarter, uid)]
                age = bisect.bisect_right(ages, words[0])
                newcomer = Resident(
                    self, uid, birth=self.quarter - 4 * age - int(4 * words[3]), moved=self.quarter, place=target,
                    hukou=places.districts + source, homestead=int(65_536 * words[3]), sex=int(words[1] >= 0.5),
                    schooling=bisect.bisect_right(levels, words[2] * levels[-1]),
                    flags=int(Flag.SEEKING) if age < 60 else 0)
                newcomer.origin = newcomer.hukou
                world.flows.newcomers += 1
                if newcomer.origin < places.outside:
                    taken[source, newcomer.sex, min(age, 100)] += scale
        persons = self.world.districts.persons
        lacking = {key: _take(persons[key[0], :, key[1]], [key[2]], wanted) for key, wanted in taken.items()}
        for (prefecture, sex, age), wanted in sorted(lacking.items()):
            nearest = sorted(range(persons.shape[3]), key=lambda other, of=age: (abs(other - of), other))
            _take(persons[prefecture, :, sex], nearest, wanted)

    def settle(self) -> None:
        """Count moves, let who has no home and no registration in a county leave, and put guardians right."""
        gone = [person for person in self.agents if person.place is None]
        for person in self.people:
            changed = person.converted or person.place != person.origin
            if person.place != person.origin:
                self.count_move(person)
            if changed and self.leaves(person):
                gone.append(person)
            elif person.place != person.origin:
                person.origin = person.place
            person.converted = False
        joined = hand_over(self.people, gone)
        for child in joined:
            child.note_move()
            self.count_move(child)
        gone += [child for child in joined if self.leaves(child)]
        self.rare["children who joined a guardian"] += len(joined)
        for person in gone:
            person.remove()

    def leaves(self, person: Resident) -> bool:
        """Take a person out who has no home and no registration in a county; districts count them from then on."""
        places = self.world.places
        if person.place < places.districts or person.hukou < places.districts:
            return False
        if person.place < places.outside:
            own = self.world.districts.persons[person.place - places.districts, URBAN, person.sex]
            own[min(person.age, 100)] += self.world.config.scale
        person.place = None
        self.rare["people who left"] += 1
        return True

    def count_move(self, person: Resident) -> None:
        """Enter one move into the year's flows."""
        flows, places = self.flows, self.world.places
        urban = person.hukou >= places.districts or person.hukou % 3 != Kind.VILLAGE
        flows.moves[person.origin, person.place, int(urban), (person.age >= 15) + (person.age >= 65)] += 1
        source, target = self.area[person.origin], self.area[person.place]
        if source != target:
            flows.arrivals[target] += 1
            flows.departures[source] += 1
            flows.returns[person.place] += target == self.area[person.registered]

    def count(self) -> None:
        """Count who lives and who is registered where."""
        places = self.world.places
        n = places.count
        shapes = (n, len(BAND_FROM)), n, places.counties, n, n
        counts = Counts(*(np.zeros(shape, np.int64) for shape in shapes))
        for person in self.people:
            counts.residents[person.place, bisect.bisect_right(BAND_FROM, person.age) - 1] += 1
            counts.registered[person.hukou] += 1
            home = self.area[person.hukou]
            if home < places.counties and home != self.area[person.place]:
                counts.absent[home] += 1
            counts.reclassified_residents[person.place] += bool(person.flags & 2)
            counts.reclassified_registered[person.hukou] += bool(person.flags & 4)
        self.world.counts = counts


def _take(own: np.ndarray, ages: list[int], persons: int) -> int:
    """Take people of the first of these ages, urban ones before rural ones, then of the next; return who is lacking."""
    for age in ages:
        for place in (URBAN, RURAL):
            found = min(persons, int(own[place, age]))
            own[place, age] -= found
            persons -= found
    return persons
