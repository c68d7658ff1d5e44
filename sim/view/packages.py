"""Packages that `county optimise` found, as the page shows them: what each costs and achieves."""

from typing import Any

from matplotlib.ticker import MaxNLocator

from sim.report.pages.packages import Offered
from sim.report.tables.results import find_with
from sim.report.words import units
from sim.report.words.bilingual import of
from sim.report.words.style import Language

NAME = "optimise"
"""Name of the search that is shown."""
WIDTH, HEIGHT = 340.0, 220.0
"""Size of the chart."""
LEFT, RIGHT, TOP, BOTTOM = 40.0, 28.0, 10.0, 24.0
"""Room for labels around it."""


def found() -> Offered | None:
    """Return the search in outputs/optimise, None where there is none or one that is being written."""
    folder = find_with(NAME, Offered.file)
    offered = Offered(folder) if folder else None
    return offered if offered and all(len(offered.table(name)) for name in ("checked", "front", "units")) else None


def front(offered: Offered, unit: str, language: Language) -> dict[str, Any]:
    """Return the chart of a unit - points of the front, packages, lines, ticks - and its packages as written."""
    table, checked = offered.table("front"), offered.checked
    table, rows = table[table["unit"] == unit], checked[checked["unit"] == unit].to_dict("records")
    asked, without = rows[0]["reach"], rows[0]["achievement_without"]
    dearest = max([*table["cost"], *(row["cost"] for row in rows)])
    heights = [*table["achievement"], *(row["achievement"] for row in rows), asked, without]
    low, high = min(heights), max(heights)

    def x(cost: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * cost / (dearest or 1.0), 1)

    def y(achieved: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - achieved) / ((high - low) or 1.0), 1)

    return {
        "unit": unit, "units": [{"value": name, "text": of(words, language)} for name, words in offered.units.items()],
        "size": [WIDTH, HEIGHT], "sides": [LEFT, WIDTH - RIGHT], "asked": y(asked), "without": y(without),
        "dots": [[x(row.cost), y(row.achievement)] for row in table.itertuples()],
        "packages": [{
            "value": str(offered.folder / "policy" / f"{row['package']}.yaml"), "chosen": row["package"] == "best",
            "name": of(offered.package(row["package"]), language), "x": x(row["cost"]), "y": y(row["achievement"]),
            "cost": units.number(row["cost"], decimals=0), "achievement": units.number(row["achievement"], decimals=2),
            "debt": units.number(row["debt"], decimals=0) + "%"} for row in rows],
        "across": [{"at": x(tick), "text": units.tick(tick)} for tick in _ticks(0.0, dearest)],
        "up": [{"at": y(tick), "text": units.tick(tick)} for tick in _ticks(low, high)],
    }


def _ticks(low: float, high: float) -> list[float]:
    return [float(tick) for tick in MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= tick <= high]
