"""Help texts of the commands; keys and defaults are read from the configuration itself."""

from typing import NamedTuple

from sim.cli.table import align
from sim.compose import MODELS
from sim.config import Config
from sim.config.fault import shorten
from sim.config.files import defaults


class Command(NamedTuple):
    """How a command is called, what it does, and some examples."""

    arguments: str
    summary: str
    examples: tuple[str, ...]
    has_keys: bool = False


COMMANDS = {
    "run": Command(
        "[key=value ...]",
        "simulate, and write the results to outputs/<name>",
        (
            "county run",
            "county run scale=1000 seeds=1 end=2022",
            "county run external=low_fertility end=2035 name=low_fertility",
            "county run parameters.migration.income_elasticity=1.5",
        ),
        has_keys=True,
    ),
    "sweep": Command(
        "[sweep=NAME] [key=a,b | key=range(1,4) | key=glob(*) ...]",
        "simulate every combination of scenarios, parameters and seeds, and compare them",
        (
            "county sweep sweep=leading seeds=5",
            "county sweep 'policy=land_led,finance_led' 'external=glob(*)' seeds=20 scale=1000 name=two",
            "county sweep policy=full_package 'parameters.finance.absorption=0.15,0.25,0.4' name=absorption",
            "county sweep policy=land_led,service_led compare=uniform name=direct",
            "county sweep sweep=leading seeds=20 engine=dask scheduler=tcp://127.0.0.1:8786",
            "python -m sim run --multirun hydra/launcher=joblib policy=land_led,service_led",
        ),
        has_keys=True,
    ),
    "report": Command(
        "NAME|PATH [actuals=FILE] [boundaries=FILE]",
        "write the report, the summaries and the figures of a run or an analysis again, from its files alone",
        (
            "county report run",
            "county report outputs/run",
            "county report run actuals=what_happened.csv",
            "county report sensitivity",
        ),
    ),
    "compare": Command(
        "ONE OTHER [name=NAME]",
        "hold two finished things against each other: runs, or policies and external conditions of a run or a sweep",
        (
            "county compare differentiated led",
            "county compare leading:land_led leading:service_led",
            "county compare two:land_led,land_market_slump two:land_led,reference",
            "county compare run:full_package run:no_new_policy name=effect",
        ),
    ),
    "plan": Command(
        "COUNTY|all [run=NAME|PATH | best=true [optimise=NAME|PATH] [key=value of county run ...]]",
        "write the plan of a county, or of every county with a workbook, from the files of a finished run; with "
        "best=true under the package that county optimise found, which is run for it",
        ("county plan 武城县", "county plan Wucheng run=differentiated", "county plan all run=gaps",
         "county plan 武城县 best=true", "county plan all best=true optimise=each seeds=10"),
    ),
    "validate": Command(
        "[what=all|initial|hindcast|crossvalidation|recent|patterns|experiments] [actuals=FILE] [key=value ...]",
        "hold the model against data and studies, and write a page of it with computed lights to outputs/<name>",
        (
            "county validate",
            "county validate what=initial start=2011 scale=10",
            "county validate what=hindcast parameter_sets=20",
            "county validate what=experiments seeds=10",
            "county validate what=recent actuals=what_happened.csv",
        ),
        has_keys=True,
    ),
    "calibrate": Command(
        "[what=fit|crossvalidation] [key=value ...]",
        "find the parameter sets that agree with what happened to 2020, or hold every county out in turn",
        (
            "county calibrate",
            "county calibrate install=true",
            "county calibrate what=crossvalidation",
        ),
        has_keys=True,
    ),
    "sensitivity": Command(
        "[method=morris|sobol|emulator|attribution|least_cost|discovery] [key=value ...]",
        "tell which measures and unknowns move the indicators, what targets cost and where they fail, and how surely",
        (
            "county sensitivity",
            "county sensitivity method=morris what=levers levers=sublevers group=population_loss",
            "county sensitivity method=emulator samples=500 outcomes=[resident_urbanization,output_per_resident]",
            "county sensitivity method=sobol what=parameters samples=64 groups=themes",
            "county sensitivity method=attribution policy=full_package groups=measures",
            "county sensitivity method=least_cost targets.sewage_collection=68 targets.piped_gas=94 budget=2e11",
            "county sensitivity method=discovery targets.sewage_collection=70 samples=500",
        ),
        has_keys=True,
    ),
    "optimise": Command(
        "[units=[types|counties|all|NAME ...]] [budget=YUAN] [debt_line=PERCENT] [reach=SHARE] [key=value ...]",
        "find packages of measures that reach most targets for the money, and run every offered one anew",
        (
            "county optimise",
            "county optimise budget=3000 debt_line=100 units=[agricultural_production,population_loss]",
            "county optimise units=[武城县] levers=[sublevers] reach=0.6",
            "county optimise units=[all] externals=[fiscal_stress,land_market_slump] parameter_sets=8",
            "county run policy=outputs/optimise/policy/best.yaml",
        ),
        has_keys=True,
    ),
    "pilots": Command(
        "[rules=all|NAME|[NAME,...]] [n=10] [years=[1,3,5]] [list=FILE] [key=value ...]",
        "tell which counties should be pilots, what they change where, and what an evaluation could see of it",
        (
            "county pilots",
            "county pilots 'rules=[stratified_by_type,top_output,greatest_effect]' draws=200 name=three",
            "county pilots list=my_ten.txt since=2025Q1 'years=[2,4]'",
            "county pilots n=20 'outcomes=[hukou_urbanization,rural_income]'",
            "county pilots policy=pilots_funded policy.pilots.doses.all=0.5",
        ),
        has_keys=True,
    ),
    "view": Command(
        "[port=8765] [open=false] [key=value ...]",
        "show the model in the browser: run it, change measures, look at maps, paths and counties",
        ("county view", "county view scale=1000 policy=full_package", "county view port=8765 open=false"),
        has_keys=True,
    ),
    "check": Command(
        "[NAME|PATH | data=PATH]",
        "test whether people, money and land of a finished run add up, from its files alone; or find every fault of a "
        "data package, by default the shipped one, or of a file of own figures, and say which figures were read",
        ("county check run", "county check data=my_province", "county check data=county_figures.xlsx"),
    ),
    "verify": Command(
        "NAME|PATH [runs=all|NUMBER] [data=PATH]",
        "hold the files of a folder of runs against their digests, and make its runs, or some, again byte for byte",
        ("county verify run", "county verify outputs/run runs=3", "county verify mine data=my_province"),
    ),
    "clean": Command(
        "[NAME ...] [outdated] [cache]",
        "show what is kept of earlier commands and how large it is, or take away what is named",
        ("county clean", "county clean old_sweep", "county clean outdated cache"),
    ),
    "template": Command(
        "[PATH] [data=PATH]",
        "write county_figures.xlsx for figures of single counties that one has, of the shipped or another package, an "
        "empty county_figures.csv or actuals.csv, a schema by which editors check policies, external conditions, "
        "sweeps or parameters, or the whole shipped data package",
        ("county template", "county template mine/county_figures.xlsx data=my_province",
         "county template county_figures.csv", "county template actuals.csv",
         "county template scenarios/policy.schema.json",
         "county template my_province/datapackage.json"),
    ),
    "list": Command(
        "policies|externals|strategies|measures|indicators|counties|parameters|figures",
        "show what there is to choose from",
        ("county list externals", "county list parameters | grep migration"),
    ),
}


