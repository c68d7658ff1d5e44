"""Who leads a household when its reference adult is gone."""

from collections.abc import Iterable

from sim.state.residents import ADULT

from .homes import hand_over_home
from .resident import Resident


def hand_over(people: list[Resident], leavers: Iterable[Resident], only_here: bool = False) -> list[Resident]:
    """Give each leaver's household another reference adult; return the children who join them elsewhere.

    With `only_here` only an adult of 22 and over who lives where the household was takes over, and also leads
    the leaver; otherwise the household keeps its reference.
    """
    members_of: dict[Resident, list[Resident]] = {leaver: [] for leaver in leavers}
    for person in people:
        if person.guardian in members_of and person.guardian is not person:
            members_of[person.guardian].append(person)
    joined = []
    for leaver, members in members_of.items():
        if not members:
            continue
        successor = min(members, key=lambda person, left=leaver.origin: _preference(person, left))
        if only_here and not (successor.age >= 22 and successor.place == leaver.origin):
            continue
        if only_here:
            leaver.guardian = successor
        hand_over_home(leaver, successor)
        for member in members:
            member.guardian = successor
            if member.age < ADULT and member.place != successor.place:
                member.place = successor.place
                joined.append(member)
    return joined


def _preference(person: Resident, home: int) -> tuple[int, int, int]:
    """Order successors: the youngest of 22 to 64 at home, older ones at home, any from 22, from 16, oldest child."""
    here = person.place == home
    if here and 22 <= person.age < 65:
        rank = 0
    elif here and person.age >= 65:
        rank = 1
    elif person.age >= 22:
        rank = 2
    elif person.age >= ADULT:
        rank = 3
    else:
        return 4, -person.age, int(person.uid)
    return rank, person.age, int(person.uid)
