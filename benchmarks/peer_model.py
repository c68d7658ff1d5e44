"""The resident rules as a Mesa modeller would write them: objects, lists and the random module."""

from bisect import bisect_right

import mesa
import numpy as np

from benchmarks.peer_labour import PeerLabour
from benchmarks.peer_resident import Resident
from benchmarks.peer_tables import PeerTables
from sim.processes import conditions, districts, migration, place_attributes, reclassification
from sim.state.counts import BAND_FROM, Counts
from sim.state.flows import Flows
from sim.state.residents import Flag
from sim.state.world import World


class Peer(mesa.Model):
    """The people of a world as Mesa agents; firms stay the columns of that world.

    Purchases of homes and what governments do are left out: homes, prices, stocks and budgets stay those of the start.
    """

    def __init__(self, world: World, seed: int = 1):
        super().__init__(rng=seed)
        self.world, people = world, world.residents
        self.quarter, self.kind, self.area = world.quarter, world.places.kind.tolist(), world.places.area.tolist()
        self.districts = world.places.districts
        self.begin_year()
        columns = ("birth", "moved", "place", "hukou", "homestead", "sex", "schooling")
        values = list(zip(*(getattr(people, name).tolist() for name in columns), strict=True))
        more = zip(*(getattr(people, name).tolist() for name in ("flags", "work", "employer", "home")), strict=True)
        agents = [Resident(self, *one, bool(flags & Flag.LAND_RIGHTS), work=work, employer=employer, owned_home=home,
                           seeking=bool(flags & Flag.SEEKING))
                  for one, (flags, work, employer, home) in zip(values, more, strict=True)]
        for person, head in zip(agents, people.household.tolist(), strict=True):
            person.join(agents[head])
        world.residents = None
        self.count()

    def step(self) -> None:
        """Advance by one quarter."""
        if self.quarter % 4 == 0:
            self.begin_year()
            self.agents.set("school_child", False)
            for person in self.agents:
                if 24 <= self.quarter - person.birth < 64 and person.head is not person:
                    person.head.school_child = True
        self.push_edge()
        if self.quarter % 4:
            place_attributes.update(self.world)
            self.tables.read_choice(self.world)
        self.agents.do("step")
        self.arrive()
        self.labour.step(self)
        self.count()
        if self.quarter % 4 == 3:
            districts.advance(self.world)
            self.world.flows.reclassified[:] = self.reclassified
            reclassification.remember_growth(self.world)
        self.quarter += 1
        self.world.quarter = self.quarter

    def begin_year(self) -> None:
        """Read the year's tables."""
        world, n = self.world, self.world.places.count
        world.flows = Flows.empty(world.places)
        conditions.drive(world)
        place_attributes.update(world)
        self.tables, self.labour = PeerTables(world), PeerLabour(world)
        self.firm_place = world.firms.place.tolist()
        self.births, self.deaths, self.conversions = [0] * n, [0] * n, [0] * n
        self.reclassified = [[0, 0] for _ in range(world.places.counties)]
        self.moves: dict[tuple, int] = {}
        self.newcomers = 0

    def push_edge(self) -> None:
        """Move each county's built-up edge outward; `edge` is by place and zero but for villages."""
        world, counties = self.world, self.world.places.counties
        rate = world.rates["reclassification"][:counties] * world.urban_edge.pace
        world.urban_edge.rank += (65_536 - world.urban_edge.rank) * -np.expm1(-rate / 4)
        self.edge = [0] * world.places.count
        self.edge[: 3 * counties : 3] = world.urban_edge.rank.astype(int).tolist()
        self.seat = np.round(world.census.seat_share * 65_536).astype(int).tolist()

    def urban_successor(self, village: int, homestead: int) -> int:
        """Return the seat or the town that takes in a village home."""
        return village + (2 if homestead * 40_503 % 65_536 < self.seat[village // 3] else 1)

    def arrive(self) -> None:
        """Let newcomers of districts and outside arrive."""
        world, tables, random = self.world, self.tables, self.random
        expected = migration.arrivals_expected(world) / world.config.scale
        for pair, rows in enumerate(expected.ravel().tolist()):
            for _ in range(int(rows + random.random())):
                source, target = divmod(pair, self.districts)
                age = random.choices(tables.arrival_ages, cum_weights=tables.arrival_curve)[0]
                level = random.choices(tables.levels, cum_weights=tables.arrival_levels)[0]
                birth, home = self.quarter - 4 * age - random.randrange(4), self.districts + source
                newcomer = Resident(self, birth, self.quarter, home, home, random.randrange(65_536),
                                    random.randrange(2), level, False, seeking=age < 60)
                newcomer.change_place(target)
                self.newcomers += 1
                if source < world.places.prefectures:
                    world.districts.persons[source, 1, newcomer.sex, min(age, 100)] -= world.config.scale

    def gone_to(self, place: int, sex: int, age: int) -> None:
        """Enter a person who left into the accounts of districts."""
        if place < self.world.places.outside:
            own = self.world.districts.persons[place - self.districts, 1, sex]
            own[min(age, 100)] += self.world.config.scale

    def count_move(self, person: Resident, target: int) -> None:
        """Enter a move into the year's flows."""
        age = (self.quarter - person.birth) >> 2
        urban = person.hukou >= self.districts or person.hukou % 3 != 0
        key = person.place, target, urban, (age >= 15) + (age >= 65)
        self.moves[key] = self.moves.get(key, 0) + 1

    def events(self) -> list[int]:
        """Return births, deaths, moves but for newcomers', and conversions of the year, and hires of the quarter."""
        moves = sum(self.moves.values()) - self.newcomers
        return [sum(self.births), sum(self.deaths), moves, sum(self.conversions), self.labour.hires]

    def count(self) -> None:
        """Count who lives and who is registered where."""
        places, area, quarter = self.world.places, self.area, self.quarter
        n, counties = places.count, places.counties
        residents, registered, absent = [[0] * len(BAND_FROM) for _ in range(n)], [0] * n, [0] * counties
        by_place, by_hukou = [0] * n, [0] * n
        for person in self.agents:
            age, here, home = quarter - person.birth, person.place, person.hukou
            residents[here][bisect_right(BAND_FROM, age >> 2) - 1] += 1
            registered[home] += 1
            if area[home] != area[here] and area[home] < counties:
                absent[area[home]] += 1
            by_place[here] += person.place_reclassified
            by_hukou[home] += person.hukou_reclassified
        columns = (residents, registered, absent, by_place, by_hukou)
        self.world.counts = Counts(*(np.array(column) for column in columns))
