"""The commands that simulate many runs for one answer: `county validate`, `calibrate`, `sensitivity`, `optimise` and
`pilots`."""

from pathlib import Path

from sim.cli.notices import warn_of_grounds
from sim.cli.progress import progress_bar
from sim.cli.refusing import refuse, refuse_files
from sim.cli.table import print_table, print_tables
from sim.cli.words import drawn, say
from sim.compose import compose
from sim.config import Config, ConfigError
from sim.config.calibration import Calibration
from sim.config.fault import shorten
from sim.config.files import shown
from sim.config.optimise import Optimise
from sim.config.pilots import PilotStudy
from sim.config.sensitivity import Sensitivity

PARTS = ("initial", "hindcast", "crossvalidation", "recent", "patterns", "experiments")
"""Parts of the validation."""


def validate(arguments: list[str]) -> None:
    """Hold the model against what was observed, print what was found and write its page."""
    config = compose("validate", arguments)
    _expect_part(config, "all", *PARTS)
    if config.what in ("all", "experiments") and config.seeds < 2:
        raise ConfigError(f"seeds={config.seeds}: expected at least 2, so that an interval can be given")
    refuse([config])
    refuse_files(config)
    warn_of_grounds()
    from sim.experiments import validation
    from sim.report.pages import validation as page

    with progress_bar() as progress:
        found = validation.validate(config, progress)
    for name, frame in found.items():
        heads, rows = page.printed(name, frame)
        print(page.PARTS[name].title.en)
        print_table(heads, rows, numeric=heads[1:-1] if name in ("initial", "actuals") else ())
        print()
    print(f"检验页 Page: {shown(Path('outputs') / config.name / page.NAME)}")


def calibrate(arguments: list[str]) -> None:
    """Fit the parameters, or hold counties out in turn, and print and write what was found."""
    config = compose("calibrate", arguments)
    assert isinstance(config, Calibration)
    _expect_part(config, "fit", "crossvalidation")
    refuse([config])
    from sim.experiments.calibration import crossvalidation, ensemble
    from sim.report.pages import calibrations

    with progress_bar() as progress:
        tables = (ensemble.calibrate if config.what == "fit" else crossvalidation.crossvalidate)(config, progress)
    for heads, rows in calibrations.printed(tables):
        print_table(heads, rows, numeric=heads[1:-1])
        print()
    print(f"表格 Tables: {shown(Path('outputs') / config.name)}/{', '.join(tables)} (.parquet, .csv)")


def sensitivity(arguments: list[str]) -> None:
    """Analyse what the outcomes answer to, print what was found and write its figures and report."""
    config = compose("sensitivity", arguments)
    assert isinstance(config, Sensitivity)
    _expect_part(config, "levers", "parameters", "both")
    refuse([config])
    warn_of_grounds()
    from sim.experiments.sensitivity import analyse

    with progress_bar() as progress:
        folder = analyse(config, progress)
    from sim.report import sensitivity as report

    written, analysis = write_analysis(folder), report.Analysis(folder)
    print_tables(map(report.printed, report.tables(analysis)), text=2)
    if len(analysis.leading):
        heads, rows = report.printed(report.leading(analysis))
        print_tables([(heads, [[*row[:-1], shorten(row[-1])] for row in rows])], len(heads))
    say(report.sentences(analysis))
    print(f"表格 Tables: {shown(folder)}/*.parquet, *.csv\n{written}")


def write_analysis(folder: Path) -> str:
    """Write the figures and the report of a sensitivity analysis; return where they are, in words."""
    from sim.report import sensitivity

    analysis = sensitivity.Analysis(folder)
    return drawn(sensitivity.draw(analysis), sensitivity.page.write(analysis))


def optimise(arguments: list[str]) -> None:
    """Search for packages, check them, print what is offered and write its page."""
    config = compose("optimise", arguments)
    assert isinstance(config, Optimise)
    refuse([config])
    warn_of_grounds()
    from sim.experiments import optimise

    with progress_bar() as progress:
        folder = optimise.optimise(config, progress)
    print(write_packages(folder))


def write_packages(folder: Path) -> str:
    """Print the tables of offered packages and write their page; return where all is, in words."""
    from sim.report.pages import packages

    found = packages.Offered(folder)
    print_tables(map(packages.printed, packages.tables(found)), text=2)
    say(packages.sentences(found))
    return (f"政策文件 Policies: {shown(folder)}/policy/*.yaml (county run policy=PATH)\n"
            f"表格 Tables: {shown(folder)}/*.parquet, *.csv\n报告 Report: {shown(packages.write(found))}")


def pilots(arguments: list[str]) -> None:
    """Compare rules of choosing pilots, print what an evaluation could see and write its report."""
    config = compose("pilots", arguments)
    assert isinstance(config, PilotStudy)
    refuse([config])
    warn_of_grounds()
    from sim.experiments.pilots import study

    with progress_bar() as progress:
        folder = study(config, progress)
    from sim.report import pilots as report

    found = report.Study(folder)
    print_tables(map(report.printed, report.tables(found)))
    say(report.sentences(found))
    print(f"表格 Tables: {shown(folder)}/*.parquet, *.csv\n{write_pilots(folder)}")


def write_pilots(folder: Path) -> str:
    """Write the report of a study of pilots; return where it is, in words."""
    from sim.report import pilots

    return f"报告 Report: {shown(pilots.page.write(pilots.Study(folder)))}"


def _expect_part(config: Config, *parts: str) -> None:
    if config.what not in parts:
        raise ConfigError(f"what={shorten(config.what)}: expected {' or '.join(parts)}")
