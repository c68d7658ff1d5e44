"""Tables of the available choices; read from files alone, but for indicators, so that it answers at once."""

import csv

from sim.cli.table import print_table
from sim.config import ConfigError, Title
from sim.config.fault import shorten, suggestion
from sim.config.files import (
    PACKAGE,
    load_indicators,
    load_measures,
    load_parameters,
    own_strategies,
    read_text,
    read_yaml,
    scenarios,
)
from sim.config.variables import variables

Listing = tuple[list[str], list[list[str]], list[str]]
DATA = PACKAGE / "data"


def policies() -> Listing:
    """List the policies."""
    return _scenarios("policy")


def externals() -> Listing:
    """List the external scenarios."""
    return _scenarios("external")


def strategies() -> Listing:
    """List the strategies by which counties may decide, the user's own among them, with their settings."""
    from sim.config.policies import StrategyChoice
    from sim.policy.own_strategies import made, settings
    from sim.policy.strategies import SHIPPED

    rows, own = [], own_strategies()
    for name in (*SHIPPED, *(one for one in own if one not in SHIPPED)):
        try:
            source = read_text(own[name], "Python") if name in own else ""
            kind = type(made(StrategyChoice(name=name, source=source)))
        except ConfigError as error:
            rows.append([name, "-", "-", "", f"cannot be used: {error}"])
            continue
        given = ", ".join(f"{key}={value:g}" for key, value in settings(kind).items())
        does = " ".join((kind.__doc__ or "-").split("\n\n")[0].split())
        rows.append([name, *((kind.title.zh, kind.title.en) if kind.title else ("-", "-")), given, does])
    return ["name", "中文", "English", "settings", "what a county does"], rows, []


def measures() -> Listing:
    """List the policy measures with their levers and their cost per resident at full dose beyond stocks."""
    rows = [
        [f"{name}.{lever}" if len(one.levers) > 1 else name, part.title.zh, part.title.en, one.group, one.decides,
         f"{part.capital_cost.value:g}", f"{part.running_cost.value:g}", f"{one.build_years:g}",
         ", ".join(effect.rate for effect in part.effects)]
        for name, one in load_measures().items() for lever, part in one.levers.items()
    ]
    columns = ["dose", "中文", "English", "group", "decides", "yuan beyond stocks", "a year", "years to build", "moves"]
    return columns, rows, ["yuan beyond stocks", "a year", "years to build"]


def indicators() -> Listing:
    """List the nineteen indicators with their targets and how official these are."""
    from sim.indicators.observation import OBSERVATIONS

    system = load_indicators()
    rows = []
    for name, one in system.indicators.items():
        seen, target = OBSERVATIONS[name], dict.fromkeys((one.target.words("zh"), one.target.words("en")))
        rows.append([name, seen.zh, seen.en, _both(system.aspects[one.aspect].title), seen.unit, one.better,
                     " ".join(target), one.target.grade, _both(system.statuses[one.status])])
    columns = ["name", "中文", "English", "aspect", "unit", "better", f"target {system.target_year}", "grade", "status"]
    return columns, rows, []


def parameters() -> Listing:
    """List every behavioural parameter with its range and where it comes from."""
    rows = [
        [name, f"{one.value:g}", f"{one.low:g}", f"{one.high:g}", one.unit, one.grade, one.source]
        for name, one in load_parameters().quantities.items()
    ]
    return ["name", "value", "low", "high", "unit", "grade", "source"], rows, ["value", "low", "high"]


def counties() -> Listing:
    """List the counties with their type and the census of 2020."""
    census = {row["adcode"]: row for row in _rows("census_2020")}
    rows = []
    for county in _rows("counties"):
        counted = census[county["adcode"]]
        rows.append(
            [
                county["adcode"],
                county["name_zh"],
                county["name_en"],
                f"{county['prefecture_zh']} {county['prefecture_en']}",
                county["county_type"],
                f"{int(counted['resident_population']):,}",
                f"{float(counted['urban_share']):.1%}",
            ]
        )
    columns = ["adcode", "中文", "English", "prefecture", "type", "residents 2020", "urban share"]
    return columns, rows, columns[-2:]


def figures() -> Listing:
    """List the figures of single counties that a user may bring."""
    rows = [[name, one.meaning, one.unit, f"{one.low:,g}", f"{one.high:,g}"] for name, one in variables().items()]
    return ["name", "figure", "unit", "least", "most"], rows, ["least", "most"]


LISTS = {listing.__name__: listing for listing in (
    policies, externals, strategies, measures, indicators, counties, parameters, figures)}


def listed(arguments: list[str]) -> None:
    """Print one of the lists."""
    if len(arguments) != 1 or arguments[0] not in LISTS:
        given = shorten(" ".join(arguments))
        raise ConfigError(f"list {given}".rstrip() + f": expected one list; {suggestion(given, LISTS)}")
    print_table(*LISTS[arguments[0]]())


def _both(title: Title) -> str:
    return f"{title.zh} {title.en}"


def _scenarios(group: str) -> Listing:
    rows = []
    for name, path in sorted(scenarios(group).items()):
        try:
            content = read_yaml(path)
            told = {key: content.get(key) or {} for key in ("title", "question")}
            if wrong := [key for key, one in told.items() if not isinstance(one, dict)]:
                raise ConfigError(f"{', '.join(wrong)}: expected zh and en")
            rows.append([name, *(f"{one.get('zh', '-')} {one.get('en', '-')}" for one in told.values())])
        except ConfigError as error:
            rows.append([name, "-", f"cannot be used: {error}"])
    return ["name", "标题 title", "问题 question"], rows, []


def _rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
