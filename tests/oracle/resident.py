"""One resident as a Mesa agent: each method is one rule of a quarter, as it is stated."""

import mesa
import numpy as np

from sim.core import rng
from sim.processes import decisions
from sim.state.places import NOWHERE, Kind
from sim.state.residents import ADULT, Employer, Flag, Schooling, Sex, Work


class Resident(mesa.Agent):
    """A person with a reference adult (`guardian`, themselves if they are it); `place` is None for who is gone."""

    def __init__(self, model, uid: int, birth: int, moved: int, place: int, hukou: int, homestead: int, sex: int,
                 schooling: int, flags: int, work: int = Work.NONE, employer: int = Employer.NONE,
                 home: int = NOWHERE):
        super().__init__(model)
        self.uid = np.uint64(uid)
        self.birth, self.moved = birth, moved
        self.place: int | None = place
        self.origin = place
        self.hukou, self.homestead = hukou, homestead
        self.registered = hukou  # when the quarter began
        self.sex, self.schooling, self.flags = sex, schooling, flags
        self.work, self.employer, self.home = int(work), int(employer), int(home)
        self.looks: str | None = None  # why the person looks for work this quarter
        self.guardian: Resident = self
        self.converted = False

    @property
    def quarters(self) -> int:
        """Age in quarters."""
        return self.model.quarter - self.birth

    @property
    def age(self) -> int:
        """Age in completed years."""
        return self.quarters // 4

    @property
    def has_school_child(self) -> bool:
        """Whether a schoolchild is in this adult's care."""
        return bool(self.flags & Flag.SCHOOL_CHILD)

    @property
    def has_land_rights(self) -> bool:
        """Whether the person holds rights to village land."""
        return bool(self.flags & Flag.LAND_RIGHTS)

    @property
    def leads(self) -> bool:
        """Whether the person is a household's reference adult."""
        return self.guardian is self

    @property
    def is_seeking(self) -> bool:
        """Whether the person is without work and looks for it."""
        return bool(self.flags & Flag.SEEKING)

    @property
    def works_for_firm(self) -> bool:
        """Whether the employer is a firm of the model."""
        return self.employer < Employer.OUTSIDE

    @property
    def workplace(self) -> int:
        """The place of the firm one works for."""
        return int(self.model.world.firms.place[self.employer])

    @property
    def farms_own_land(self) -> bool:
        """Whether the person farms on their own account in a county."""
        return self.employer == Employer.OWN_ACCOUNT and self.place < self.model.world.places.districts

    def draw(self, decision: int) -> int:
        """Return this person's 32-bit draw of a decision in the running quarter."""
        return int(rng.draw(self.model.seed, decision, self.model.quarter, self.uid))

    def words(self, decision: int) -> list[int]:
        """Return the four independent draws of a decision, the first of which is `draw`."""
        return [int(word) for word in rng.words(self.model.seed, decision, self.model.quarter, self.uid)]

    def permanent(self, trait: int) -> int:
        """Return a draw that a person keeps for life."""
        return int(rng.draw(self.model.seed, trait, 0, self.uid))

    def change_place(self, place: int) -> None:
        """Live elsewhere from this quarter on."""
        self.place = place
        self.note_move()

    def note_move(self) -> None:
        """A move ends one's work but for a job in a firm of the same county; the new home is not reclassified."""
        area = self.model.area
        self.moved = self.model.quarter
        self.flags &= ~int(Flag.PLACE_RECLASSIFIED)
        keeps = self.works_for_firm and area[self.place] == area[self.origin]
        self.model.rare["jobs kept on a move"] += keeps
        if self.work != Work.NONE and not keeps:
            self.end_work()
            self.flags |= int(Flag.SEEKING | Flag.LOST_WORK)

    def end_work(self) -> None:
        """Be without work."""
        self.work, self.employer = int(Work.NONE), int(Employer.NONE)

    def begin_work(self, sector: int, employer: int) -> None:
        """Work from now on, and look no longer."""
        self.work, self.employer = int(sector), int(employer)
        self.flags &= ~int(Flag.SEEKING | Flag.LOST_WORK)

    def mark_guardian(self) -> None:
        """A child of school age marks the adult who cares for it."""
        if 6 * 4 <= self.quarters < ADULT * 4 and self.guardian is not self:
            self.guardian.flags |= int(Flag.SCHOOL_CHILD)

    def reclassify(self) -> None:
        """A village home that the built-up edge has reached becomes urban, for residents and for the registered."""
        model = self.model
        if model.inside_edge(self.place, self.homestead):
            model.flows.reclassified[self.place // 3, 0] += 1
            self.place = model.urban_successor(self.place, self.homestead)
            self.flags |= int(Flag.PLACE_RECLASSIFIED)
        if model.inside_edge(self.hukou, self.homestead):
            model.flows.reclassified[self.hukou // 3, 1] += 1
            self.hukou = model.urban_successor(self.hukou, self.homestead)
            self.flags |= int(Flag.HUKOU_RECLASSIFIED)

    def begin(self) -> None:
        """Remember the places the quarter begins at."""
        self.origin, self.registered = self.place, self.hukou

    def die(self) -> None:
        """Die at the rate of area, sex and age."""
        if self.draw(decisions.DEATH) < self.model.death[self.model.area[self.place]][self.sex][min(self.age, 110)]:
            self.model.flows.deaths[self.place] += 1
            self.model.flows.deaths_registered[self.hukou] += 1
            firm = int(self.model.world.firms.place[self.employer]) if self.works_for_firm else 0
            if self.model.kind[firm] != Kind.VILLAGE:  # place 0 is a village
                self.model.flows.deaths_at_work[firm // 3] += 1
            self.place = None

    def give_birth(self) -> None:
        """A woman of 15 to 49 may have a child, who joins her household; apart from its living adult she leads her own.
        """
        if self.sex != Sex.FEMALE or not 15 <= self.age < 50:
            return
        if self.draw(decisions.BIRTH) >= self.model.birth[self.place][self.age - 15]:
            return
        if self.guardian.place not in (self.place, None):
            self.guardian = self
        model = self.model
        uid = np.uint64(rng.descendant(decisions.NEWBORN, model.quarter, self.uid))
        boy = int(rng.draw(model.seed, decisions.NEWBORN, model.quarter, uid)) < model.boys
        child = Resident(
            model, uid, birth=model.quarter, moved=self.moved, place=self.place, hukou=self.hukou,
            homestead=self.homestead, sex=int(Sex.MALE if boy else Sex.FEMALE), schooling=int(Schooling.NONE),
            flags=self.flags & ~int(Flag.SCHOOL_CHILD | Flag.SEEKING | Flag.LOST_WORK))
        child.guardian = self.guardian
        model.flows.births[self.place] += 1
        model.flows.births_registered[self.hukou] += 1

    def learn(self) -> None:
        """On the 6th, 12th, 15th and 18th birthday, go on to the next level of schooling, from 15 by a draw."""
        area = self.model.area[self.place]
        if self.quarters == 6 * 4:
            self.schooling = int(Schooling.PRIMARY)
        elif self.quarters == 12 * 4:
            self.schooling = int(Schooling.JUNIOR_SECONDARY)
        elif self.quarters == 15 * 4 and self.draw(decisions.SCHOOL) < self.model.senior[area]:
            self.schooling = int(Schooling.SENIOR_SECONDARY)
        elif self.quarters == 18 * 4 and self.schooling == Schooling.SENIOR_SECONDARY:
            if self.draw(decisions.SCHOOL) < self.model.bachelor[area]:
                self.schooling = int(Schooling.BACHELOR)
            elif self.draw(decisions.SCHOOL) < self.model.college[area]:
                self.schooling = int(Schooling.JUNIOR_COLLEGE)

    def separate(self) -> None:
        """Stop for good, lose work, give up looking, begin to look, or look around from the farm."""
        labour, draw = self.model.labour, self.draw(decisions.WORK)
        self.looks = None
        if self.work != Work.NONE:
            stops = labour.stops(self)
            if draw < stops:
                labour.note_leaver(self)
                self.end_work()
            elif draw < stops + labour.loses(self):
                labour.note_ended_job(self)
                self.end_work()
                self.flags |= int(Flag.SEEKING | Flag.LOST_WORK)
                self.looks = "lost a job"
            elif draw < stops + labour.looks_around(self):
                self.looks = "farms meanwhile"
        elif self.is_seeking:
            if draw < labour.gives_up(self):
                labour.note_lost_job(self)
                self.flags &= ~int(Flag.SEEKING | Flag.LOST_WORK)
            else:
                self.looks = "lost a job" if self.flags & Flag.LOST_WORK else "still without work"
        elif draw < labour.begins(self):
            self.flags |= int(Flag.SEEKING)
            self.looks = "has just begun"
        if self.looks and self.place >= self.model.world.places.districts:
            self.find_work_elsewhere()

    def find_work_elsewhere(self) -> None:
        """In districts and outside the province find work by a hazard, in the declared mix of migrants."""
        labour, places = self.model.labour, self.model.world.places
        _, found, sector, _ = self.words(decisions.WORK)
        if found < labour.migrant_finds:
            outside = self.place == places.outside
            self.begin_work(labour.migrant_sector(sector), Employer.OUTSIDE if outside else Employer.DISTRICTS)
            self.model.rare["work found elsewhere"] += 1
            self.looks = None

    def move(self) -> None:
        """Consider moving by the individual hazard, then choose among the places within reach and the present one."""
        model = self.model
        if self.age < ADULT:
            return
        hazard = model.choice.hazard(self, self.age, self.permanent(decisions.TASTE) / 2**32)
        target = model.choice.destination(self, self.age, self.words(decisions.MOVE)[1] / 2**32)
        if self.draw(decisions.MOVE) >= hazard * 2**32:
            return
        if model.kind[target] == Kind.VILLAGE and self.homestead < model.urban_edge[target // 3]:
            target = model.urban_successor(target, self.homestead)
        if target != self.place:
            self.change_place(target)

    def leaves_children(self) -> bool:
        """Whether a reference adult who left a village for districts or the outside leaves the children behind."""
        kind = self.model.kind
        far = self.place != self.origin and kind[self.origin] == Kind.VILLAGE and kind[self.place] >= Kind.DISTRICT
        return far and self.guardian is self and self.draw(decisions.LEAVE_CHILDREN) < self.model.leave_children

    def follow(self) -> None:
        """Go along with a reference adult who moved: children always, adults who lived there by a draw."""
        guardian = self.guardian
        if guardian is self or guardian.place is None or guardian.place in (guardian.origin, self.place):
            return
        if self.age >= ADULT:
            lived_there = self.origin == guardian.origin and self.place == self.origin
            share = self.model.elder_follows if self.age >= 60 else self.model.spouse_follows
            if not lived_there or self.draw(decisions.FOLLOW) >= share:
                return
        self.change_place(guardian.place)

    def convert(self) -> None:
        """An adult in a town, seat or district who is not registered as urban there may register, if ever willing."""
        model = self.model
        here, home = model.area[self.place], model.area[self.hukou]
        settled = model.kind[self.place] in (Kind.TOWN, Kind.SEAT, Kind.DISTRICT) and self.quarters >= 4 * ADULT
        if not settled or self.place == self.hukou or (here == home and model.kind[self.hukou] != Kind.VILLAGE):
            return
        if self.permanent(decisions.WILLING) >= model.willing:
            return
        if self.draw(decisions.CONVERSION) >= model.conversion_hazard(self) * 2**32:
            return
        self.register_at(self.place)
        if self.draw(decisions.KEEP_LAND) >= model.land_rights_kept[here] * 2**32:
            self.flags &= ~int(Flag.LAND_RIGHTS)

    def take_guardians_hukou(self) -> None:
        """A child with a guardian who has just converted registers there too, if they live together."""
        guardian = self.guardian
        together = guardian.converted and self.place == guardian.place
        if self.quarters < 4 * ADULT and together and self.hukou != guardian.hukou:
            self.register_at(guardian.hukou)

    def register_at(self, place: int) -> None:
        """Hold the hukou of a place from now on."""
        self.model.flows.conversions[self.hukou, place] += 1
        self.hukou, self.converted = place, True
        self.flags &= ~int(Flag.HUKOU_RECLASSIFIED)
