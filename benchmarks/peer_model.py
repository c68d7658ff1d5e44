"""The resident rules as a Mesa modeller would write them: objects, the random module, rare things tested first."""

from math import exp, expm1, log1p

import mesa
import numpy as np

from benchmarks.peer_tables import PeerTables
from sim.agents.places import Kind
from sim.processes import conditions, districts, migration, reclassification, work
from sim.world import Counts, Flows, World


class Resident(mesa.Agent):
    """A person; `head` is the reference adult, and heads know their `members`."""

    def __init__(self, model, birth, moved, place, hukou, homestead, sex, schooling, work, land_rights, head=None):
        super().__init__(model)
        self.birth, self.moved, self.place, self.hukou = birth, moved, place, hukou
        self.homestead, self.sex, self.schooling, self.work = homestead, sex, schooling, work
        self.land_rights, self.school_child = land_rights, False
        self.place_reclassified = self.hukou_reclassified = False
        self.taste = exp((2 * model.random.random() - 1) * model.tables.taste_width)
        self.willing = model.random.random() < model.tables.willing
        self.members = []
        self.join(head or self)

    def join(self, head) -> None:
        """Become a member of a household, or lead one's own."""
        self.head = head
        if head is not self:
            head.members.append(self)

    def step(self) -> None:
        """Live through one quarter."""
        model, tables = self.model, self.model.tables
        random = model.random.random
        if self.homestead < model.edge[self.place]:
            self.place, self.place_reclassified = model.urban_successor(self.place, self.homestead, 0), True
        if self.homestead < model.edge[self.hukou]:
            self.hukou, self.hukou_reclassified = model.urban_successor(self.hukou, self.homestead, 1), True
        quarters = model.quarter - self.birth
        age = quarters >> 2
        place = self.place
        if random() < tables.death[place][self.sex][age]:
            model.deaths[place] += 1
            self.leave()
            return
        if self.sex == 0 and 15 <= age < 50 and random() < tables.birth[place][age - 15]:
            self.give_birth()
        if quarters in (24, 48, 60, 72):
            self.learn(quarters)
        if self.work:
            if random() < tables.separation[place] or age >= 90:
                self.work = 0
        elif random() < tables.hire[place][self.sex][age]:
            self.work = model.random.choices(tables.sectors, cum_weights=tables.mix[place])[0]
        if age < 16:
            return
        rate = tables.rate[place][age] * tables.by_schooling[self.schooling] * self.taste / 4
        if self.school_child:
            rate *= tables.child_factor
        if self.land_rights:
            rate *= tables.land_factor
        if random() < -expm1(-rate):
            self.move(age)
        if self.willing and self.place != self.hukou and model.kind[self.place] in (1, 2, 3):
            self.convert()
        if self.place >= model.districts and self.hukou >= model.districts:
            model.gone_to(self.place, self.sex, age)
            self.leave()

    def give_birth(self) -> None:
        """Have a child, who joins the household; apart from its adult a mother leads her own."""
        if self.head.place != self.place:
            self.head.members.remove(self)
            self.join(self)
        sex = 1 if self.model.random.random() < self.model.tables.boys else 0
        Resident(self.model, self.model.quarter, self.moved, self.place, self.hukou, self.homestead, sex, 0, 0,
                 self.land_rights, self.head)  # fmt: skip
        self.model.births[self.place] += 1

    def learn(self, quarters: int) -> None:
        """Go on to the next level of schooling."""
        tables, draw, place = self.model.tables, self.model.random.random(), self.place
        if quarters == 24:
            self.schooling = 1
        elif quarters == 48:
            self.schooling = 2
        elif quarters == 60 and draw < tables.senior[place]:
            self.schooling = 3
        elif quarters == 72 and self.schooling == 3 and draw < tables.college[place]:
            self.schooling = 5 if draw < tables.bachelor[place] else 4

    def move(self, age: int) -> None:
        """Choose among the places within reach; if it is another one, the household follows or splits."""
        model, origin = self.model, self.place
        target = model.tables.destination(self, age, model.random.random())
        if model.kind[target] == Kind.VILLAGE and self.homestead < model.edge[target]:
            target += 2
        if target == origin:
            return
        self.change_place(target)
        if self.head is not self or not self.members:
            return
        far = model.kind[origin] == Kind.VILLAGE and model.kind[target] >= Kind.DISTRICT
        if far and model.random.random() < model.tables.leave_children and self.hand_over(origin, only_here=True):
            return
        for member in self.members:
            years = (model.quarter - member.birth) >> 2
            share = 1.0 if years < 16 else model.tables.follows[years >= 60]
            if (years < 16 or member.place == origin) and model.random.random() < share:
                member.change_place(target)

    def change_place(self, target: int) -> None:
        """Live elsewhere from now on: the job is given up."""
        self.model.count_move(self, target)
        self.place, self.moved, self.work, self.place_reclassified = target, self.model.quarter, 0, False

    def convert(self) -> None:
        """Register where one lives, by a hazard; the children at home take the new hukou."""
        model, tables = self.model, self.model.tables
        here = model.area[self.place]
        if here == model.area[self.hukou] and model.kind[self.hukou] != Kind.VILLAGE:
            return
        draw = model.random.random()
        if draw >= tables.ceiling[here] / 4:  # nobody's chance is above the ceiling
            return
        years = min(max((model.quarter - self.moved) / 4, 0.0), 20.0)
        score = tables.score[here] + tables.years_effect * log1p(years)
        score += tables.school_child_effect * self.school_child - tables.land_loss[here] * self.land_rights
        if draw >= -expm1(-tables.ceiling[here] / (1 + exp(-score)) / 4):
            return
        self.land_rights = self.land_rights and model.random.random() < tables.land_rights_kept[here]
        for person in (self, *self.members):
            if person is self or (model.quarter - person.birth < 64 and person.place == self.place):
                person.hukou, person.hukou_reclassified = self.place, False
                model.conversions[self.place] += 1

    def leave(self) -> None:
        """Leave the model; the household gets another reference adult."""
        if self.head is not self:
            self.head.members.remove(self)
        elif self.members:
            self.hand_over(self.place)
        self.remove()

    def hand_over(self, home: int, only_here: bool = False) -> bool:
        """Let the youngest fitting member take over; return whether somebody did."""
        successor = min(self.members, key=lambda person: person.fitness(home))
        if only_here and successor.fitness(home)[0] > 1:
            return False
        for member in self.members:
            if member is not successor:
                member.join(successor)
                if self.model.quarter - member.birth < 64 and member.place != successor.place:
                    self.model.count_move(member, successor.place)
                    member.place = successor.place
        successor.head, self.members = successor, []
        if only_here:
            self.join(successor)
        return True

    def fitness(self, home: int) -> tuple[int, int]:
        """Order successors: adults at home, older ones at home, adults elsewhere, the oldest child."""
        age, here = (self.model.quarter - self.birth) >> 2, self.place == home
        if here and age >= 22:
            return (0 if age < 65 else 1), age
        return (2, age) if age >= 22 else (3, age) if age >= 16 else (4, -age)


