"""The command line: `county <command> [key=value ...]`."""

import shutil
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import surroundings
from sim.cli.help import COMMANDS, command_help, general_help
from sim.cli.notices import warn_of_another_model, warn_of_later_figures, warn_of_no_cache
from sim.cli.progress import progress_bar
from sim.cli.table import print_table
from sim.compose import compose
from sim.config import Config, ConfigError
from sim.config.calibration import Calibration
from sim.config.fault import shorten, suggestion
from sim.config.files import located, shown
from sim.config.optimise import Optimise
from sim.config.pilots import PilotStudy
from sim.config.sensitivity import Sensitivity
from sim.config.view import View

if TYPE_CHECKING:
    from sim.report.results import Results

DONE, FAILED, BAD_INPUT = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 bad input, 128 and the number of the signal that
    ended it."""
    if argv is None:
        surroundings.settle()
    try:
        code = _dispatch(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return code
    except ConfigError as error:
        return _complain(error, BAD_INPUT)
    except KeyboardInterrupt as interrupt:
        ending = signal.Signals(*interrupt.args or (signal.SIGINT,))
        return _complain("interrupted" if ending == signal.SIGINT else f"ended by {ending.name}", 128 + ending)
    except BrokenPipeError:  # whoever read the output has seen enough
        surroundings.close()
        return DONE
    except OSError as error:
        surroundings.close()
        return _complain(error, FAILED)
    except Exception:
        traceback.print_exc()
        return FAILED


def _complain(what: object, code: int) -> int:
    print("county:", " ".join(str(what).split()), file=sys.stderr)
    return code


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(general_help())
        return DONE
    if arguments[0] == "--version":
        from importlib.metadata import version

        print(f"county {version('county-urbanization')}")
        return DONE
    command, *rest = arguments
    if command not in COMMANDS:
        raise ConfigError(f"{shorten(command)}: unknown command; {suggestion(command, COMMANDS)}")
    if "-h" in rest or "--help" in rest:
        print(command_help(command))
        return DONE
    return ACTIONS[command](rest)


def _composed(command: str, arguments: list[str]) -> Config:
    """Return the configuration of a command that simulates, and say where parameters do not belong to the model."""
    config = compose(command, arguments)
    warn_of_another_model()
    warn_of_no_cache()
    return config


def _run(arguments: list[str]) -> int:
    if {"-m", "--multirun"} & set(arguments):
        return _sweep(arguments)
    config = _composed("run", arguments)
    with _faulty_data_is_bad_input():
        from sim.run import RunFailed, run

        _check_files(config)
        try:
            warn_of_later_figures(config)
            with progress_bar() as progress:
                folder = run(config, progress)
        except RunFailed as failure:
            return _complain(failure, FAILED)
    from sim.report.results import Results

    results = Results(folder, config.actuals, config.boundaries)
    written = _write_results(results, config.figures)
    _print_results(results, config.policy.name)
    print(written)
    return DONE


def _sweep(arguments: list[str]) -> int:
    with _faulty_data_is_bad_input():
        from sim.cli import sweeps

        run = sweeps.multirun if set(sweeps.MULTIRUN) & set(arguments) else sweeps.swept
        failure = run(arguments)
    return _complain(failure, FAILED) if failure else DONE


def _report(arguments: list[str]) -> int:
    from sim.report.results import Results, find, find_with

    names = [argument for argument in arguments if "=" not in argument]
    if len(names) != 1:
        raise ConfigError(f"report {shorten(' '.join(names))}".rstrip() + ": expected one folder or name of a run")
    for file, write in REPORTS.items():
        if (folder := find_with(names[0], file)) is not None:
            _files(arguments)  # of a run only
            print(write(folder))
            return DONE
    files = _files(arguments, "actuals", "boundaries")
    print(_write_results(Results(find(names[0]), **files)))
    return DONE


def _plan(arguments: list[str]) -> int:
    from sim.policy.plan import places
    from sim.report import plans
    from sim.report.results import Results, find

    names = [argument for argument in arguments if "=" not in argument]
    if len(names) != 1:
        raise ConfigError(f"plan {shorten(' '.join(names))}".rstrip() + ": expected one county, or all")
    results = Results(find(str(_files(arguments, "run").get("run", "run"))))
    codes = None if names[0] == "all" else places(results.counties, names, "plan", "county")
    with progress_bar("plans") as progress:
        written = plans.write(results, codes, progress)
    shown_here = written if codes else [written[0].parent / "*.html", written[-1]]
    print(f"方案 Plans: {', '.join(shown(path) for path in shown_here)}")
    return DONE


def _files(arguments: list[str], *known: str) -> dict[str, Path]:
    """Return the files that arguments name by key."""
    files = {}
    for key, equals, value in (argument.partition("=") for argument in arguments):
        if equals and key not in known:
            raise ConfigError(f"{shorten(key + equals + value)}: unknown key; {suggestion(key, known)}")
        if equals:
            files[key] = located(value)
    return files


def _check_files(config: Config) -> None:
    """Refuse faults of files for the report before anything is simulated."""
    if config.actuals is None and config.boundaries is None:
        return
    from sim.baseline import load
    from sim.indicators.observation import OBSERVATIONS
    from sim.report import actuals, boundaries

    data = load(config.data)
    if config.actuals is not None:
        actuals.read(config.actuals, OBSERVATIONS, data.counties["adcode"], data.prefectures["adcode"])
    if config.boundaries is not None:
        boundaries.read(config.boundaries, data.counties)


def _print_results(results: "Results", policy: str) -> None:
    from sim.report import costs, effects, findings, overview, ranking, style

    summary = overview.summarize(results)
    for heads, rows in overview.tables(results, summary):
        print_table(heads, rows, numeric=heads[1:])
        print()
    if results.replicates > 1:
        over, holds = results.over, results.holds
        print(f"括号内为{over.zh}的80%区间，{holds.zh}。 In brackets: the 80 % interval over {over.en}, {holds.en}.\n")
    found = effects.effects(results)
    if len(found):
        for heads, rows in costs.printed(results):
            print_table(heads, rows, numeric=heads[1:])
            print()
        print(f"效果 Effects of {policy} against {results.reference}, {results.years[1]}:")
        for groups in (style.GROUPS, style.PILOTS):
            heads, rows = effects.table(results, found, groups)
            if len(heads) > 1:
                print_table(heads, rows, numeric=heads[1:])
                print()
        if results.replicates > 1:
            print("○ 方向不能确定：80%区间含0，或不能与随机区分（配对t检验，95%）。 "
                  "○ the sign is not sure: the 80 % interval holds 0, or it may be chance (paired t test at 95 %).")
        if results.replicates < findings.FEW:
            few = results.replicates
            print(f"只有{few}次模拟，区间不足为据。 Only {few} runs: rely on no interval.")
        print()
    heads, rows = ranking.table(results)
    if rows:
        print(f"{results.horizon}年差异化评价（模拟，不得用于考核） Yearly evaluation of {results.horizon}, simulated; "
              "of indicators that are observed or scaled in every county, and not for any assessment:")
        print_table(heads, rows, numeric=heads[2:])
        print()


def _write_results(results: "Results", figures: bool = True) -> str:
    """Write summaries and, unless tables alone are asked for, figures and the report; return where they are, in words.
    """
    from sim.report import summary

    where = f"表格 Tables: {shown(results.folder)}/*.parquet, "
    if not figures:
        shutil.rmtree(results.folder / "figures", ignore_errors=True)  # so that none is left of an earlier run
        (results.folder / "report.html").unlink(missing_ok=True)
        return (where + ", ".join(path.name for path in summary.write(results))
                + f"\n图和报告 Figures and report: county report {results.folder.name}")
    from sim.report import page, pictures

    with pictures.drawing(results) as drawn:
        tables = summary.write(results)
        report = page.write(results)
    return where + ", ".join(path.name for path in tables) + "\n" + _drawn(drawn, report)


def _validate(arguments: list[str]) -> int:
    config = _composed("validate", arguments)
    from sim.experiments import validation
    from sim.report import validation as page

    _expect_part(config, "all", *validation.PARTS)
    with _faulty_data_is_bad_input():
        from sim.run import RunFailed

        try:
            with progress_bar() as progress:
                found = validation.validate(config, progress)
        except RunFailed as failure:
            return _complain(failure, FAILED)
    for name, frame in found.items():
        heads, rows = page.printed(name, frame)
        print(page.PARTS[name].title.en)
        print_table(heads, rows, numeric=heads[1:-1] if name in ("initial", "actuals") else ())
        print()
    print(f"检验页 Page: {shown(Path('outputs') / config.name / page.NAME)}")
    return DONE


def _calibrate(arguments: list[str]) -> int:
    config = compose("calibrate", arguments)
    assert isinstance(config, Calibration)
    _expect_part(config, "fit", "crossvalidation")
    with _faulty_data_is_bad_input():
        from sim.experiments.calibration.crossvalidation import crossvalidate
        from sim.experiments.calibration.ensemble import calibrate
        from sim.report import calibrations
        from sim.run import RunFailed

        try:
            with progress_bar() as progress:
                tables = (calibrate if config.what == "fit" else crossvalidate)(config, progress)
        except RunFailed as failure:
            return _complain(failure, FAILED)
    for heads, rows in calibrations.printed(tables):
        print_table(heads, rows, numeric=heads[1:-1])
        print()
    print(f"表格 Tables: {shown(Path('outputs') / config.name)}/{', '.join(tables)} (.parquet, .csv)")
    return DONE


def _sensitivity(arguments: list[str]) -> int:
    config = _composed("sensitivity", arguments)
    assert isinstance(config, Sensitivity)
    _expect_part(config, "levers", "parameters", "both")
    with _faulty_data_is_bad_input():
        from sim.experiments.sensitivity import analyse
        from sim.run import RunFailed

        try:
            with progress_bar() as progress:
                folder = analyse(config, progress)
        except RunFailed as failure:
            return _complain(failure, FAILED)
    from sim.report import sensitivity

    written, analysis = _write_analysis(folder), sensitivity.Analysis(folder)
    for table in sensitivity.tables(analysis):
        heads, rows = sensitivity.printed(table)
        print_table(heads, rows, numeric=heads[2:])
        print()
    for sentence in sensitivity.sentences(analysis):
        print(*sentence)
    print()
    print(f"表格 Tables: {shown(folder)}/*.parquet, *.csv\n{written}")
    return DONE


def _optimise(arguments: list[str]) -> int:
    config = _composed("optimise", arguments)
    assert isinstance(config, Optimise)
    with _faulty_data_is_bad_input():
        from sim.cli import packages

        failure = packages.offered(config)
    return _complain(failure, FAILED) if failure else DONE


def _show_packages(folder: Path) -> str:
    """Print what is offered and write its page; return where all is, in words."""
    from sim.cli import packages

    return packages.show(folder)


def _pilots(arguments: list[str]) -> int:
    config = _composed("pilots", arguments)
    assert isinstance(config, PilotStudy)
    with _faulty_data_is_bad_input():
        from sim.experiments.pilots import study
        from sim.run import RunFailed

        try:
            with progress_bar() as progress:
                folder = study(config, progress)
        except RunFailed as failure:
            return _complain(failure, FAILED)
    from sim.report import pilots

    found = pilots.Study(folder)
    for table in pilots.tables(found):
        heads, rows = pilots.printed(table)
        print_table(heads, rows, numeric=heads[1:])
        print()
    for sentence in pilots.sentences(found):
        print(*sentence)
    print()
    print(f"表格 Tables: {shown(folder)}/*.parquet, *.csv")
    print(_write_study(folder))
    return DONE


def _write_study(folder: Path) -> str:
    """Write the report of a study of pilots; return where it is, in words."""
    from sim.report import pilots

    return f"报告 Report: {shown(pilots.page.write(pilots.Study(folder)))}"


def _write_sweep(folder: Path) -> str:
    """Write the figures and the report of a sweep; return where they are, in words."""
    from sim.cli import sweeps

    return sweeps.write(folder)


def _view(arguments: list[str]) -> int:
    config = _composed("view", arguments)
    assert isinstance(config, View)
    if find_spec("solara") is None:
        raise ConfigError("view: expected the extra view; make view, or pip install 'county-urbanization[view]'")
    with _faulty_data_is_bad_input():
        from sim.view.choices import Choices
        from sim.view.server import serve

        serve(Choices.of(config, arguments), config.port, config.open, config.hosts)
    return DONE


def _write_analysis(folder: Path) -> str:
    """Write the figures and the report of a sensitivity analysis; return where they are, in words."""
    from sim.report import sensitivity

    analysis = sensitivity.Analysis(folder)
    return _drawn(sensitivity.draw(analysis), sensitivity.page.write(analysis))


def _drawn(pictures: list[Path], report: Path) -> str:
    drawn = ", ".join(shown(path) for path in pictures if path.suffix == ".png")
    return f"图 Figures: {drawn}\n报告 Report: {shown(report)}"


def _check(arguments: list[str]) -> int:
    from sim.baseline import SHIPPED, faults

    if arguments and "=" not in arguments[0]:
        return _check_results(arguments)
    folder = SHIPPED
    for argument in arguments:
        key, _, value = argument.partition("=")
        if key != "data" or not value:
            raise ConfigError(f"{shorten(argument)}: expected data=PATH")
        folder = located(value)
    found = faults(folder)
    for fault in found:
        print(fault)
    if found:
        return BAD_INPUT
    print(f"{folder}: no faults")
    return DONE


def _check_results(arguments: list[str]) -> int:
    """Test the identities of a finished folder, and print which hold."""
    from sim.report import identities
    from sim.report.results import find

    if len(arguments) > 1:
        raise ConfigError(f"check {shorten(' '.join(arguments))}: expected one folder or name of a run, or data=PATH")
    found = identities.check(find(arguments[0]))
    rows = [[f"{one.title.zh} {one.title.en}", f"{one.tested:,}", f"{len(one.broken):,}", "; ".join(one.broken[:3])]
            for one in found]
    heads = ["恒等式 identity", "检验 tested", "不成立 broken", "何处 where"]
    print_table(heads, rows, numeric=heads[1:3])
    return FAILED if any(one.broken for one in found) else DONE


def _verify(arguments: list[str]) -> int:
    with _faulty_data_is_bad_input():
        from sim.cli.verification import verified

        failure = verified(arguments)
    return _complain(failure, FAILED) if failure else DONE


def _template(arguments: list[str]) -> int:
    from sim.cli.templates import write

    write(arguments)
    return DONE


def _list(arguments: list[str]) -> int:
    from sim.cli.listing import LISTS

    if len(arguments) != 1 or arguments[0] not in LISTS:
        given = shorten(" ".join(arguments))
        raise ConfigError(f"list {given}".rstrip() + f": expected one list; {suggestion(given, LISTS)}")
    print_table(*LISTS[arguments[0]]())
    return DONE


REPORTS = {"sensitivity.json": _write_analysis, "catalogue.parquet": _write_sweep, "pilots.json": _write_study,
           "optimise.json": _show_packages}
"""How the report of anything but a run is written, by the file by which it is known."""

ACTIONS = {"run": _run, "sweep": _sweep, "report": _report, "plan": _plan, "validate": _validate,
           "calibrate": _calibrate, "optimise": _optimise, "pilots": _pilots, "sensitivity": _sensitivity,
           "view": _view, "check": _check, "verify": _verify, "template": _template, "list": _list}


def _expect_part(config: Config, *parts: str) -> None:
    if config.what not in parts:
        raise ConfigError(f"what={shorten(config.what)}: expected {' or '.join(parts)}")


@contextmanager
def _faulty_data_is_bad_input() -> Iterator[None]:
    from sim.baseline import DataError

    try:
        yield
    except DataError as error:
        raise ConfigError(str(error)) from None
