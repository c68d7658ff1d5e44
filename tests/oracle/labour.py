"""Labour markets in plain Python: hazards of one person at a time, and the openings of one county at a time."""

import math
from bisect import bisect_right
from itertools import accumulate

import numpy as np

from sim.core import rng
from sim.processes import decisions, matching, participation
from sim.state.places import NOWHERE, Kind
from sim.state.residents import Employer, Flag, Work, migrant_work

from .choice import hazard_per_quarter, thresholds
from .resident import Resident

ALWAYS = 2**32
LAST_AGE = 4 * 111 - 1
GOLDEN = 0x9E3779B97F4A7C15


class Labour:
    """Who looks for work, who finds it and in which firm; firms are rows of the oracle's own copy of the world."""

    def __init__(self, model):
        self.model, self.world = model, model.world
        world, p = model.world, model.world.parameters
        self.curve = participation.age_curve(p.labour).tolist()
        self.migrant_finds = thresholds(p.labour.migrant_job_finding)
        self.farms = thresholds(p.labour.farm_fallback)
        near = np.clip(1 - world.places.minutes_to_core(p.establishments) / p.establishments.commuting_minutes, 0, 1)
        self.commutes = thresholds(p.labour.commuting * near)
        self.mix = list(accumulate(migrant_work(p.work).tolist()[Work.FARMING :]))
        self.aptitude = matching.aptitude().tolist()
        self.job_weight = world.places.job_weight(p.establishments).tolist()
        self.separation = [hazard_per_quarter(rate) for rate in world.rates["job_separation"].tolist()]
        self.farm_search = world.rates["farm_search"].tolist()
        self.level = (world.labour.employment_level * world.rates["participation"][world.places.area]).tolist()
        self.cache: dict[tuple[int, int, int], int] = {}
        self.leavers = [0] * world.places.counties
        self.ended: list[int] = []

    # hazards, as numbers below which a 32-bit draw means yes

    def in_work(self, sex: int, quarters: int) -> float:
        """Return the share in work at an age in quarters, between those of two birthdays."""
        years, part = divmod(quarters, 4)
        curve = self.curve[sex]
        later = curve[min(years + 1, len(curve) - 1)]
        return curve[years] + (later - curve[years]) * part / 4

    def falls(self, sex: int, quarters: int) -> float:
        """Return the part of those in work by which the curve falls in the next quarter of age."""
        now = self.in_work(sex, quarters)
        later = self.in_work(sex, quarters + 1) if quarters < LAST_AGE else 0.0
        return max(now - later, 0.0) / max(now, 1e-9)

    def stops(self, person: Resident) -> int:
        """Return the draw below which somebody stops working for good."""
        age = min(person.quarters, LAST_AGE)
        if age >= 4 * 90:
            return ALWAYS
        usual = hazard_per_quarter(self.world.parameters.labour.leaving)
        return _limit(usual + self.falls(person.sex, age))

    def gives_up(self, person: Resident) -> int:
        """Return the draw below which somebody who looks for work gives up; women and men alike."""
        age = min(person.quarters, LAST_AGE)
        if age >= 4 * 90:
            return ALWAYS
        fall = (self.falls(0, age) + self.falls(1, age)) / 2
        return _limit(hazard_per_quarter(self.world.parameters.labour.withdrawal) + min(fall, 1.0))

    def begins(self, person: Resident) -> int:
        """Return the draw below which somebody begins to look for work, so that the age curve would last."""
        key = person.place, person.sex, min(person.quarters, LAST_AGE)
        if key not in self.cache:
            self.cache[key] = self._begins(*key)
        return self.cache[key]

    def _begins(self, place: int, sex: int, quarters: int) -> int:
        p = self.world.parameters.labour
        now, later = (min(max(self.level[place] * self.in_work(sex, age), 0.0), 0.93)
                      for age in (quarters, min(quarters + 1, LAST_AGE)))
        if now <= 0:
            return 0
        looking = now * p.normal_unemployment / (1 - p.normal_unemployment)
        leavers = hazard_per_quarter(p.leaving) * now + hazard_per_quarter(p.withdrawal) * looking
        wanted = leavers + max(later - now, 0.0) / (1 - p.normal_unemployment)
        return _limit(wanted / max(1 - now - looking, 0.02))

    def loses(self, person: Resident) -> int:
        """Return how many of the draws above those who stop mean the end of the job."""
        if person.employer == Employer.OWN_ACCOUNT:
            return 0
        usual = self.separation[self.model.area[person.place]]
        if person.works_for_firm:
            return _limit(self.firm_loses(person.employer))
        return math.floor(usual * ALWAYS)

    def firm_loses(self, row: int) -> float:
        """Return the share of a firm's staff that goes: ordinary separations, or more where it wants fewer."""
        firms = self.world.firms
        if firms.establishments[row] == 0:
            return 1.0
        usual = self.separation[int(firms.place[row]) // 3]
        kept = min(max(float(firms.aim[row]) / max(self.staff[row], 1), 0.0), 1.0)
        return max(1 - kept - hazard_per_quarter(self.world.parameters.labour.leaving), usual)

    def looks_around(self, person: Resident) -> int:
        """Return the draws that mean that a farmer under 60 in a county looks for other work."""
        p, area = self.world.parameters.labour, self.model.area[person.place]
        if person.employer != Employer.OWN_ACCOUNT or person.age >= 60 or area >= self.world.places.counties:
            return 0
        rate = p.farm_search if person.age < 45 else p.farm_search_older
        return math.floor(hazard_per_quarter(rate * self.farm_search[area]) * ALWAYS)

    def note_leaver(self, person: Resident) -> None:
        """Remember who leaves a firm in a town or seat for good."""
        if person.works_for_firm:
            place = int(self.world.firms.place[person.employer])
            if self.model.kind[place] != Kind.VILLAGE:
                self.leavers[place // 3] += 1

    def note_ended_job(self, person: Resident) -> None:
        """Remember who loses a job in a firm."""
        if person.works_for_firm:
            self.ended[person.employer] += 1

    def note_separations(self) -> None:
        """Count jobs lost, and jobs of people who are gone for other reasons, by the place of the job."""
        separations = self.world.flows.separations
        for row, (had, left, lost) in enumerate(zip(self.staff, self.world.firms.staff.tolist(), self.ended,
                                                    strict=True)):
            if had:
                county, kind = divmod(int(self.world.firms.place[row]), 3)
                separations[county, kind] += [lost, had - left - lost]

    def note_hire(self, person: Resident, firm: int) -> None:
        """Count a hire by the place of the job, where the person comes from and whether they live there."""
        county, kind = divmod(int(self.world.firms.place[firm]), 3)
        source = {"lost a job": 0, "farms meanwhile": 2}.get(person.looks, 1)
        if self.model.quarter - person.moved < 4:
            source = 3
        self.world.flows.hires[county, kind, source, int(person.place % 3 != kind)] += 1

    def note_lost_job(self, person: Resident) -> None:
        """Remember who lives in a town or seat and gives up after a job was lost."""
        kind = self.model.kind[person.place]
        if person.flags & Flag.LOST_WORK and kind in (Kind.TOWN, Kind.SEAT):
            self.leavers[person.place // 3] += 1

    def migrant_sector(self, draw: int) -> int:
        """Return the sector in the declared mix of migrants that a draw selects."""
        return 1 + bisect_right(self.mix, draw / 2**32 * self.mix[-1])

    # the quarter

    def separate(self) -> None:
        """Let jobs end and people begin to look; count who stays and what firms offer."""
        world, firms = self.world, self.world.firms
        self.staff, self.ended = firms.staff.tolist(), [0] * firms.size
        self.leavers = [0] * world.places.counties
        self.model.everyone("separate")
        self.count_staff()
        self.note_separations()
        self.openings = [self.offers(row) for row in range(firms.size)]
        firms.openings[:] = self.openings
        self.model.rare["jobs of firms that closed"] += sum(
            staff for staff, establishments in zip(self.staff, firms.establishments, strict=True) if not establishments
        )
        self.model.rare["firms that lay off"] += sum(
            aim < staff * 0.8 for staff, aim in zip(self.staff, firms.aim, strict=True))
        new = world.labour.new_urban_jobs
        if world.quarter % 4 == 0:
            new[:] = 0
        new -= self.leavers

    def count_staff(self) -> None:
        """Write who works for which firm into the firms' staff."""
        staff = [0] * self.world.firms.size
        for person in self.model.people:
            if person.works_for_firm:
                staff[person.employer] += 1
        self.world.firms.staff[:] = staff

    def offers(self, row: int) -> int:
        """Return the jobs a firm offers: what it aims at beyond its staff, rounded up or down by a draw."""
        firms = self.world.firms
        missing = float(firms.aim[row]) - int(firms.staff[row])
        if firms.place[row] == NOWHERE or firms.establishments[row] == 0 or missing <= 0:
            return 0
        draw = int(rng.draw(self.model.seed, decisions.OPENING, self.model.quarter, firms.uid[row]))
        return math.floor(missing + (draw + 0.5) / 2**32)

    def match(self) -> None:
        """Fill the jobs of each county, let others commute or farm, and count."""
        world, labour, counties = self.world, self.world.labour, self.world.places.counties
        seekers: list[list[Resident]] = [[] for _ in range(counties)]
        firms: list[list[int]] = [[] for _ in range(counties)]
        for person in self.model.people:
            if person.looks and person.place < world.places.districts:
                seekers[person.place // 3].append(person)
        for row, offered in enumerate(self.openings):
            if offered:
                firms[int(world.firms.place[row]) // 3].append(row)
        for county in range(counties):
            vacancies = sum(self.openings[row] for row in firms[county])
            hired = self.fill(county, seekers[county], firms[county])
            for person in seekers[county]:
                if person in hired:
                    labour.new_urban_jobs[county] += self.is_new_urban_job(person, hired[person])
                    self.note_hire(person, hired[person])
                    person.begin_work(world.firms.sector[hired[person]], hired[person])
                    self.model.rare["farmers hired"] += person.looks == "farms meanwhile"
                elif person.looks != "farms meanwhile":
                    self.fall_back(person)
            labour.seekers[county], labour.vacancies[county] = len(seekers[county]), vacancies
            labour.hires[county] = len(hired)
            tightness = min(max((vacancies + 1) / (len(seekers[county]) + 1), 0.05), 20.0)
            labour.tightness[county] = labour.tightness[county] ** 0.75 * tightness**0.25
            for home in range(3):
                chance = self.chance(county, home, seekers[county], firms[county])
                labour.finding[county, home] = 0.75 * labour.finding[county, home] + 0.25 * chance
        self.count_staff()
        self.count()

    def chance(self, county: int, home: int, seekers: list[Resident], firms: list[int]) -> float:
        """Return the chance of a seeker of a kind of home to be hired: openings in reach, each shared with the others.
        """
        looking = [0.01 + sum(person.place % 3 == kind for person in seekers) for kind in range(3)]
        offered = [sum(self.openings[row] for row in firms if self.world.firms.place[row] % 3 == kind)
                   for kind in range(3)]
        u, v = sum(looking), sum(offered)
        b = self.world.parameters.labour.matching_elasticity
        filled = min(float(self.world.rates["matching_efficiency"][county]) * u**b * v ** (1 - b), u, v)
        weight = self.job_weight[county]
        share = sum(weight[home][work] * offered[work] / sum(looking[k] * weight[k][work] for k in range(3))
                    for work in range(3))
        return min(max(filled / max(v, 1) * share, 0.02), 1.0)

    def is_new_urban_job(self, person: Resident, firm: int) -> bool:
        """Whether a job is in a town or seat and is no other job for somebody who lost one."""
        village = self.model.kind[int(self.world.firms.place[firm])] == Kind.VILLAGE
        return not village and person.looks != "lost a job"

    def fill(self, county: int, seekers: list[Resident], firms: list[int]) -> dict[Resident, int]:
        """Return who gets a job in which firm: openings in their turn take one of a group, the luckiest of it first.

        A group is of one schooling and kind of home; it is drawn by how many are left, their aptitude and the way.
        """
        slots = sorted(slot for row in firms for slot in self.slots(row))
        groups: dict[tuple[int, int], list[Resident]] = {}
        for person in sorted(seekers, key=lambda one: (self.luck(one), int(one.uid))):
            groups.setdefault((person.schooling, person.place % 3), []).append(person)
        draw = rng.uniform(self.model.seed, decisions.HIRE, self.model.quarter, np.uint64(county))
        hired: dict[Resident, int] = {}
        for _, _, mark, row in slots[: self.matches(county, len(seekers), len(slots), draw)]:
            sector, work = int(self.world.firms.sector[row]), int(self.world.firms.place[row]) % 3
            left = sorted(group for group, people in groups.items() if people)
            weights = list(accumulate(len(groups[level, home]) * self.aptitude[level][sector]
                                      * self.job_weight[county][home][work] for level, home in left))
            chosen = left[min(bisect_right(weights, mark * weights[-1]), len(left) - 1)]
            person = groups[chosen].pop(0)
            hired[person] = row
            self.model.rare["hired elsewhere in the county"] += person.place % 3 != work
        return hired

    def slots(self, row: int) -> list[tuple[float, int, float, int]]:
        """Return the openings of a firm with the drawn order in which they have their turn, and their draw."""
        found = []
        for ordinal in range(self.openings[row]):
            identity = (int(self.world.firms.uid[row]) + ordinal * GOLDEN) % 2**64
            first, second, third, _ = rng.words(self.model.seed, decisions.SLOT, self.model.quarter,
                                                np.uint64(identity))
            found.append((float((int(first) << 21) + (int(second) >> 11)), identity, int(third) / 2**32, row))
        return found

    def luck(self, person: Resident) -> float:
        """Return the draw that orders the seekers of a group."""
        high, low, *_ = person.words(decisions.SEARCH)
        return float((high << 21) + (low >> 11))

    def matches(self, county: int, seekers: int, vacancies: int, draw: float) -> int:
        """Return a u^b v^(1-b), rounded down after a draw is added, and no more than there are of either."""
        efficiency = float(self.world.rates["matching_efficiency"][county])
        b = self.world.parameters.labour.matching_elasticity
        return min(seekers, vacancies, math.floor(efficiency * seekers**b * vacancies ** (1 - b) + draw))

    def fall_back(self, person: Resident) -> None:
        """Who found no job may commute to a core city within an hour, or farm if a villager with land rights."""
        commutes, sector, *_ = person.words(decisions.COMMUTING)
        village = self.model.kind[person.place] == Kind.VILLAGE
        if commutes < self.commutes[person.place // 3]:
            person.begin_work(self.migrant_sector(sector), Employer.DISTRICTS)
            self.model.rare["commuters"] += 1
        elif village and person.has_land_rights and person.draw(decisions.FALLBACK) < self.farms:
            person.begin_work(Work.FARMING, Employer.OWN_ACCOUNT)
            self.model.rare["back to the farm"] += 1

    def count(self) -> None:
        """Count who is in work and who looks for it by place of residence."""
        labour = self.world.labour
        labour.employed[:] = 0
        labour.unemployed[:] = 0
        for person in self.model.people:
            if person.work != Work.NONE:
                labour.employed[person.place, person.work] += 1
            labour.unemployed[person.place] += person.is_seeking


def _limit(probability: float) -> int:
    """Return the number of 32-bit draws that mean yes; certainty is all of them."""
    return ALWAYS if probability >= 1 else math.floor(max(probability, 0.0) * ALWAYS)
