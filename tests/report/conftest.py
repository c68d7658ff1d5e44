"""The shipped tables, and invented results in the form that reports read."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import matplotlib.text
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import sim.report
from sim.compose import compose
from sim.report.charts.marks import Text
from sim.report.charts.panels import Panel
from sim.report.charts.sheet import Page
from sim.report.pages import page
from sim.report.tables.boundaries import Shapes
from sim.report.tables.results import Results
from sim.report.words import style, text
from sim.report.words.bilingual import of
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


class Places(NamedTuple):
    """The shipped counties, with true shapes or without."""

    tables: dict[str, pd.DataFrame]
    shapes: Shapes | None = None

    @property
    def counties(self) -> pd.DataFrame:
        return self.tables["counties"]

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]


@pytest.fixture(scope="session")
def places(counties, prefectures, neighbours) -> Places:
    return Places({"counties": counties, "prefectures": prefectures, "neighbours": neighbours})


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
def check() -> Callable[[Page | Figure], None]:
    """What a reader of any figure may expect."""
    return _check


@pytest.fixture(scope="session")
def written() -> Callable[[Page], list[str]]:
    """The lines of text on a page, in the order in which they are written."""
    return lambda page: [box.text for box in _written(page)]


def _check(drawn: Page | Figure) -> None:
    """Fail if text is below 9 points, outside the page or over other text."""
    boxes = _written(drawn) if isinstance(drawn, Page) else _drawn(drawn)
    width, height = (drawn.chart.width, drawn.chart.height) if isinstance(drawn, Page) else drawn.get_size_inches() * 72
    for box in boxes:
        assert box.size >= style.SMALL, box
        assert box.left >= 0 and box.low >= 0 and box.right <= width and box.high <= height, box
    for one, other in combinations(boxes, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        up = min(one.high, other.high) - max(one.low, other.low)
        assert across < 1 or up < 2, (one, other)


class Box(NamedTuple):
    """Where a text lies on the page, in points."""

    text: str
    size: float
    left: float
    right: float
    low: float
    high: float


def _written(page: Page) -> list[Box]:
    found = []
    for mark in page.chart.marks:
        if isinstance(mark, Text):
            words = of(mark.text, page.language)
            wide = text.width(words, mark.size)
            left = mark.at[0] - {"start": 0, "middle": 0.5, "end": 1}[mark.anchor] * wide
            found.append(Box(words, mark.size, left, left + wide, mark.at[1] - 0.55 * mark.size,
                             mark.at[1] + 0.55 * mark.size))
    return found


def _drawn(figure: Figure) -> list[Box]:
    with style.rules():
        figure.set_dpi(200)  # as it is saved; hinting widens text at fewer
        figure.draw_without_rendering()
        return [Box(one.get_text(), one.get_fontsize(), *(72 / figure.dpi * np.array(box.extents)[[0, 2, 1, 3]]))
                for one in figure.findobj(matplotlib.text.Text) if one.get_visible() and one.get_text().strip()
                for box in [one.get_window_extent()]]