def general_help() -> str:
    """Return the text of `county --help`."""
    commands = align([[f"  {name}", command.summary] for name, command in COMMANDS.items()], [False, False])
    return "\n".join(
        [
            "County urbanization in a province, simulated person by person. · 县域城镇化模拟",
            "",
            "usage: county <command> [key=value ...]",
            "       county <command> --help",
            "       county --version",
            "",
            *commands,
            "",
            "Scenarios of your own are found in ./scenarios/policy and ./scenarios/external,",
            "strategies in ./scenarios/strategy.",
            "Exit codes: 0 done, 1 a run failed, 2 bad input, 130 interrupted, 143 ended by a signal.",
        ]
    )


def command_help(name: str) -> str:
    """Return the text of `county <command> --help`."""
    command = COMMANDS[name]
    summary = command.summary[0].upper() + command.summary[1:]
    lines = [f"usage: county {name} {command.arguments}", "", f"{summary}.", ""]
    if command.has_keys:
        fields = MODELS.get(name, Config).model_fields
        keys = [
            [f"  {key}={shorten(value)}", fields[key].description or ""]
            for key, value in defaults(name).items()
        ]
        keys.append(["  parameters.<theme>.<name>=1.2", "within its range; `county list parameters`"])
        lines += ["Keys, with their defaults:", *align(keys, [False, False]), ""]
    return "\n".join([*lines, "Examples:", *(f"  {example}" for example in command.examples)])