class Peer(mesa.Model):
    """The people of a world, or of one household in `every`, as Mesa agents."""

    def __init__(self, world: World, every: int = 1, seed: int = 1):
        super().__init__(rng=seed)
        self.world, people = world, world.residents
        self.quarter, self.kind, self.area = world.quarter, world.places.kind.tolist(), world.places.area.tolist()
        self.districts = world.places.districts
        self.begin_year()
        columns = ("birth", "moved", "place", "hukou", "homestead", "sex", "schooling", "work", "flags")
        values = zip(*(getattr(people, name).tolist() for name in ("household", *columns)), strict=True)
        rows = [(row, *one) for row, one in enumerate(values) if one[0] % every == 0]
        by_row = {row: Resident(self, *one[:-1], land_rights=bool(one[-1] & 1)) for row, _, *one in rows}
        for row, head, *_ in rows:
            by_row[row].join(by_row[head])
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
        self.agents.do("step")
        self.arrive()
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
        work.offer(world)
        self.tables = PeerTables(world)
        self.births, self.deaths, self.conversions = [0] * n, [0] * n, [0] * n
        self.reclassified = [[0, 0] for _ in range(world.places.counties)]
        self.moves: dict[tuple, int] = {}

    def push_edge(self) -> None:
        """Move each county's built-up edge outward; `edge` is by place and zero but for villages."""
        world, counties = self.world, self.world.places.counties
        rate = world.rates["reclassification"][:counties] * world.urban_growth
        world.urban_edge += (65_536 - world.urban_edge) * -np.expm1(-rate / 4)
        self.edge = [0] * world.places.count
        self.edge[: 3 * counties : 3] = world.urban_edge.astype(int).tolist()
        self.seat = np.round(world.seat_weight * 65_536).astype(int).tolist()

    def urban_successor(self, village: int, homestead: int, registration: int) -> int:
        """Return the seat or the town that takes in a village home."""
        self.reclassified[village // 3][registration] += 1
        return village + (2 if homestead * 40_503 % 65_536 < self.seat[village // 3] else 1)

    def arrive(self) -> None:
        """Let newcomers of districts and outside arrive."""
        world, tables, random = self.world, self.tables, self.random
        for pair, rows in enumerate((migration.arrivals_expected(world) / world.config.scale).ravel().tolist()):
            for _ in range(int(rows + random.random())):
                source, target = divmod(pair, self.districts)
                age = random.choices(tables.arrival_ages, cum_weights=tables.arrival_curve)[0]
                level = random.choices(tables.levels, cum_weights=tables.arrival_levels)[0]
                newcomer = Resident(
                    self, self.quarter - 4 * age - random.randrange(4), self.quarter, self.districts + source,
                    self.districts + source, random.randrange(65_536), random.randrange(2), level, 0, False)  # fmt: skip
                newcomer.change_place(target)
                if source < world.places.prefectures:
                    world.districts.persons[source, 1, newcomer.sex, min(age, 100)] -= world.config.scale

    def gone_to(self, place: int, sex: int, age: int) -> None:
        """Enter a person who left into the accounts of districts."""
        if place < self.world.places.outside:
            self.world.districts.persons[place - self.districts, 1, sex, min(age, 100)] += self.world.config.scale

    def count_move(self, person: Resident, target: int) -> None:
        """Enter a move into the year's flows."""
        age = (self.quarter - person.birth) >> 2
        urban = person.hukou >= self.districts or person.hukou % 3 != 0
        key = person.place, target, urban, (age >= 15) + (age >= 65)
        self.moves[key] = self.moves.get(key, 0) + 1

    def count(self) -> None:
        """Count who lives and who is registered where."""
        places, area, quarter = self.world.places, self.area, self.quarter
        n, counties = places.count, places.counties
        residents, registered, absent = [[0, 0, 0] for _ in range(n)], [0] * n, [0] * counties
        by_place, by_hukou = [0] * n, [0] * n
        for person in self.agents:
            age, here, home = quarter - person.birth, person.place, person.hukou
            residents[here][(age >= 60) + (age >= 260)] += 1
            registered[home] += 1
            if area[home] != area[here] and area[home] < counties:
                absent[area[home]] += 1
            by_place[here] += person.place_reclassified
            by_hukou[home] += person.hukou_reclassified
        self.world.counts = Counts(
            *(np.array(column) for column in (residents, registered, absent, by_place, by_hukou))
        )
