"""Residents, firms and districts at the start, from a data package; the first state of every other theme is what the
`initial` of its process returns, in the order of `model.INITIAL_STATE`.

They depend on the data, the scale, the start and parameters alone.
"""

import functools
import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.baseline import Baseline
from sim.baseline.figures import Basis, Figures
from sim.config import Config
from sim.core import blocks, cache, store
from sim.initial import absence, households, margins, population
from sim.initial import firms as establishments
from sim.initial.margins import AGE_EDGES, Margins
from sim.initial.population import People, generator
from sim.state.districts import AGES, URBAN, Districts
from sim.state.firms import Firms, identities
from sim.state.places import Kind, Places, all_places, kind_of
from sim.state.residents import LONG_AGO, Employer, Flag, Residents, Schooling, Work
from sim.state.settlement import Census
from sim.state.world import Setting

RANKS = 65_536
"""Ranks of homesteads outward from the built-up edge."""

CACHED = tuple(c.name for c in Residents.columns if c.name not in ("origin", "home"))
FIRMS = ("uid", "place", "sector", "park", "establishments", "staff")
"""Columns of firms that are cached; the others follow from output and wages of the base year."""


def people(baseline: Baseline, config: Config) -> tuple[Residents, Firms, Districts]:
    """Return residents, firms and districts' accounts in the initial state, from the cache where possible."""
    folder = _cache_folder(baseline, config)
    if _complete(folder):
        return _load(folder)
    places = all_places(baseline)
    census = margins.read(baseline, config)
    residents, firms = build(census, places, config)
    districts = account(census, residents, places, config)
    with suppress(OSError):  # without a cache every process builds its own
        _save(folder, residents, firms, districts)
    return residents, firms, districts


def cached(baseline: Baseline, config: Config) -> bool:
    """Return whether the initial state of a configuration is in the user's cache."""
    return _complete(_cache_folder(baseline, config))


def _complete(folder: Path) -> bool:
    return (folder / "districts.npy").exists()


def build(census: Margins, places: Places, config: Config) -> tuple[Residents, Firms]:
    """Return residents and firms: county after county straight into the columns, as many at once as there are cores."""
    away = absence.locate(census, places, config)
    present = np.round(census.residents / config.scale).astype(np.int64)
    rows = present + away.to_district.sum(1) + away.to_outside
    first = np.r_[0, np.cumsum(rows)]
    residents = Residents(first[-1])

    def write(county: int) -> dict[str, np.ndarray]:
        return _write_county(residents, first[county], county, census, away, places, config)

    with ThreadPoolExecutor(blocks.cores()) as pool:
        parts = list(pool.map(write, range(places.counties)))
    firms = Firms(sum(len(part["staff"]) for part in parts))
    for name in FIRMS[1:]:
        getattr(firms, name)[:] = np.concatenate([part[name] for part in parts])
    ordinal = np.concatenate([part["ordinal"] for part in parts]).astype(np.uint64)
    firms.uid[:] = identities(firms.place, firms.sector, 4 * config.start - 1, ordinal)
    starts = np.cumsum([0, *(len(part["staff"]) for part in parts)])
    for county in range(places.counties):
        employer = residents.employer[first[county] : first[county + 1]]
        employer[employer < Employer.OUTSIDE] += np.uint32(starts[county])
    return residents, firms


