"""The first firms of a county, and who works for whom.

Jobs by sector are those of the residents in work (census), less those who commute to a core city. They are spread over
villages, towns and seat by declared shares and cut into establishments whose sizes follow a Pareto law (Axtell
2001); large ones are rows of their own at any scale, small ones share a row.
"""

import numpy as np

from sim.initial import fitting
from sim.state.firms import GROUP, SECTORS, mean_size, places_of_jobs
from sim.state.places import KINDS, Kind, place_of
from sim.state.residents import Employer, Work

GOLDEN = 0.6180339887498949
"""Multiples of the golden ratio, whole part removed, spread evenly: marks a share of rows whatever their order."""


def found(county: int, work: np.ndarray, home: np.ndarray, commuters: float, weight: np.ndarray, scale: int, p,
          random) -> tuple[dict, np.ndarray]:
    """Return the columns of a county's firms and, for each resident, the employer (position among these firms).

    `work` and `home` are the codes of work and the kinds of place of the residents of the county, `commuters` the share
    of non-farm workers in private sectors who commute to a core city. Staff sums to the residents in work of each
    sector, row by row. Who works where follows a doubly constrained model of commuting (Wilson 1967, Transportation
    Research 1) with the `weight` of jobs by (home, work).
    """
    employer = np.full(len(work), Employer.NONE, np.uint32)
    employer[work == Work.FARMING] = Employer.OWN_ACCOUNT
    columns: dict[str, list[np.ndarray]] = {name: [] for name in (
        "sector", "place", "park", "establishments", "staff", "ordinal")}
    shares, mean, firms = places_of_jobs(p), mean_size(p), 0
    for sector in SECTORS:
        workers = random.permutation(np.flatnonzero(work == sector))
        if sector != Work.PUBLIC_SERVICES:
            away = round(commuters * len(workers))
            employer[workers[:away]] = Employer.DISTRICTS
            workers = workers[away:]
        cuts = np.round(np.cumsum(shares[sector]) * len(workers)).astype(np.int64)
        slots = []
        for kind, jobs in enumerate(np.diff(cuts, prepend=0)):
            establishments, staff = _establishments(jobs, mean[sector], scale, p.size_tail)
            park = p.park_share_of_industry if has_parks(sector, kind) else 0.0
            columns["sector"].append(np.full(len(staff), sector))
            columns["place"].append(np.full(len(staff), place_of(county, kind)))
            columns["park"].append((np.arange(len(staff)) * GOLDEN) % 1 < park)
            columns["establishments"].append(establishments)
            columns["staff"].append(staff)
            columns["ordinal"].append(np.arange(len(staff)))
            slots.append(random.permutation(firms + np.repeat(np.arange(len(staff)), staff)))
            firms += len(staff)
        _take_jobs(employer, workers, home[workers], slots, weight, random)
    return {name: np.concatenate(parts) for name, parts in columns.items()}, employer


def _take_jobs(employer: np.ndarray, workers: np.ndarray, home: np.ndarray, slots: list[np.ndarray],
               weight: np.ndarray, random) -> None:
    """Give workers, in order, the jobs (firms, one entry a job) at each kind of place."""
    ways = fitting.split(weight, np.bincount(home, minlength=KINDS), np.array([len(jobs) for jobs in slots]), random)
    taken = np.zeros(KINDS, np.int64)
    for kind in range(KINDS):
        jobs = np.concatenate([slot[start : start + count] for slot, start, count
                               in zip(slots, taken, ways[kind], strict=True)])
        employer[workers[home == kind]] = random.permutation(jobs)
        taken += ways[kind]


def _establishments(jobs: int, mean: float, scale: int, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Cut jobs (rows) into groups of establishments; return establishments and staff of each group (int64).

    Sizes are quantiles of a Pareto law with the given exponent, rescaled to the jobs there are.
    """
    if jobs == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    count = max(1, round(jobs * scale / mean))
    size = ((np.arange(count) + 0.5) / count) ** (-1 / tail)
    size *= jobs / size.sum()  # in rows, largest first
    least = GROUP if scale > 1 else 1
    alone = size >= least
    shared = np.floor(np.cumsum(size[~alone]) / least).astype(np.int64)
    group = np.r_[np.arange(alone.sum()), alone.sum() + shared]
    establishments = np.bincount(group)
    staff = np.diff(np.round(np.cumsum(np.bincount(group, weights=size))).astype(np.int64), prepend=0)
    staff[-1] += jobs - staff.sum()
    keep = (staff > 0) & (establishments > 0)
    return establishments[keep], staff[keep]


def has_parks(sector: int, kind: int) -> bool:
    """Return whether a sector may stand in an industrial park at a kind of place."""
    return sector in (Work.AGRO_PROCESSING, Work.MANUFACTURING) and kind != Kind.VILLAGE
