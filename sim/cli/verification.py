"""`county verify`: kept results held against their digests, and runs made again."""

from sim import baseline
from sim.cli.progress import progress_bar
from sim.cli.table import print_table
from sim.config import ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import located, shown
from sim.experiments import verification
from sim.report.results import find

KEYS = ("runs", "data")


def verified(arguments: list[str]) -> str:
    """Print what was found of each run and table; return in one line how many do not agree, or nothing."""
    names = [argument for argument in arguments if "=" not in argument]
    given = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    if len(names) != 1:
        raise ConfigError(f"verify {shorten(' '.join(names))}".rstrip() + ": expected one folder or name of a run")
    for key in given:
        if key not in KEYS:
            raise ConfigError(f"{shorten(key)}: unknown key; {suggestion(key, KEYS)}")
    runs = given.get("runs", "all")
    if runs != "all" and not (runs.isascii() and runs.isdigit()):
        raise ConfigError(f"runs={shorten(runs)}: expected how many runs to make again, or all")
    folder = find(names[0])
    data = baseline.load(located(given["data"]).absolute() if "data" in given else None)
    with progress_bar() as progress:
        found = verification.verify(folder, data, None if runs == "all" else int(runs), progress)
    print_table(("运行或表 Run or table", "结论 Verdict"), [(one.what, one.verdict) for one in found])
    wrong = sum(not one.agrees for one in found)
    return f"{shown(folder)}: {wrong} of {len(found)} 不一致 do not agree" if wrong else ""
