"""One resident as a Mesa modeller would write it: rare things are tested first, nothing is computed twice."""

from math import exp, expm1, log1p

import mesa

from benchmarks.peer_labour import DISTRICTS, NONE, OUTSIDE, OWN_ACCOUNT
from sim.processes.choice import NO_PLACE, ON_OWN_FARM
from sim.state.places import Kind


class Resident(mesa.Agent):
    """A person; `head` is the reference adult, and heads know their `members`."""

    def __init__(self, model, birth, moved, place, hukou, homestead, sex, schooling, land_rights, head=None,
                 work=0, employer=NONE, owned_home=None, seeking=False):
        super().__init__(model)
        self.birth, self.moved, self.place, self.hukou = birth, moved, place, hukou
        self.homestead, self.sex, self.schooling = homestead, sex, schooling
        self.work, self.employer, self.owned_home, self.seeking = work, employer, owned_home, seeking
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
            model.reclassified[self.place // 3][0] += 1
            self.place, self.place_reclassified = model.urban_successor(self.place, self.homestead), True
        if self.homestead < model.edge[self.hukou]:
            model.reclassified[self.hukou // 3][1] += 1
            self.hukou, self.hukou_reclassified = model.urban_successor(self.hukou, self.homestead), True
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
        if age < 16:
            return
        rate = tables.rate[place][age] * tables.by_schooling[self.schooling] * self.taste / 4
        if self.school_child:
            rate *= tables.child_factor
        if self.land_rights:
            rate *= tables.land_factor
        if self.place < model.districts and self.works_at() not in (self.place, NO_PLACE, ON_OWN_FARM):
            rate *= tables.commuter_factor
        if random() < -expm1(-rate):
            self.move(age)
        if self.willing and self.place != self.hukou and model.kind[self.place] in (1, 2, 3):
            self.convert()
        if self.place >= model.districts and self.hukou >= model.districts:
            model.gone_to(self.place, self.sex, age)
            self.leave()

    def works_at(self) -> int:
        """Return the place of the firm one works for, or that one farms in a county, or works elsewhere or not."""
        if self.employer < OUTSIDE:
            return self.model.firm_place[self.employer]
        return ON_OWN_FARM if self.employer == OWN_ACCOUNT and self.place < self.model.districts else NO_PLACE

    def give_birth(self) -> None:
        """Have a child, who joins the household; apart from its adult a mother leads her own."""
        if self.head.place != self.place:
            self.head.members.remove(self)
            self.join(self)
        sex = 1 if self.model.random.random() < self.model.tables.boys else 0
        Resident(self.model, self.model.quarter, self.moved, self.place, self.hukou, self.homestead, sex, 0,
                 self.land_rights, self.head)
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
        if self.homestead < model.edge[target]:
            target = model.urban_successor(target, self.homestead)
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
        """Live elsewhere from now on: a job is given up unless it is in a firm of the same county."""
        self.model.count_move(self, target)
        if self.work and (self.employer >= OUTSIDE or self.model.area[self.place] != self.model.area[target]):
            self.work, self.employer, self.seeking = 0, NONE, True
        self.place, self.moved, self.place_reclassified = target, self.model.quarter, False

    def separate(self) -> None:
        """Stop for good, lose work, give up looking, begin to look, or look around from the farm."""
        labour, place = self.model.labour, self.place
        draw, age = self.model.random.random(), min(self.model.quarter - self.birth, 443)
        if self.work:
            employer = self.employer
            stops = labour.leave[self.sex][age]
            farms = employer == OWN_ACCOUNT
            ends = 0.0 if farms else labour.losing[employer] if employer < OUTSIDE else labour.usual[place]
            if draw >= stops + ends:
                if employer < OUTSIDE:
                    labour.staff[employer] += 1
                labour.employed[place][self.work] += 1
                if farms and age < 240 and draw < stops + labour.looks[age >= 180][place]:
                    labour.seekers[place // 3].append(self)
                return
            self.work, self.employer, self.seeking = 0, NONE, draw >= stops
        elif self.seeking:
            self.seeking = draw >= labour.withdraw[age]
        else:
            self.seeking = draw < labour.enter[place][self.sex][age]
        if not self.seeking:
            return
        if place < self.model.districts:
            labour.seekers[place // 3].append(self)
        elif self.model.random.random() < labour.finding:
            self.work = self.model.random.choices(labour.sectors, cum_weights=labour.mix)[0]
            self.employer, self.seeking = OUTSIDE if place == self.model.world.places.outside else DISTRICTS, False
            labour.employed[place][self.work] += 1

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
        score += tables.own_home_effect * (self.head.owned_home == self.place)
        score += tables.school_child_effect * self.school_child - tables.land_loss[here] * self.land_rights
        if draw >= -expm1(-tables.ceiling[here] / (1 + exp(-score)) / 4):
            return
        self.land_rights = self.land_rights and model.random.random() < tables.land_rights_kept[here]
        for person in (self, *self.members):
            child = model.quarter - person.birth < 64 and self.place == person.place != person.hukou
            if person is self or child:
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
                    member.change_place(successor.place)
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
