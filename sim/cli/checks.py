"""`county check` and `county verify`: data held against what they must be, results against their own sums, against
their digests and against the same runs made again."""

from pathlib import Path

from sim.cli.progress import progress_bar
from sim.cli.table import print_table
from sim.config import ConfigError
from sim.config.fault import RunFailed, shorten, suggestion
from sim.config.files import located, shown
from sim.config.variables import variables

KEYS = ("runs", "data")
FEW = 5
"""Counties of a figure that are named; of more it is said how many there are."""


def check(arguments: list[str]) -> int:
    """Print the faults of a data package, the shipped one or another, or which identities hold in a finished folder;
    return 2 for faults of data, 1 for an identity that does not hold."""
    if arguments and "=" not in arguments[0]:
        return _check_results(arguments)
    given: list[Path] = []
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key != "data" or not value:
            raise ConfigError(f"{shorten(argument)}: expected data=PATH")
        if given:
            raise ConfigError(f"{shorten(argument)}: data is given twice")
        given.append(located(value))
    from sim.baseline import SHIPPED, faults

    data = given[0] if given else SHIPPED
    found = faults(data)
    for fault in found:
        print(fault)
    if found:
        return 2
    print(f"{data}: no faults")
    _print_own_figures(data)
    return 0


def _print_own_figures(data: Path) -> None:
    """Print which figures of how many counties were read from the user's own file, if there is one."""
    from sim.baseline import load, own
    from sim.baseline.figures import latest

    if (file := own.located(data)[1]) is None:
        return
    known = load(data)
    given = known.county_figures
    counties = known.counties.set_index("adcode")["name_zh"]
    print(f"自有数据 Own figures in {file.name}: {len(given):,} ({given['adcode'].nunique()}个县（市） counties)")
    if given.empty:
        print("没有填写任何数值 Nothing is filled in")
        return
    if late := int((given["year"] >= max(known.starts)).sum()):
        print(f"{late}个数值晚于模拟起始，不会读取 {late} of later years than any run begins with: not read")
    read = {start: latest(given, start) for start in known.starts}
    rows = []
    for name, part in given.groupby("variable"):
        codes = part["adcode"].unique()
        more = f" +{len(codes) - FEW}" if len(codes) > FEW else ""
        rows.append([str(name), variables()[str(name)].zh, str(len(codes)), "、".join(counties[codes[:FEW]]) + more,
                     *(str((table["variable"] == name).sum()) for table in read.values())])
    heads = ["指标 figure", "含义 meaning", "县数 counties", "县（市） which",
             *(f"{start}年起的模拟读取 read from {start}" for start in read)]
    print_table(heads, rows, numeric=[heads[2], *heads[4:]])


def _check_results(arguments: list[str]) -> int:
    if len(arguments) > 1:
        raise ConfigError(f"check {shorten(' '.join(arguments))}: expected one folder or name of a run, or data=PATH")
    from sim.report.tables.results import find

    folder = find(arguments[0])
    from sim.report.tables import identities

    found = identities.check(folder)
    rows = [[f"{one.title.zh} {one.title.en}", f"{one.tested:,}", f"{len(one.broken):,}", "; ".join(one.broken[:3])]
            for one in found]
    heads = ["恒等式 identity", "检验 tested", "不成立 broken", "何处 where"]
    print_table(heads, rows, numeric=heads[1:3])
    return int(any(one.broken for one in found))


def verify(arguments: list[str]) -> None:
    """Print what was found of each kept run and table; raises RunFailed where one does not agree."""
    names = [argument for argument in arguments if "=" not in argument]
    given: dict[str, str] = {}
    for key, equals, value in (argument.partition("=") for argument in arguments):
        if equals and key in given:
            raise ConfigError(f"{shorten(f'{key}={value}')}: {shorten(key)} is given twice")
        if equals:
            given[key] = value
    if len(names) != 1:
        raise ConfigError(f"verify {shorten(' '.join(names))}".rstrip() + ": expected one folder or name of a run")
    for key in given:
        if key not in KEYS:
            raise ConfigError(f"{shorten(key)}: unknown key; {suggestion(key, KEYS)}")
    runs = given.get("runs", "all")
    if runs != "all" and not (runs.isascii() and runs.isdigit()):
        raise ConfigError(f"runs={shorten(runs)}: expected how many runs to make again, or all")
    from sim import baseline
    from sim.report.tables.results import find

    folder = find(names[0])
    data = baseline.load(located(given["data"]).absolute() if "data" in given else None)
    from sim.experiments import verification

    with progress_bar() as progress:
        found = verification.verify(folder, data, None if runs == "all" else int(runs), progress)
    print_table(("运行或表 Run or table", "结论 Verdict"), [(one.what, one.verdict) for one in found])
    wrong = sum(not one.agrees for one in found)
    if wrong:
        raise RunFailed(f"{shown(folder)}: {wrong} of {len(found)} 不一致 do not agree")
