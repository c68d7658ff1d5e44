"""Homes in plain Python: who buys one, where, and who moves into it, one person at a time."""

import numpy as np

from sim.processes import decisions, purchase
from sim.state.places import NOWHERE, Kind
from sim.state.rates import quarterly
from sim.state.residents import Flag, Sex

from .choice import hazard_per_quarter, thresholds
from .resident import Resident


class Homes:
    """The purchase of homes in a quarter; its tables are those of the model under test."""

    def __init__(self, model):
        self.model, self.world = model, model.world
        p, counties = model.world.parameters.housing, model.world.places.counties
        self.resale = thresholds(quarterly(p.resale))
        willing = np.minimum(model.world.rates["consideration"][:counties], 1)
        self.accompany = thresholds(p.accompany_share * willing)

    def buy(self) -> None:
        """Let people decide in turn, and count what was bought and who owns a home elsewhere."""
        world, p = self.world, self.world.parameters.housing
        self.tables = purchase.tables(world)
        self.bought, self.second = np.zeros(world.places.count), np.zeros(world.places.count, np.int64)
        self.cares_for_child = {
            person.guardian for person in self.model.people if 3 * 4 <= person.quarters < 16 * 4 and not person.leads
        }
        for person in self.model.people:
            self.decide(person)
        if world.quarter % 4 == 0:
            world.housing.sold[:] = 0
        world.housing.sold += self.bought * (world.config.scale * p.home_area)
        world.housing.second_homes = self.second

    def decide(self, person: Resident) -> None:
        """Give up a home one does not live in, or buy one where one has none, and perhaps move there for a school."""
        draw, where, moves, _ = person.words(decisions.BUYING)
        if person.home != NOWHERE:
            if person.home != person.place and draw < self.resale:
                person.home = int(NOWHERE)
                self.model.rare["homes given up"] += 1
            elif person.home != person.place:
                self.second[person.home] += 1
            return
        home = self.where(person, where)
        if not self.may_buy(person) or home is None or draw >= self.chance(person, home) * 2**32:
            return
        person.home = home
        self.bought[home] += 1
        self.model.rare["homes bought"] += 1
        if self.in_village(person) and person.flags & Flag.SCHOOL_CHILD and moves < self.accompany[person.place // 3]:
            person.change_place(home)
            self.model.rare["moves to a home for a school"] += 1
        elif home != person.place:
            self.second[home] += 1

    def in_village(self, person: Resident) -> bool:
        """Whether somebody lives in a village."""
        return self.model.kind[person.place] == Kind.VILLAGE

    def may_buy(self, person: Resident) -> bool:
        """Whether somebody decides on a home: from 22 reference adults, and sons to 40 in a parent's household."""
        parent = person.guardian.birth <= person.birth - 4 * 16
        return person.age >= 22 and (person.leads or (person.sex == Sex.MALE and person.age <= 40 and parent))

    def where(self, person: Resident, draw: int) -> int | None:
        """Return where somebody would buy: where they live in a town or seat, or in that of their county."""
        if self.model.kind[person.place] in (Kind.TOWN, Kind.SEAT):
            return person.place
        inside = self.world.places.districts
        home = person.hukou if person.hukou < inside else person.place
        if home >= inside:
            return None
        seat = draw < self.tables.seat[home // 3] * 2**32
        return home - home % 3 + int(Kind.SEAT if seat else Kind.TOWN)

    def chance(self, person: Resident, home: int) -> float:
        """Return the probability to buy this quarter: by age, income, residence, price, and a child and its school."""
        t = self.tables
        rate = t.rate[person.age] * t.income[person.place, person.schooling]
        rate *= t.residence[person.place] * t.market[home]
        if person in self.cares_for_child:
            rate *= t.child * (t.schools[home // 3] if self.in_village(person) else 1.0)
        return hazard_per_quarter(float(rate))


def hand_over_home(leaver: Resident, successor: Resident) -> None:
    """A household's home goes to who leads it now, unless they have one of their own."""
    if successor.home == NOWHERE:
        successor.home = leaver.home
    leaver.home = int(NOWHERE)
