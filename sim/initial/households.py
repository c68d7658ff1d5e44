"""Households of one county: couples, children, unmarried adult children and elders around a reference adult.

The reference adult is the guardian: a child below 16 lives where its reference adult lives. Adults may live
elsewhere than theirs (the earner of a split household).
"""

import numpy as np

from sim.core.compiled import kernel
from sim.initial.population import People
from sim.state.residents import ADULT, Sex

_AGES = 128

NEAR, FARTHEST = 9, 25
"""Ages that are tried for a family that few have joined, and at most: up to 4 and 12 years from the one wanted."""


def form(people: People, home: np.ndarray, away: np.ndarray, targets: dict[str, float], p,
         random: np.random.Generator) -> np.ndarray:
    """Return for each row the index of its reference adult (int64); move absent spouses and children to theirs.

    `home` is the village, town or seat (0-2) where the family has its home, `away` tells who lives in
    districts or outside the province. `targets` gives the county's
    married share of those aged 15 and over, and its family households and people in collective households in
    rows. Who lives with whom is assumed; the share of elders who live with their children is set so that
    the number of family households comes nearest to the census.
    """
    age = people.age // 4
    reference = np.arange(len(age))
    married = _married(age, people.sex, away, targets["married_share"], p, random)
    wives, husbands = _couples(age, people.sex, home, away, married, p.absent_couples_together, random)
    leader = np.where(away[husbands] & ~away[wives], wives, husbands)
    reference[wives] = reference[husbands] = leader
    both_away = away[wives] & away[husbands]
    people.place[wives[both_away]] = people.place[husbands[both_away]]

    mothers = wives[~away[leader]]
    pool = _Pool(home[mothers], age[mothers], reference[mothers])
    single = ~married & (age >= ADULT) & (age < 30) & (random.random(len(age)) < p.youth_with_parents)
    youth = np.flatnonzero(single)
    reference[youth] = pool.find(home[youth], age[youth] + _birth_age(len(youth), random), youth)

    _join_elders(reference, age, home, away, pool, targets, random)
    _place_children(reference, people, age, home, away, wives, leader, pool, p, random)
    return reference