def _write_county(residents, first, county, census, away, places, config) -> dict[str, np.ndarray]:
    home_people = population.residents(county, census, away, places, config)
    gone = population.absent(county, census, away, places, config)
    home = kind_of(np.concatenate([home_people.place, gone.hukou]))
    people = People.join(home_people, gone)
    is_away = np.arange(len(people.age)) >= len(home_people.age)
    random = generator(config, county, 2)
    p = config.parameters.population
    targets = {
        "married_share": census.married_share[county],
        "households": census.households[county] / config.scale,
        "collective": census.collective[county] / config.scale,
    }
    reference = households.form(people, home, is_away, targets, p, random)
    order = np.argsort(reference, kind="stable")  # households side by side: members find each other in cache
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    mine = slice(first, first + len(order))
    start = 4 * config.start
    residents.uid[mine] = (np.uint64(county + 1) << np.uint64(40)) | np.arange(len(order), dtype=np.uint64)
    residents.household[mine] = first + position[reference[order]]
    residents.birth[mine] = start - 1 - people.age[order]
    for name in ("place", "hukou", "sex", "schooling", "work"):
        getattr(residents, name)[mine] = getattr(people, name)[order]
    village = kind_of(residents.hukou[mine]) == Kind.VILLAGE
    residents.homestead[mine] = _homesteads(village, position[reference[order]], random)
    local = residents.hukou[mine] < places.districts
    holds = random.random(len(order)) < np.where(
        village, p.land_rights_share_village_hukou, p.land_rights_share_urban_hukou
    )
    residents.flags[mine] = np.where(holds & local, Flag.LAND_RIGHTS, 0)
    since = np.minimum(random.exponential(4 * p.years_since_move, len(order)), people.age[order])
    migrant = residents.place[mine] != residents.hukou[mine]
    residents.moved[mine] = np.where(migrant, start - 1 - since.astype(np.int16), LONG_AGO)
    here = residents.place[mine] < places.districts
    structure = config.parameters.establishments
    columns, employer = establishments.found(
        county, residents.work[mine][here], kind_of(residents.place[mine][here]), commuters(places, config)[county],
        places.job_weight(structure)[county], config.scale, structure, generator(config, county, 3))
    residents.employer[mine][here] = employer
    elsewhere = np.where(residents.place[mine] == places.outside, Employer.OUTSIDE, Employer.DISTRICTS)
    residents.employer[mine][~here] = np.where(residents.work[mine] > 0, elsewhere, Employer.NONE)[~here]
    return columns


