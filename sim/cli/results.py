"""`county run`, `county report` and `county plan`: a run, and what is printed and written of finished results."""

import pkgutil
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.kinds import KINDS
from sim.cli.notices import warn_of_grounds, warn_of_later_figures
from sim.cli.progress import progress_bar
from sim.cli.refusing import refuse, refuse_files
from sim.cli.table import print_tables
from sim.cli.words import drawn
from sim.compose import compose
from sim.config import ConfigError
from sim.config.fault import shorten, suggestion
from sim.config.files import located, shown

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.pages.packages import Offered
    from sim.report.tables.results import Results

SEARCH = next(kind.file for kind in KINDS if kind.command == "optimise")
AS_SEARCHED = ("external", "scale", "start", "end")
"""Keys of a search under which its package is run, unless they are given."""


def run(arguments: list[str]) -> None:
    """Simulate a policy, print what it does and write its tables, figures and report."""
    if {"-m", "--multirun"} & set(arguments):
        from sim.cli import sweeps

        sweeps.sweep(arguments)
        return
    config = compose("run", arguments)
    refuse([config])
    refuse_files(config)
    warn_of_grounds()
    from sim import run

    warn_of_later_figures(config)
    with progress_bar() as progress:
        folder = run.run(config, progress)
    from sim.report.tables.results import Results

    results = Results(folder, config.actuals, config.boundaries)
    written = _write_results(results, config.figures)
    _print_results(results, config.policy.name)
    print(written)


def report(arguments: list[str]) -> None:
    """Write the report of finished results anew, whatever command made them."""
    from sim.report.tables.results import Results, find, find_with

    name = _name(arguments, "report", "folder or name of a run")
    for kind in KINDS:
        if kind.write and (folder := find_with(name, kind.file)) is not None:
            _files(arguments)  # of a run only
            print(pkgutil.resolve_name(f"sim.cli.{kind.write}")(folder))
            return
    files = _files(arguments, "actuals", "boundaries")
    print(_write_results(Results(find(name), **files)))


def plan(arguments: list[str]) -> None:
    """Write what the government of a county, or each of them, would hand in: under the policy of a run, or with the
    package that `county optimise` found."""
    name, keys = _name(arguments, "plan", "county, or all"), [one for one in arguments if "=" in one]
    best = next((one for one in keys if one.startswith("best=")), "best=false")
    if best not in ("best=true", "best=false"):
        raise ConfigError(f"{shorten(best)}: expected true or false")
    keys = [one for one in keys if one != best]
    if best == "best=true":
        folder, offered = _best(name, keys)
    elif idle := [one for one in keys if one.startswith("optimise=")]:
        raise ConfigError(f"{shorten(idle[0])}: changes nothing here; expected with best=true only")
    else:
        from sim.report.tables.results import find

        folder, offered = find(str(_files(keys, "run", "best").get("run", "run"))), None
    from sim.report.tables.results import Results

    results = Results(folder)
    codes = _codes(name, results.counties, results.table("prefectures"))
    from sim.report import plans

    with progress_bar("plans") as progress:
        written = plans.write(results, codes, progress, offered)
    shown_here = written if codes else [written[0].parent / "*.html", written[-1]]
    print(f"方案 Plans: {', '.join(shown(path) for path in shown_here)}")


def _codes(name: str, counties: "pd.DataFrame", prefectures: "pd.DataFrame") -> list[str] | None:
    """Return the code of the county that is named, None for all."""
    from sim.baseline import names

    return None if name == "all" else names.codes(counties, [name], "plan", "county", prefectures)


