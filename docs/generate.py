"""Write the generated tables of the documentation between their markers: `python docs/generate.py`.

With `--check` nothing is written and the exit code is 1 where a page is stale. With `--measure` the tables that take
simulations are made anew as well, which takes some minutes; otherwise they stay as they are.
"""

import ast
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from sim import model
from sim.config.derivations import Derivation, factor, figures, load_derivations, quantities
from sim.config.evidence import load_evidence
from sim.config.files import (
    CROSSVALIDATION,
    EFFECTS,
    FIT,
    TARGETS,
    load_ensemble,
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

FOLDER = Path(__file__).parent
RESPONSES = FOLDER.parent / "tests" / "expected" / "measures.csv"


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
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
    return _table(("when", "process", "what it does"), rows)


def themes() -> str:
    """Return the themes of the state."""
    return _table(("`world.`", "what it holds"), [(f"`{name}`", _sentence(kind)) for kind, name in THEMES.items()])


def columns() -> str:
    """Return the columns of residents."""
    return _columns(Residents)


def firm_columns() -> str:
    """Return the columns of firms."""
    return _columns(Firms)


def _columns(table: type[Table]) -> str:
    rows = [(f"`{c.name}`", c.dtype.__name__, c.unit, c.meaning) for c in table.columns]
    size = sum(c.dtype().nbytes for c in table.columns)
    return _table(("column", "type", "unit", "meaning"), rows) + f"\n\n{size} bytes a row."


def rates() -> str:
    """Return the registry of rates."""
    readers = rate_readers()
    rows = [(f"`{r.name}`", r.unit, f"{r.low:g} to {r.high:g}", r.scope, r.composition, _base(r),
             ", ".join(sorted(readers[r.name])), r.meaning) for r in REGISTRY.values()]
    return _table(("rate", "unit", "bounds", "by", "changes", "made of", "read by", "meaning"), rows)


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
    return _table(("driver", "bounds", "index of"), rows)


def indicators() -> str:
    """Return the yearly observations."""
    rows = [(f"`{one.name}`", one.unit or "-", _sentence(one.measure)) for one in OBSERVATIONS.values()]
    return _table(("observation", "unit", "what it is"), rows)


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
    return _table(("indicator", "中文", "aspect", "unit", "better", f"target {system.target_year}", "status",
                   "what it stands for"), rows)


def components() -> str:
    """Return the components of the change of both urban shares."""
    return _table(("rate", "component", "中文", "what it is"),
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
        parts.append(f"### {theme}\n\n" + _table(("name", "value", "range", "unit", "grade", "source"), rows))
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
    return _table(("stock", "中文", "unit", "level (range)", "wear a year", "trend a year", "building cost",
                   "running cost a year", "county's part", "grade", "source"), rows)


def _levels(stock: Stock) -> str:
    values = stock.by_kind.values() if stock.by_kind else [stock.level.value]
    central = " / ".join(f"{value:g}" for value in values)
    return f"{central} ({stock.level.low:g} to {stock.level.high:g})"


def job_flows() -> str:
    """Return hires by source and separations by reason."""
    return _table(("flow", "中文", "what it is"), [(f"`{name}`", one.zh, one.en) for name, one in JOB_FLOWS.items()])


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
    return _table(heads, rows)


def responses() -> str:
    """Return what each measure alone changes of the nineteen indicators, and how much of it is delivered, as it is
    expected of the model."""
    table = pd.read_csv(RESPONSES).set_index(["measure", "indicator"])
    indicators, rows = table.index.unique("indicator"), []
    for measure in table.index.unique("measure"):
        rows += [(f"`{measure}`", year, f"{delivered:.2f}", *(f"{value:+.3g}" if value else "0" for value in effects))
                 for year, (delivered, *effects) in table.loc[measure].T.iterrows()]
    return _table(("measure alone", "year", *(f"`{name}`" for name in indicators)), rows)


def profiles() -> str:
    """Return what differs between county types where counties themselves are not observed."""
    known = load_profiles()
    types = list(next(iter(known.values())).values)
    rows = [(f"`{name}`", *(f"{one.values[kind]:g}" for kind in types), f"{one.all_counties:g}",
             f"{one.low:g} to {one.high:g}", one.unit, one.grade, one.source)
            for name, one in known.items()]
    return _table(("name", *types, "all", "range", "unit", "grade", "source"), rows)


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
    return "\n\n".join(f"### {topic.replace('_', ' ')}\n\n" + _table(heads, rows) for topic, rows in parts.items())


def derived() -> str:
    """Return what parameters and effects are derived from, and what the rule gives with and without its factor."""
    found, whole, names, rows = derive(), derive(selection=1), figures(), []
    known = quantities()
    for name, one in _derivations().items():
        steps = "; ".join(f"{', '.join(f'`{row}`' for row in step.rows)} x {factor(step, names):.3g} "
                          f"(`{step.factor}`): {step.why}" for step in one.conversions)
        rows.append((f"`{name}`", known[name].unit, steps,
                     *(f"{p.estimate:.2g} ({p.low:.2g} to {p.high:.2g})" for p in (found[name], whole[name]))))
    return _table(("derived", "unit", "rows x factor: why", "value (for another place, 95 %)",
                   "without the factor for selection"), rows)


PARTS = {f.__name__: f for f in (
    evidence, derived, schedule, themes, columns, firm_columns, rates, drivers, indicators, targets, components,
    job_flows, parameters, profiles, measures, responses, stocks)}


def _held_against(part: str, *arguments: str) -> str:
    """Return a part of `county validate` as a table, measured with its defaults or as the arguments say."""
    from sim.compose import compose
    from sim.experiments.validation import PARTS as HELD_AGAINST
    from sim.report.validation import printed

    return _table(*printed(part, HELD_AGAINST[part](compose("validate", arguments))))


def recent() -> str:
    """Return published figures of 2021 and 2022 beside what the model gives."""
    return _held_against("recent")


def patterns() -> str:
    """Return known patterns beside what the model gives."""
    return _held_against("patterns")


def experiments() -> str:
    """Return what studies found beside what the model gives in virtual quasi-experiments."""
    return _held_against("experiments")


def fit_targets() -> str:
    """Return what the ensemble was fitted to, and what the reference set and the other sets say."""
    rows = [(f"`{row.name}`", f"{row.value:.4g}", f"{row.observation:.2g} / {row.discrepancy:.2g} / {row.chance:.2g}",
             row.unit, f"{row.reference:.4g}", f"{row.low:.4g} to {row.high:.4g}", f"{row.misfit:+.1f}",
             f"{row.source}, {row.date}") for row in pd.read_csv(TARGETS).itertuples(index=False)]
    return _table(("target", "wanted", "tolerance: known / model / chance", "unit", "reference set", "80 % of sets",
                   "standard deviations", "source"), rows)


def fit_effects() -> str:
    """Return what the full package does in the reference set and in the other sets."""
    if not EFFECTS.is_file():
        return "Not there yet: `county calibrate install=true` writes it."
    rows = [(f"`{row.indicator}`", row.year, row.unit, f"{row.reference:+.3g}", f"{row.median:+.3g}",
             f"{row.low:+.3g} to {row.high:+.3g}", "yes" if row.inside else "no")
            for row in pd.read_csv(EFFECTS).itertuples(index=False)]
    return _table(("effect on", "year", "unit", "reference set", "median of sets", "80 % of sets", "inside"), rows)


def fit_parameters() -> str:
    """Return the fitted parameters: prior, what is left of it, and which data said so."""
    rows = [(f"`{row.parameter}`", row.unit, f"{row.prior_low:g} to {row.prior_high:g}", f"{row.low:.3g}",
             f"{row.median:.3g}", f"{row.high:.3g}", f"{row.reference:.4g}", f"{max(row.narrowed, 0):.0%}", row.data)
            for row in pd.read_csv(FIT).itertuples()]
    return _table(("parameter", "unit", "prior", "low", "median", "high", "reference set", "narrowed", "told by"), rows)


def hindcast() -> str:
    """Return mean absolute errors of the hindcast and of naive rules, over the whole ensemble."""
    return _held_against("hindcast", f"parameter_sets={len(load_ensemble()) - 1}", "seeds=2")


def schooling() -> str:
    """Return how urban shares of 2020 went with having been to college in 2010, at the same share of 2010."""
    from sim.compose import compose
    from sim.experiments.calibration import targets
    from sim.experiments.calibration.counties import past

    config = compose("calibrate")
    known = past(config)
    people, rows = targets.observed(config, known), []
    for name, seen in (("all 78", known.part >= 0), ("fitted", ~known.held_out), ("held out", known.held_out)):
        found = targets.summaries(known, seen, people)
        rows.append((name, f"{found.values['urban_by_college']:.1f}", f"{found.errors['urban_by_college']:.1f}"))
    return _table(("counties", "points for a unit of log odds", "standard error"), rows)


def crossvalidation() -> str:
    """Return mean absolute errors of counties held out in turn, of the model and of naive rules."""
    if not CROSSVALIDATION.is_file():
        return ("The shipped sets have no cross-validation; `county calibrate what=crossvalidation install=true` "
                "makes it.")
    return _held_against("crossvalidation")


def alone() -> str:
    """Return what each measure does by itself to what it should move: five seeds, one row for 1,000 people."""
    from sim.compose import compose
    from sim.experiments.measures import Alone

    singles, rows = Alone(compose("run", ["scale=1000", "seeds=5"])), []
    for name in singles.config.measures:
        for row in singles.judge(name).itertuples():
            unit = OBSERVATIONS[row.indicator].unit
            rows.append((f"`{name}`", f"{row.delivered:.2f}", f"`{row.indicator}`", row.group.replace("_", " "),
                         row.sign, f"{row.without:,.4g} {unit}".strip(), f"{row.effect:+.2f} %", f"{row.noise:.2f}",
                         "yes" if row.holds else "**no**", row.why))
    heads = ("measure alone", "delivered dose", "observation", "counties", "expected", "without it", "effect",
             "standard error", "as expected", "why")
    return _table(heads, rows)


MEASURED = {f.__name__: f for f in (recent, patterns, experiments, alone, hindcast)}
PARTS |= {f.__name__: f for f in (fit_targets, fit_effects, fit_parameters, schooling, crossvalidation)}


def render(text: str, measure: bool = False) -> str:
    """Return a page with each `<!-- generated: name -->` block, and with `measure` each measured one, made anew."""

    def replace(match: re.Match) -> str:
        if match[2] == "measured" and not measure:
            return match[0]
        part = (MEASURED if match[2] == "measured" else PARTS)[match[3]]
        return f"{match[1]}\n\n{part()}\n\n{match[4]}"

    pattern = r"(<!-- (generated|measured): (\w+) -->).*?(<!-- end -->)"
    return re.sub(pattern, replace, text, flags=re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write or check every page; return the exit code."""
    stale = []
    for page in sorted(FOLDER.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        made = render(text, measure="--measure" in arguments)
        if made != text:
            stale.append(page.name)
            if "--check" not in arguments:
                page.write_text(made, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"stale: {', '.join(stale)} (run: python docs/generate.py)")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
