"""The shipped tables, and invented results in the form that reports read."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import sim.report
from sim.compose import compose
from sim.report.charts.panels import Panel
from sim.report.pages import page
from sim.report.tables.results import Results
from sim.report.words import style
from sim.run import run

DATA = Path(sim.report.__file__).parents[1] / "data"
CODES = {"adcode": str, "prefecture_adcode": str, "adcode_a": str, "adcode_b": str}


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", dtype=CODES)


@pytest.fixture(scope="session")
def counties() -> pd.DataFrame:
    return _read("counties")


@pytest.fixture(scope="session")
def prefectures() -> pd.DataFrame:
    return _read("prefectures")


@pytest.fixture(scope="session")
def neighbours() -> pd.DataFrame:
    return _read("neighbours")


@pytest.fixture(scope="session")
def panels() -> list[Panel]:
    return [
        Panel("urban", "常住人口城镇化率", "Resident urbanization", scale="urban"),
        Panel("urban_fixed", "常住人口城镇化率（不含改划）", "Resident urbanization without change", scale="urban"),
        Panel("residents", "常住人口", "Residents", "persons", since_first_year=True),
        Panel("migration", "净迁移率", "Net migration", "per 1,000"),
        Panel("elderly", "65岁及以上人口占比", "Aged 65 and over", "share"),
        Panel("absent", "无此指标", "An indicator that is not there"),
    ]


@pytest.fixture(scope="session")
def results() -> pd.DataFrame:
    """Ten seeds of six years for every group: urbanization rises, migration only wavers."""
    draws = np.random.default_rng(1)
    start = {"urban": 50.0, "urban_fixed": 50.0, "residents": 5e6, "migration": -3.0, "elderly": 0.16}
    growth = {"urban": 0.9, "urban_fixed": 0.4, "residents": -2e4, "migration": 0.0, "elderly": 0.006}
    rows = [
        (year, group, indicator, seed, start[indicator] + growth[indicator] * (year - 2020 + 0.3 * draws.normal())
         + (draws.normal() if indicator == "migration" else 0) + 0.02 * start[indicator] * place)
        for place, group in enumerate(style.GROUPS)
        for indicator in start
        for seed in range(10)
        for year in range(2020, 2026)
    ]
    table = pd.DataFrame(rows, columns=["year", "group", "indicator", "seed", "value"])
    return table.assign(parameter_set=0, chance=table["seed"])


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """A small run of a policy beside no new policy, to the year of the targets."""
    place = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        return place / run(compose("run", ["scale=1000", "parameter_sets=1", "seeds=3", "policy=full_package",
                                                 "name=small"]))


@pytest.fixture(scope="session")
def html(folder) -> str:
    return page.render(Results(folder))


@pytest.fixture(scope="session")
def check() -> Callable[[Figure], None]:
    """What a reader of any figure may expect."""
    return _check


def _check(figure: Figure) -> None:
    """Fail if text is below 9 points, outside the page or over other text."""
    with style.rules():
        figure.set_dpi(200)  # as it is saved; hinting widens text at fewer
        figure.draw_without_rendering()
        texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
        boxes = {t: t.get_window_extent() for t in texts}
    page = figure.bbox
    for t, box in boxes.items():
        assert t.get_fontsize() >= style.SMALL, t
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.x1 and box.y1 <= page.y1, t
    pixels = figure.dpi / 72
    for (a, first), (b, second) in combinations(boxes.items(), 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        up = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across < pixels or up < 2 * pixels, (a, b)
