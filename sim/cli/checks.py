"""`county check` and `county verify`: data held against what they must be, results against their own sums, against
their digests and against the same runs made again."""

from sim.cli.progress import progress_bar
from sim.cli.table import print_table
from sim.config import ConfigError
from sim.config.fault import RunFailed, shorten, suggestion
from sim.config.files import located, shown

KEYS = ("runs", "data")


def check(arguments: list[str]) -> int:
    """Print the faults of a data package, the shipped one or another, or which identities hold in a finished folder;
    return 2 for faults of data, 1 for an identity that does not hold."""
    if arguments and "=" not in arguments[0]:
        return _check_results(arguments)
    given = None
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key != "data" or not value:
            raise ConfigError(f"{shorten(argument)}: expected data=PATH")
        if given:
            raise ConfigError(f"{shorten(argument)}: data is given twice")
        given = located(value)
    from sim.baseline import SHIPPED, faults

    folder = given or SHIPPED
    found = faults(folder)
    for fault in found:
        print(fault)
    if found:
        return 2
    print(f"{folder}: no faults")
    return 0


def _check_results(arguments: list[str]) -> int:
    if len(arguments) > 1:
        raise ConfigError(f"check {shorten(' '.join(arguments))}: expected one folder or name of a run, or data=PATH")
    from sim.report.results import find

    folder = find(arguments[0])
    from sim.report import identities

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
    from sim.report.results import find

    folder = find(names[0])
    data = baseline.load(located(given["data"]).absolute() if "data" in given else None)
    from sim.experiments import verification

    with progress_bar() as progress:
        found = verification.verify(folder, data, None if runs == "all" else int(runs), progress)
    print_table(("运行或表 Run or table", "结论 Verdict"), [(one.what, one.verdict) for one in found])
    wrong = sum(not one.agrees for one in found)
    if wrong:
        raise RunFailed(f"{shown(folder)}: {wrong} of {len(found)} 不一致 do not agree")