class _Pool:
    """Families to be joined, found by home and age of the mother, each in turn."""

    def __init__(self, home: np.ndarray, age: np.ndarray, reference: np.ndarray):
        key = home.astype(np.int64) * _AGES + np.minimum(age, _AGES - 1)
        order = np.argsort(key, kind="stable")
        self.reference = reference[order]
        self.start = np.searchsorted(key[order], np.arange(3 * _AGES + 1))
        self.turn = np.zeros(3 * _AGES, np.int64)

    def find(self, home: np.ndarray, age: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
        """Return a family's reference row for each (home, wanted age of the mother): within some years of it one that
        fewest have joined, so that few families are shared alike at any scale; else the nearest."""
        return _take(self.start, self.turn, self.reference, home.astype(np.int64),
                     np.clip(age, 0, _AGES - 1).astype(np.int64), otherwise)


@kernel
def _take(start, turn, reference, home, age, otherwise):
    found = np.empty(len(home), np.int64)
    for i in range(len(home)):
        found[i] = otherwise[i]
        best, least = -1, np.inf
        for step in range(FARTHEST):
            wanted = age[i] + (step + 1) // 2 * (1 if step % 2 else -1)
            if wanted < 0 or wanted >= _AGES:
                continue
            key = home[i] * _AGES + wanted
            size = start[key + 1] - start[key]
            if size > 0 and turn[key] / size < least:
                best, least = key, turn[key] / size
            if best >= 0 and step >= NEAR:
                break
        if best >= 0:
            found[i] = reference[start[best] + turn[best] % (start[best + 1] - start[best])]
            turn[best] += 1
    return found


def _married(age, sex, away, share, p, random) -> np.ndarray:
    """Draw who is married: a rising curve of age less widowhood, scaled to the share of the census."""
    first = np.where(sex == Sex.MALE, p.marriage_age_men, p.marriage_age_women)
    curve = 1 / (1 + np.exp(-(age - first) / 2.0)) * (age >= 20)
    widowed = np.where(sex == Sex.MALE, 0.5, 1.0) / (1 + np.exp(-(age - 80) / 5.0))
    curve = curve * (1 - widowed)
    residents = ~away & (age >= 15)
    scaled = curve * min(1.15, share * residents.sum() / max(curve[residents].sum(), 1.0))
    return random.random(len(age)) < scaled


def _couples(age, sex, home, away, married, together, random) -> tuple[np.ndarray, np.ndarray]:
    """Pair married women and men of one home in order of age; absent spouses first with each other."""
    couples = []
    jitter = age + random.random(len(age))
    for place in range(3):
        of = [np.flatnonzero(married & (home == place) & (sex == s)) for s in (Sex.FEMALE, Sex.MALE)]
        women, men = (rows[np.argsort(jitter[rows], kind="stable")] for rows in of)
        women_away, men_away = women[away[women]], men[away[men]]
        women_here, men_here = women[~away[women]], men[~away[men]]
        both = int(together * min(len(women_away), len(men_away)) + random.random())  # right on the average
        pick, women_away = _spread(women_away, both)
        match, men_away = _spread(men_away, both)
        couples.append((pick, match))
        n = min(len(women_away), len(men_here))
        pick, _ = _spread(women_away, n)
        match, men_here = _spread(men_here, n)
        couples.append((pick, match))
        n = min(len(men_away), len(women_here))
        pick, women_here = _spread(women_here, n)
        match, _ = _spread(men_away, n)
        couples.append((pick, match))
        n = min(len(women_here), len(men_here))
        couples.append((_spread(women_here, n)[0], _spread(men_here, n)[0]))
    return np.concatenate([w for w, _ in couples]), np.concatenate([m for _, m in couples])


def _spread(rows: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into `count` evenly spread ones and the rest."""
    chosen = np.zeros(len(rows), bool)
    chosen[((np.arange(count) + 0.5) * len(rows) / max(count, 1)).astype(np.int64)] = True
    return rows[chosen], rows[~chosen]


def _join_elders(reference, age, home, away, pool, targets, random) -> None:
    """Let elders who lead a household join a younger family until the number of households fits."""
    leads = reference == np.arange(len(reference))
    elders = np.flatnonzero(leads & ~away & (age >= 60))
    households = (leads & ~away & (age >= ADULT)).sum() - targets["collective"]
    share = np.clip((households - targets["households"]) / max(len(elders), 1), 0.0, 0.9)
    joining = elders[random.random(len(elders)) < share]
    joined = pool.find(home[joining], age[joining] - 26, joining)
    ok = age[joined] < age[joining] - 14
    target = np.arange(len(reference))
    target[joining[ok]] = joined[ok]
    reference[:] = target[reference]


def _place_children(reference, people, age, home, away, wives, leader, pool, p, random) -> None:
    """Give each child a guardian: parents, or elders for those whose parents are both away."""
    children = np.flatnonzero(age < ADULT)
    left = (random.random(len(children)) < p.left_behind_share) & (home[children] == 0) & ~away[children]
    wanted = age[children] + _birth_age(len(children), random)
    here = children[~away[children] & ~left]
    reference[here] = pool.find(home[here], wanted[~away[children] & ~left], here)

    elders = np.flatnonzero((reference == np.arange(len(reference))) & ~away & (age >= 45) & (age < 75))
    grandparents = _Pool(home[elders], age[elders], elders)
    reference[children[left]] = grandparents.find(home[children[left]], wanted[left] + 26, children[left])

    absent = away[leader]
    parents = _Pool(home[wives[absent]], age[wives[absent]], leader[absent])
    gone = children[away[children]]
    reference[gone] = parents.find(home[gone], wanted[away[children]], gone)
    leads = (reference == np.arange(len(reference))) & (age >= ADULT)
    alone = reference[children] == children
    for lonely, adults in ((children[alone & ~away[children]], np.flatnonzero(leads & ~away)),
                           (children[alone & away[children]], np.flatnonzero(leads & away))):
        anyone = _Pool(home[adults], np.full(len(adults), 40), adults)
        reference[lonely] = anyone.find(home[lonely], np.full(len(lonely), 40), lonely)
    while (reference[reference] != reference).any():  # elders may have joined a family that then joined another
        reference[:] = reference[reference]
    people.place[children] = people.place[reference[children]]


def _birth_age(count: int, random: np.random.Generator) -> np.ndarray:
    return np.clip(random.normal(27.5, 4.5, count), 19, 42).astype(np.int64)
