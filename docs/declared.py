"""Tables of what the code and the configuration declare: one function a table, by the name of its marker."""

import ast
import functools
import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from sim import model
from sim.baseline.description import SHIPPED, describe
from sim.config.derivations import Derivation, factor, figures, load_derivations, quantities
from sim.config.evidence import load_evidence
from sim.config.files import (
    load_indicators,
    load_measures,
    load_parameters,
    load_profiles,
    load_stocks,
)
from sim.config.scenarios import DRIVERS
from sim.config.stocks import Stock, level_unit
from sim.core.table import Table
from sim.experiments.evidence import derived as derive
from sim.indicators.components import COMPONENTS
from sim.indicators.totals import OBSERVATIONS
from sim.indicators.turnover import DESCRIBED as JOB_FLOWS
from sim.state.firms import Firms
from sim.state.rates import REGISTRY, Rate, addition
from sim.state.residents import Residents
from sim.state.world import THEMES

FEW = 10
"""Columns that are named; of more it is said how many there are."""

RESPONSES = Path(__file__).parent.parent / "tests" / "expected" / "measures.csv"


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table in Markdown."""
    lines = [list(heads), *(list(map(str, row)) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _sentence(thing: Callable) -> str:
    return re.split(r"(?<=\.)\s", " ".join((inspect.getdoc(thing) or "").split()))[0]


def schedule() -> str:
    """Return the year as the model walks it."""
    rows = [
        (when, f"`{process.__module__.removeprefix('sim.')}.{process.__name__}`", _sentence(process))
        for when, processes in (
            ("at the start", model.INITIAL_STATE),
            ("each year", model.EVERY_YEAR),
            ("each quarter", model.EVERY_QUARTER),
            ("year's end", model.YEAR_END),
        )
        for process in processes
    ]
    return table(("when", "process", "what it does"), rows)


def themes() -> str:
    """Return the themes of the state."""
    return table(("`world.`", "what it holds"), [(f"`{name}`", _sentence(kind)) for kind, name in THEMES.items()])


def columns() -> str:
    """Return the columns of residents."""
    return _columns(Residents)


def firm_columns() -> str:
    """Return the columns of firms."""
    return _columns(Firms)


def _columns(kind: type[Table]) -> str:
    rows = [(f"`{c.name}`", c.dtype.__name__, c.unit, c.meaning) for c in kind.columns]
    size = sum(c.dtype().nbytes for c in kind.columns)
    return table(("column", "type", "unit", "meaning"), rows) + f"\n\n{size} bytes a row."


def rates() -> str:
    """Return the registry of rates."""
    readers = rate_readers()
    rows = [(f"`{r.name}`", r.unit, f"{r.low:g} to {r.high:g}", r.scope, r.composition, _base(r),
             ", ".join(sorted(readers[r.name])), r.meaning) for r in REGISTRY.values()]
    return table(("rate", "unit", "bounds", "by", "changes", "made of", "read by", "meaning"), rows)


def rate_readers() -> dict[str, set[str]]:
    """Return which modules read each rate, `rates["name"]` in their code, by its name."""
    package = Path(model.__file__).parent
    additions = {addition(stock) for stock in load_stocks()}
    readers: dict[str, set[str]] = {name: set() for name in REGISTRY}
    for file in sorted(file for part in ("processes", "policy") for file in (package / part).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] == "rates"):
                continue
            if isinstance(node.slice, ast.Constant):
                readers[node.slice.value].add(file.stem)
            elif isinstance(node.slice, ast.Call) and ast.unparse(node.slice.func) == addition.__name__:
                for name in additions:
                    readers[name].add(file.stem)
    return readers


def _base(rate: Rate) -> str:
    parts = [f"`{part}`" for part in (rate.base, rate.driver) if isinstance(part, str) and part]
    return " x ".join(parts) or f"{rate.base:g}"


def drivers() -> str:
    """Return the drivers of external scenarios."""
    rows = [(f"`{name}`", f"{d.low:g} to {d.high:g}", d.meaning) for name, d in DRIVERS.items()]
    return table(("driver", "bounds", "index of"), rows)


def indicators() -> str:
    """Return the yearly observations."""
    rows = [(f"`{one.name}`", one.unit or "-", _sentence(one.measure)) for one in OBSERVATIONS.values()]
    return table(("observation", "unit", "what it is"), rows)


def targets() -> str:
    """Return the nineteen indicators with their targets."""
    system = load_indicators()
    rows = []
    for name, one in system.indicators.items():
        wanted = [one.target, *([one.second_target] if one.second_target else [])]
        rule = "; ".join(f"{target.words('en')} ({target.grade}: {target.source})" for target in wanted)
        seen = OBSERVATIONS[name]
        rows.append((f"`{name}`", seen.zh, system.aspects[one.aspect].title.en, seen.unit, one.better, rule,
                     system.statuses[one.status].en, one.source))
    return table(("indicator", "中文", "aspect", "unit", "better", f"target {system.target_year}", "status",
                   "what it stands for"), rows)


def components() -> str:
    """Return the components of the change of both urban shares."""
    return table(("rate", "component", "中文", "what it is"),
                  [(f"`{one.rate}`", f"`{one.name}`", one.zh, one.en) for one in COMPONENTS])


def parameters() -> str:
    """Return every parameter with value, range, unit, grade and source."""
    parts = []
    for theme, names in load_parameters().root.items():
        rows = [
            (f"`{name}`", f"{q.value:g}", f"{q.low:g} to {q.high:g}", q.unit, _grade(f"{theme}.{name}", q.grade),
             q.source)
            for name, q in names.items()
        ]
        parts.append(f"## {theme}\n\n" + table(("name", "value", "range", "unit", "grade", "source"), rows))
    return "\n\n".join(parts)


@functools.cache
def _derivations() -> dict[str, Derivation]:
    return load_derivations()


def _grade(name: str, grade: str) -> str:
    """Return a grade, with the rows of evidence where there is a derivation from them."""
    one = _derivations().get(name)
    return f"{grade} from {', '.join(f'`{row}`' for row in one.rows)}" if one and grade == "derived" else grade


def stocks() -> str:
    """Return every stock of counties with its level, wear, trend and costs."""
    known = load_stocks()
    rows = []
    for name, s in known.items():
        numbers = (s.depreciation.value, s.trend.value, s.building_cost.value, s.running_cost.value, s.public_share)
        named = (f"`{name}`", s.title.zh, level_unit(name, known), _levels(s))
        rows.append((*named, *(f"{number:,g}" for number in numbers), s.grade, s.source))
    return table(("stock", "中文", "unit", "level (range)", "wear a year", "trend a year", "building cost",
                   "running cost a year", "county's part", "grade", "source"), rows)


def _levels(stock: Stock) -> str:
    values = stock.by_kind.values() if stock.by_kind else [stock.level.value]
    central = " / ".join(f"{value:g}" for value in values)
    return f"{central} ({stock.level.low:g} to {stock.level.high:g})"


def job_flows() -> str:
    """Return hires by source and separations by reason."""
    return table(("flow", "中文", "what it is"), [(f"`{name}`", one.zh, one.en) for name, one in JOB_FLOWS.items()])


def measures() -> str:
    """Return every measure: who decides, time, costs beyond stocks and what its levers move."""
    rows = []
    for name, one in load_measures().items():
        for lever, part in one.levers.items():
            effects = "; ".join(f"`{e.rate}` {e.value:+g} ({e.low:g} to {e.high:g}) {e.unit}, "
                                f"{_grade(f'measures.{name}.{e.rate}', e.grade)}: {e.source}" for e in part.effects)
            dose = f"`{name}.{lever}`" if len(one.levers) > 1 else f"`{name}`"
            costs = (f"{c.value:g} ({c.low:g} to {c.high:g}): {c.source}" for c in (part.capital_cost,
                                                                                   part.running_cost))
            rows.append((dose, one.decides, f"{one.build_years:g}", one.lag_years, *costs, effects, one.not_expected))
    heads = ("dose", "decides", "years to build", "lag", "yuan per resident beyond stocks", "a year beyond stocks",
             "moves at full dose", "not to be expected")
    return table(heads, rows)


def responses() -> str:
    """Return what each measure alone changes of the nineteen indicators, and how much of it is delivered, as it is
    expected of the model."""
    found = pd.read_csv(RESPONSES).set_index(["measure", "indicator"])
    names, rows = found.index.unique("indicator"), []
    for measure in found.index.unique("measure"):
        rows += [(f"`{measure}`", year, f"{delivered:.2f}", *(f"{value:+.3g}" if value else "0" for value in effects))
                 for year, (delivered, *effects) in found.loc[measure].T.iterrows()]
    return table(("measure alone", "year", *(f"`{name}`" for name in names)), rows)


def profiles() -> str:
    """Return what differs between county types where counties themselves are not observed."""
    known = load_profiles()
    types = list(next(iter(known.values())).values)
    rows = [(f"`{name}`", *(f"{one.values[kind]:g}" for kind in types), f"{one.all_counties:g}",
             f"{one.low:g} to {one.high:g}", one.unit, one.grade, one.source)
            for name, one in known.items()]
    return table(("name", *types, "all", "range", "unit", "grade", "source"), rows)


def evidence() -> str:
    """Return every published estimate with where it was read, by topic."""
    parts: dict[str, list[tuple[str, ...]]] = {}
    for one in load_evidence():
        figure = "" if one.estimate is None else f"{one.estimate:g} "
        span = "" if one.low is None else f"({one.low:g} to {one.high:g}) "
        found = f"{figure}{span}{one.unit}" if figure or span else ""
        nothing = ["nothing significant"] if one.null_result else []
        source = f"[{one.source}]({one.address})" if one.address else one.source
        parts.setdefault(one.topic, []).append((
            f"`{one.id}`", f"{one.place}, {one.period}", f"{one.treated}: {one.outcome}",
            ", ".join([*([found] if found else []), *nothing]),
            one.design.replace("_", " "), f"{one.sureness} ({one.read})",
            ", ".join(f"`{name}`" for name in one.mechanism), source + (f". {one.note}" if one.note else "")))
    heads = ("id", "where, when", "what", "found", "design", "sureness (read)", "speaks to", "source")
    return "\n\n".join(f"### {topic.replace('_', ' ')}\n\n" + table(heads, rows) for topic, rows in parts.items())


def derived() -> str:
    """Return what parameters and effects are derived from, and what the rule gives with and without its factor."""
    found, whole, names, rows = derive(), derive(selection=1), figures(), []
    known = quantities()
    for name, one in _derivations().items():
        steps = "; ".join(f"{', '.join(f'`{row}`' for row in step.rows)} x {factor(step, names):.3g} "
                          f"(`{step.factor}`): {step.why}" for step in one.conversions)
        rows.append((f"`{name}`", known[name].unit, steps,
                     *(f"{p.estimate:.2g} ({p.low:.2g} to {p.high:.2g})" for p in (found[name], whole[name]))))
    return table(("derived", "unit", "rows x factor: why", "value (for another place, 95 %)",
                   "without the factor for selection"), rows)


def package() -> str:
    """Return the tables of a data package with the columns that a run reads."""
    rows = []
    for name, schema in describe(SHIPPED)[0].items():
        needed = [field["name"] for field in schema["fields"] if field["constraints"].get("required")]
        others = [field["name"] for field in schema["fields"] if field["name"] not in needed]
        read = ", ".join(f"`{one}`" for one in needed)
        rows.append((f"`{name}`", read, len(others) if len(others) > FEW else ", ".join(f"`{one}`" for one in others)))
    return table(("table", "columns that must be there and filled", "others"), rows)


PARTS = {f.__name__: f for f in (
    evidence, derived, schedule, themes, columns, firm_columns, rates, drivers, indicators, targets, components,
    job_flows, package, parameters, profiles, measures, responses, stocks)}
