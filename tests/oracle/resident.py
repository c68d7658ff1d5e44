"""One resident as a Mesa agent: each method is one rule of a quarter, as it is stated."""

import mesa
import numpy as np

from sim.agents.places import Kind
from sim.agents.residents import ADULT, Flag, Schooling, Sex, Work
from sim.core import rng
from sim.processes import decisions


class Resident(mesa.Agent):
    """A person with a reference adult (`guardian`, themselves if they are it); `place` is None for who is gone."""

    def __init__(self, model, uid: int, birth: int, moved: int, place: int, hukou: int, homestead: int, sex: int,
                 schooling: int, work: int, flags: int):  # fmt: skip
        super().__init__(model)
        self.uid = np.uint64(uid)
        self.birth, self.moved = birth, moved
        self.place: int | None = place
        self.origin = place
        self.hukou, self.homestead = hukou, homestead
        self.sex, self.schooling, self.work, self.flags = sex, schooling, work, flags
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

    def draw(self, decision: int) -> int:
        """Return this person's 32-bit draw of a decision in the running quarter."""
        return int(rng.draw(self.model.seed, decision, self.model.quarter, self.uid))

    def second_draw(self, decision: int) -> int:
        """Return the second, independent draw of the same decision."""
        return int(rng.words(self.model.seed, decision, self.model.quarter, self.uid)[1])

    def permanent(self, trait: int) -> int:
        """Return a draw that a person keeps for life."""
        return int(rng.draw(self.model.seed, trait, 0, self.uid))

    def change_place(self, place: int) -> None:
        """Live elsewhere from this quarter on."""
        self.place = place
        self.note_move()

    def note_move(self) -> None:
        """A move ends one's work, and the new home has not been reclassified."""
        self.moved, self.work = self.model.quarter, int(Work.NONE)
        self.flags &= ~int(Flag.PLACE_RECLASSIFIED)

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
        """Remember the place the quarter begins at."""
        self.origin = self.place

    def die(self) -> None:
        """Die at the rate of area, sex and age."""
        if self.draw(decisions.DEATH) < self.model.death[self.model.area[self.place]][self.sex][min(self.age, 110)]:
            self.model.flows.deaths[self.place] += 1
            self.place = None

    def give_birth(self) -> None:
        """A woman of 15 to 49 may have a child, who joins her household; apart from its adult she leads her own."""
        if self.sex != Sex.FEMALE or not 15 <= self.age < 50:
            return
        if self.draw(decisions.BIRTH) >= self.model.birth[self.place][self.age - 15]:
            return
        if self.guardian.place != self.place:
            self.guardian = self
        model = self.model
        uid = np.uint64(rng.descendant(decisions.NEWBORN, model.quarter, self.uid))
        boy = int(rng.draw(model.seed, decisions.NEWBORN, model.quarter, uid)) < model.boys
        child = Resident(
            model, uid, birth=model.quarter, moved=self.moved, place=self.place, hukou=self.hukou,
            homestead=self.homestead, sex=int(Sex.MALE if boy else Sex.FEMALE), schooling=int(Schooling.NONE),
            work=int(Work.NONE), flags=self.flags & ~int(Flag.SCHOOL_CHILD))  # fmt: skip
        child.guardian = self.guardian
        model.flows.births[self.place] += 1

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

    def change_work(self) -> None:
        """Lose work by separation and from 90, or find it in a sector of the place's mix."""
        model, draw = self.model, self.draw(decisions.WORK)
        if self.work != Work.NONE:
            if draw < model.separation[self.place] or self.age >= 90:
                self.work = int(Work.NONE)
        elif draw < model.hire[self.place][self.sex][min(self.age, 110)]:
            sector = self.second_draw(decisions.WORK)
            self.work = 1 + sum(sector >= limit for limit in model.sectors[self.place][:5])

    def move(self) -> None:
        """Consider moving by the individual hazard, then choose among the places within reach and the present one."""
        model = self.model
        if self.age < ADULT:
            return
        hazard = model.choice.hazard(self, self.age, self.permanent(decisions.TASTE) / 2**32)
        target = model.choice.destination(self, self.age, self.second_draw(decisions.MOVE) / 2**32)
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
        self.hukou, self.converted = place, True
        self.flags &= ~int(Flag.HUKOU_RECLASSIFIED)
        self.model.flows.conversions[place] += 1