def _best(name: str, keys: list[str]) -> tuple[Path, "Offered"]:
    """Run the package that a search chose for a county, or for all, beside no new policy, unless it was run already;
    return the folder of the run, and the search."""
    from sim import baseline
    from sim.report.tables.results import find_with

    search = next((key.removeprefix("optimise=") for key in keys if key.startswith("optimise=")), "optimise")
    keys = [key for key in keys if key != f"optimise={search}"]
    if (found := find_with(search, SEARCH)) is None:
        raise ConfigError(f"optimise={shorten(search)}: no folder with packages; county optimise finds them")
    from sim.report.pages.packages import Offered

    offered = Offered(found)
    as_searched = {"name": f"{found.name}_best", **{key: offered.asked[key] for key in AS_SEARCHED}}
    given = {key.partition("=")[0] for key in keys}
    config = compose("run", [*(f"{key}={value}" for key, value in as_searched.items() if key not in given), *keys,
                             f"policy={found / 'policy' / 'best.yaml'}", "compare=true"])
    refuse([config])
    data = baseline.load(config.data)
    counties = data.counties
    for code in _codes(name, counties, data.prefectures) or ():
        if offered.chosen(code, counties.set_index("adcode").loc[code, "county_type"]) is None:
            raise ConfigError(f"plan {name}: not in the search of {shown(found)}; county optimise units=[{name}] "
                              "name=NAME finds its package")
    warn_of_grounds()
    from sim import run

    with progress_bar() as progress:
        return run.run(config, progress), offered


def _name(arguments: list[str], command: str, expected: str) -> str:
    names = [argument for argument in arguments if "=" not in argument]
    if len(names) != 1:
        raise ConfigError(f"{command} {shorten(' '.join(names))}".rstrip() + f": expected one {expected}")
    return names[0]


def _files(arguments: list[str], *known: str) -> dict[str, Path]:
    """Return the files that arguments name by key."""
    files = {}
    for key, equals, value in (argument.partition("=") for argument in arguments):
        if key in files:
            raise ConfigError(f"{shorten(f'{key}={value}')}: {key} is given twice")
        if equals and key not in known:
            raise ConfigError(f"{shorten(key + equals + value)}: unknown key; {suggestion(key, known)}")
        if equals:
            files[key] = located(value)
    return files


def _print_results(results: "Results", policy: str) -> None:
    from sim.report.tables import costs, effects, evaluation, findings, overview
    from sim.report.tables.cells import printed
    from sim.report.words import style

    summary = overview.summarize(results)
    print_tables(overview.tables(results, summary))
    if results.replicates > 1:
        over, holds = results.over, results.holds
        print(f"括号内为{over.zh}的80%区间，{holds.zh}。 In brackets: the 80 % interval over {over.en}, {holds.en}.\n")
    found = effects.effects(results)
    if len(found):
        print_tables(costs.printed(results))
        print(f"效果 Effects of {policy} against {results.reference}, {results.years[1]}:")
        for groups in (style.GROUPS, style.PILOTS):
            heads, rows = effects.table(results, found, groups)
            if len(heads) > 1:
                print_tables([(heads, rows)])
        if results.replicates > 1:
            print("○ 方向不能确定：80%区间含0，或不能与随机区分（配对t检验，95%）。 "
                  "○ the sign is not sure: the 80 % interval holds 0, or it may be chance (paired t test at 95 %).")
        if results.replicates < findings.FEW:
            few = results.replicates
            print(f"只有{few}次模拟，区间不足为据。 Runs: only {few}; rely on no interval.")
        print()
    if named := evaluation.table(results):
        print(f"{results.horizon}年差异化评价（模拟，不得用于考核） Yearly evaluation of {results.horizon}, simulated; "
              "of indicators that are observed or scaled in every county, and not for any assessment:")
        print_tables([printed(named)] if named.rows else [])
        print(f"{evaluation.NOTE.zh} {evaluation.NOTE.en}\n")


def _write_results(results: "Results", figures: bool = True) -> str:
    """Write summaries and, unless tables alone are asked for, figures and the report; return where they are, in words.
    """
    with ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: results.asked)  # read while what writes of it is imported; a fault is met again below
        from sim.report.tables import summary

        if figures:
            from sim.report import forked
            from sim.report.charts import pictures
    where = f"表格 Tables: {shown(results.folder)}/*.parquet, "
    if not figures:
        shutil.rmtree(results.folder / "figures", ignore_errors=True)  # so that none is left of an earlier run
        (results.folder / "report.html").unlink(missing_ok=True)
        return (where + ", ".join(path.name for path in summary.write(results))
                + f"\n图和报告 Figures and report: county report {results.folder.name}")
    with forked.beside(results) as submit:
        started = pictures.start(submit)
        from sim.report.pages import page

        tables = summary.write(results, submit)
        report = page.write(results)
    files = [path for figure in started for path in figure.result()]
    return where + ", ".join(path.name for path in tables) + "\n" + drawn(files, report)
