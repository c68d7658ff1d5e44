"""Which counties a rule makes pilots, and draws at random."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.baseline import Baseline
from sim.baseline.names import codes as codes_of
from sim.config import ConfigError
from sim.config.fault import suggestion
from sim.config.files import shown
from sim.config.pilots import PilotStudy
from sim.indicators.observation import OBSERVATIONS
from sim.policy import pilots

EQUITY = 1.3
"""How fast the weight of a gain falls with output per resident: elasticity of marginal utility of income in the Green
Book of HM Treasury (2022), annex A3."""

OF_DATA = tuple(name for name in pilots.RULES if name != "random")
"""Rules that the data alone decide."""
OF_GAINS = ("greatest_effect", "weighted_for_equity")
"""Rules that need what single pilots gain, as the random draws show it with seeds of their own."""
LIST = "list"
"""The rule of a user's own counties."""
PERCENT = ("%", "share")
"""Units of outcomes that are compared in percentage points; all others are compared in % of themselves."""


def rules(study: PilotStudy, data: Baseline) -> list[str]:
    """Return the rules asked for, each once. Raises ConfigError for one that is unknown, for more pilots than there are
    counties or than a rule can find, and for a list that is missing or faulty."""
    known = [*OF_DATA, *OF_GAINS, LIST]
    if study.n >= len(data.counties):
        raise ConfigError(f"n={study.n}: expected at most {len(data.counties) - 1}, so that one of the "
                          f"{len(data.counties)} counties is left to compare with")
    asked: list[str] = []
    for name in study.rules:
        if name != "all" and name not in known:
            raise ConfigError(f"rules={name}: unknown rule; {suggestion(name, ['all', *known])}")
        if name == LIST and study.list is None:
            raise ConfigError("rules=list: expected list=FILE, a file with a code or name of a county a line")
        asked += [one for one in known if one != LIST] if name == "all" else [name]
    asked = [*asked, *([LIST] if study.list is not None else [])]
    return list(dict.fromkeys(asked))


def outcomes(study: PilotStudy) -> list[str]:
    """Return the outcomes that are judged, each once. Raises ConfigError for one that no county has, or whose error is
    declared but not known."""
    known = [name for name, one in OBSERVATIONS.items() if not one.event]
    for place, names in (("outcomes", study.outcomes), ("errors", study.errors)):
        for name in names:
            if name not in known:
                raise ConfigError(f"{place}={name}: no yearly figure has this name; {suggestion(name, known)}")
    for name, error in study.errors.items():
        if error.kind == "sampled" and (OBSERVATIONS[name].unit not in PERCENT or error.value > 1):
            raise ConfigError(f"errors.{name}.kind=sampled: expected a figure in % and a share of residents up to 1")
    return list(dict.fromkeys(study.outcomes))


def of_data(study: PilotStudy, data: Baseline, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the pilots (bool by county) of those of the rules that data or a list decide."""
    table = data.counties.merge(data.gdp_2020[["adcode", "gdp_yi", "gdp_per_capita_yuan"]], on="adcode")
    found = {}
    for name in names:
        if name == LIST and study.list is not None:
            codes = _listed(study.list, study.n, data)
        elif name in OF_DATA:
            codes = pilots.RULES[name](table, np.random.Generator(np.random.Philox(study.seed)))[: study.n]
        else:
            continue
        if len(codes) < study.n:
            raise ConfigError(f"n={study.n}: expected at most {len(codes)} by rules={name}")
        found[name] = data.counties["adcode"].isin(codes).to_numpy()
    return found


def of_gains(study: PilotStudy, data: Baseline, names: Sequence[str], gains: np.ndarray) -> dict[str, np.ndarray]:
    """Return the pilots of those of the rules that go by what a county gains as a pilot (`gains` by county)."""
    rich = data.gdp_2020.set_index("adcode")["gdp_per_capita_yuan"].reindex(data.counties["adcode"]).to_numpy(float)
    weights: dict[str, Callable[[], np.ndarray]] = {
        "greatest_effect": lambda: np.ones(len(gains)),
        "weighted_for_equity": lambda: (rich / np.median(rich)) ** -EQUITY}
    return {name: first(gains * weights[name](), study.n) for name in names if name in weights}


def first(values: np.ndarray, count: int) -> np.ndarray:
    """Return which values are the greatest so many (bool)."""
    found = np.zeros(len(values), bool)
    found[np.argsort(-values, kind="stable")[:count]] = True
    return found


def draws(counties: int, n: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return who is drawn, bool (draw, county), and of which shuffle each draw is.

    Every draw is a simple random sample. Draws of one shuffle share no county, so that each county is drawn about as
    often as any other.
    """
    random = np.random.default_rng([seed, n])
    per = max(counties // n, 1)
    order = np.array([random.permutation(counties) for _ in range(-(-count // per))])
    members = order[:, : per * n].reshape(-1, n)[:count]
    found = np.zeros((count, counties), bool)
    np.put_along_axis(found, members, True, axis=1)
    return found, np.arange(count) // per


def _listed(path: Path, n: int, data: Baseline) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError(f"list={shown(path)}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"list={shown(path)}: expected text in UTF-8") from None
    names = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    codes = codes_of(data.counties, names, f"list={shown(path)}", "county", data.prefectures)
    if len(codes) != n:
        raise ConfigError(f"list={shown(path)}: expected {n} counties (n), found {len(codes)}")
    return codes


def described(data: Baseline, chosen: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return the pilots of every rule: rule, adcode, name_zh, name_en, prefecture_zh, prefecture_en, county_type."""
    columns = ["adcode", "name_zh", "name_en", "prefecture_zh", "prefecture_en", "county_type"]
    parts = [data.counties.loc[treated, columns].assign(rule=name) for name, treated in chosen.items()]
    return pd.concat(parts, ignore_index=True)[["rule", *columns]]
