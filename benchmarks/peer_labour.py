"""The labour markets as a Mesa modeller would write them: lists of seekers and of jobs, and the random module.

What firms plan, pay and produce is array code in both models: it runs over firms, not over residents.
"""

import numpy as np

from sim.processes import entry, firms, labour, participation
from sim.state.rates import quarterly
from sim.state.residents import Employer, Work, aptitude, migrant_work
from sim.state.world import World

OUTSIDE, DISTRICTS, OWN_ACCOUNT, NONE = (int(employer) for employer in Employer)


class PeerLabour:
    """Hazards of the year as lists, and the quarter of jobs."""

    def __init__(self, world: World):
        p, places, rates = world.parameters, world.places, world.rates
        hazards = participation.hazards(world)
        self.enter, self.leave, self.withdraw = (
            (table / 2.0**32).tolist() for table in (hazards.enter, hazards.leave, hazards.withdraw))
        self.usual = quarterly(rates["job_separation"])[places.area].tolist()
        self.finding, self.farms = p.labour.migrant_job_finding, p.labour.farm_fallback
        search = rates["farm_search"][places.area]
        self.looks = [quarterly(rate * search).tolist() for rate in (p.labour.farm_search, p.labour.farm_search_older)]
        near = np.clip(1 - places.minutes_to_core(p.establishments) / p.establishments.commuting_minutes, 0, 1)
        self.commutes = (rates["commuting"][: places.counties] * near).tolist()
        self.sectors, self.mix = range(1, len(Work)), np.cumsum(migrant_work(p.work)[1:]).tolist()
        self.aptitude, self.weight = aptitude().tolist(), places.job_weight(p.establishments).tolist()
        self.efficiency, self.elasticity = rates["matching_efficiency"].tolist(), p.labour.matching_elasticity
        self.hires = 0

    def step(self, model) -> None:
        """Let jobs end, people look for work, and openings be filled."""
        world = model.world
        firms.plan(world)
        entry.enter(world)
        self.losing = (firms.leaving(world) / 2.0**32).tolist()
        self.staff = [0] * world.firms.size
        self.employed = [[0] * len(Work) for _ in range(world.places.count)]
        self.seekers: list[list] = [[] for _ in range(world.places.counties)]
        model.agents.do("separate")
        self._open(model)
        self._match(model)
        labour.set_wages(world)
        firms.produce(world)

    def _open(self, model) -> None:
        rows, random = model.world.firms, model.random.random
        self.jobs: list[list[int]] = [[] for _ in self.seekers]
        model.firm_place, self.sector = rows.place.tolist(), rows.sector.tolist()
        rows.openings[:] = 0
        columns = rows.aim.tolist(), rows.establishments.tolist(), model.firm_place
        for row, (aim, number, place) in enumerate(zip(*columns, strict=True)):
            missing = aim - self.staff[row]
            if number and missing > 0 and place < model.districts and (openings := int(missing + random())):
                self.jobs[place // 3].extend([row] * openings)
                rows.openings[row] = openings

    def _match(self, model) -> None:
        world, random = model.world, model.random
        market, self.hires = world.labour, 0
        sought = np.bincount([person.place for people in self.seekers for person in people],
                             minlength=market.first_jobs.size)
        for county, (seekers, openings) in enumerate(zip(self.seekers, self.jobs, strict=True)):
            tightness = min(max((len(openings) + 1) / (len(seekers) + 1), 0.05), 20)
            market.tightness[county] = market.tightness[county] ** 0.75 * tightness**0.25
            market.seekers[county], market.vacancies[county] = len(seekers), len(openings)
            expected = self.efficiency[county] * len(seekers) ** self.elasticity
            expected *= len(openings) ** (1 - self.elasticity)
            random.shuffle(seekers)
            random.shuffle(openings)
            groups: dict[tuple[int, int], list] = {}
            for person in seekers:
                groups.setdefault((person.schooling, person.place % 3), []).append(person)
            for row in openings[: min(int(expected + random.random()), len(seekers))]:
                sector, at = self.sector[row], model.firm_place[row] % 3
                group = random.choices([*groups], [
                    len(people) * self.aptitude[level][sector] * self.weight[county][home][at]
                    for (level, home), people in groups.items()])[0]
                self._hire(groups[group].pop(), sector, row)
                if not groups[group]:
                    del groups[group]
                self.staff[row] += 1
                self.hires += 1
            for person in seekers:
                if person.seeking:
                    self._fall_back(person, county, random)
        market.finding[:] = 0.75 * market.finding + 0.25 * labour._finding(world, sought)
        world.firms.staff[:] = self.staff
        market.employed[:] = self.employed
        market.unemployed[:] = 0
        for county in self.seekers:
            for person in county:
                market.unemployed[person.place] += person.seeking

    def _fall_back(self, person, county: int, random) -> None:
        if random.random() < self.commutes[county]:
            self._hire(person, random.choices(self.sectors, cum_weights=self.mix)[0], DISTRICTS)
        elif person.land_rights and person.place % 3 == 0 and random.random() < self.farms:
            self._hire(person, int(Work.FARMING), OWN_ACCOUNT)

    def _hire(self, person, sector: int, employer: int) -> None:
        here = self.employed[person.place]
        if person.work:
            here[person.work] -= 1
        here[sector] += 1
        person.work, person.employer, person.seeking = sector, employer, False
