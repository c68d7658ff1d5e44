"""`county optimise`: the search for packages, and what it offers in words and tables."""

from pathlib import Path

from sim.cli.progress import progress_bar
from sim.cli.table import print_table
from sim.config.files import shown
from sim.config.optimise import Optimise
from sim.experiments.optimise import optimise
from sim.report import packages
from sim.run import RunFailed


def offered(config: Optimise) -> str:
    """Search packages, print and write what is offered; return which runs failed, in one line."""
    try:
        with progress_bar() as progress:
            folder = optimise(config, progress)
    except RunFailed as failure:
        return str(failure)
    print(show(folder))
    return ""


def show(folder: Path) -> str:
    """Print the tables of offered packages and write their page; return where all is, in words."""
    found = packages.Offered(folder)
    for table in packages.tables(found):
        heads, rows = packages.printed(table)
        print_table(heads, rows, numeric=heads[2:])
        print()
    for sentence in packages.sentences(found):
        print(*sentence)
    return (f"\n政策文件 Policies: {shown(folder)}/policy/*.yaml (county run policy=PATH)\n"
            f"表格 Tables: {shown(folder)}/*.parquet, *.csv\n报告 Report: {shown(packages.write(found))}")