def _homesteads(village: np.ndarray, leader: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the rank of each family's homestead (uint16), evenly spread over the people of villages by lot of families
    and over others alike; `leader` is the position of a family's reference adult."""
    ranks = np.empty(len(village), np.uint16)
    for of_village in (True, False):
        members = np.bincount(leader, weights=village == of_village, minlength=len(village))
        families = random.permutation(np.flatnonzero(members))
        before = np.cumsum(members[families]) - members[families]
        spread = (before + random.random(len(families)) * members[families]) / max(members.sum(), 1) * RANKS
        ranks[families] = spread
    return ranks[leader]


def commuters(places: Places, config: Config) -> np.ndarray:
    """Return the share of non-farm workers of each county who commute to a core city in the initial state."""
    p = config.parameters.establishments
    near = np.clip(1 - places.minutes_to_core(p) / p.commuting_minutes, 0, 1)
    return p.commuter_share * near


def account(census: Margins, residents: Residents, places: Places, config: Config) -> Districts:
    """Return the districts' own people: the census less the rows who live there.

    Ages inside the three printed groups follow the registered people of the prefecture's counties (assumed);
    where more rows of an age live in districts than people, the shortfall is spread over the other ages.
    """
    inside = residents.place >= places.districts
    inside &= residents.place < places.outside
    age = np.minimum((4 * config.start - 1 - residents.birth[inside]) // 4, AGES - 1)
    rows = np.zeros((places.prefectures, 2, AGES))
    np.add.at(rows, (residents.place[inside] - places.districts, residents.sex[inside], age), config.scale)
    persons = np.zeros((places.prefectures, 2, 2, AGES), np.int64)
    single = _single_years(census.age_sex.sum(0))
    for k in range(places.prefectures):
        shape = single.copy()
        for share, (low, high) in zip(census.districts_broad_age[k], ((0, 15), (15, 65), (65, AGES)), strict=True):
            shape[:, low:high] *= share / shape[:, low:high].sum()
        own = np.maximum(shape * census.districts[k].sum() - rows[k], 0.0)
        total = census.districts[k].sum() - rows[k].sum()
        own *= total / own.sum()
        rural = census.districts[k, 0] / total
        whole = np.floor(own).astype(np.int64)
        persons[k, 0] = np.floor(own * rural)
        persons[k, URBAN] = whole - persons[k, 0]
    return Districts(persons)


def _single_years(age_sex: np.ndarray) -> np.ndarray:
    """Spread (19 groups, 2 sexes) over single years, shape (2, 101)."""
    years = np.zeros((2, AGES))
    for group, (low, high) in enumerate(pairwise(AGE_EDGES)):
        years[:, low:high] = age_sex[group][:, None] / (high - low)
    return years


def setting(baseline: Baseline, config: Config, seed: int, threads: int) -> Setting:
    """Return configuration, places and data, which no event changes, and residents and firms at the start."""
    places = all_places(baseline)
    census = margins.read(baseline, config)
    residents, firms, districts = people(baseline, config)
    p = config.parameters
    figures = Figures(places.county_codes, baseline.county_figures, config.start)
    figures.basis |= bases(baseline, config, places, census)
    said = Census(
        births=census.age_zero,
        seat_share=census.seat_share,
        from_outside=census.from_outside,
        urban_share=census.urban / census.residents,
        urban_odds=_odds(census.urban, census.residents, census.residents),
        college_odds=_odds(census.schooling[:, Schooling.JUNIOR_COLLEGE :].sum(1), census.residents, census.residents),
        farming_odds=_odds(census.work[:, Work.FARMING], census.work[:, Work.FARMING :].sum(1), census.residents),
        nearness=np.average(places.remoteness, weights=census.residents) - places.remoteness)
    distance_km = places.distance_km(p.population.within_county_km, p.migration.outside_km)
    return Setting(config=config, baseline=baseline, places=places, figures=figures, census=said,
                   distance_km=distance_km, seed=seed, threads=threads, residents=residents, firms=firms,
                   districts=districts)


def _odds(part: np.ndarray, whole: np.ndarray, residents: np.ndarray) -> np.ndarray:
    """Return log odds of belonging to a part against their mean over all residents."""
    odds = np.log(part / (whole - part))
    return odds - np.average(odds, weights=residents)


def bases(baseline: Baseline, config: Config, places: Places, census: margins.Margins) -> dict[str, np.ndarray]:
    """Return how registered people, their urban share, the absent and the split of urban residents between seat and
    towns are known for each county (see docs/data.md)."""
    registered = np.full(places.counties, Basis.OBSERVED, np.uint8)
    registered[~baseline.starts[config.start].census["registered_known"].to_numpy(bool)] = Basis.SCALED
    return {
        "registered": registered,
        "urban_hukou": np.full(places.counties, Basis.SCALED, np.uint8),
        "absent": np.full(places.counties, Basis.ASSUMED, np.uint8),
        "seat_split": np.where(census.seat_observed, Basis.OBSERVED, Basis.ASSUMED).astype(np.uint8),
    }


def _cache_folder(baseline: Baseline, config: Config) -> Path:
    key = hashlib.sha256()
    p = config.parameters
    key.update(f"{baseline.hash} {config.scale} {config.start} {p.population} {p.work} {p.establishments}".encode())
    key.update(_rules())
    return cache.folder("worlds") / key.hexdigest()[:24]


@functools.cache
def _rules() -> bytes:
    """Return a hash of the source code that makes the initial state, which does not change while a process lives."""
    here = Path(__file__).parents[1]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sorted(
        file for part in ("initial", "state", "core") for file in (here / part).glob("*.py")))).digest()


def _save(folder: Path, residents: Residents, firms: Firms, districts: Districts) -> None:
    with store.folder(folder) as aside:
        for table, prefix, names in ((firms, "firm_", FIRMS), (residents, "", CACHED)):
            for name in names:
                getattr(table, name).tofile(aside / f"{prefix}{name}")
        np.save(aside / "districts.npy", districts.persons)


def _load(folder: Path) -> tuple[Residents, Firms, Districts]:
    """Return what was saved; raises OSError where files do not hold the same number of rows."""
    rows, rows_of_firms = ((folder / name).stat().st_size // np.dtype(np.uint64).itemsize
                           for name in ("uid", "firm_uid"))
    residents, firms = Residents(rows), Firms(rows_of_firms)
    for table, prefix, names in ((firms, "firm_", FIRMS), (residents, "", CACHED)):
        for name in names:
            path, column = folder / f"{prefix}{name}", getattr(table, name)
            if path.stat().st_size != column.nbytes:
                raise OSError(f"{path}: it is torn, or another one is; county clean cache lets all be made anew")
            with path.open("rb") as file:
                file.readinto(column)
    return residents, firms, Districts(np.load(folder / "districts.npy"))
