"""Every mistake on the command line ends with exit code 2 and exactly one line that says what to do."""

import subprocess
import sys

import pytest

from sim import cli
from sim.cli import main
from sim.config.files import load_parameters

NAME, QUANTITY = next(
    (name, one) for name, one in load_parameters().quantities.items() if one.low < one.value < one.high
)


def complaint(capsys, *arguments: str) -> str:
    """Run a command that must fail, and return the one line it complains with."""
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("county: ")
    assert output.err.endswith("\n")
    assert output.err.count("\n") == 1
    return output.err.removeprefix("county: ").removesuffix("\n")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("scale=0", "scale=0: expected 1, 10, 100 or 1000"),
        ("scale=-10", "scale=-10: expected 1, 10, 100 or 1000"),
        ("scale=many", "scale=many: expected 1, 10, 100 or 1000"),
        ("scale=true", "scale=true: expected 1, 10, 100 or 1000"),
        ("scale=1e3", "scale=1e3: expected 1, 10, 100 or 1000"),
        ("scale=1.0", "scale=1.0: expected 1, 10, 100 or 1000"),
        ("scale=1_0", "scale=1_0: expected 1, 10, 100 or 1000"),
        ("seeds=1_0", "seeds=1_0: expected a whole number"),
        ("seeds=１", "seeds=１: expected a whole number"),
        ("seed=interval(1,3)", "seed=interval(1,3): expected a whole number"),
        ("policy.doses.all=true", "policy.doses.all=true: expected a number"),
        ('policy.doses.all="0.5"', "policy.doses.all=0.5: expected a number"),
        ("policy.doses.all=0_5", "policy.doses.all=0_5: expected a number"),
        ("+policy.pilots.count=1.0", "policy.pilots.count=1.0: expected a whole number"),
        ("policy.funding.guaranteed=yes", "policy.funding.guaranteed=yes: expected true or false"),
        ("scale=", "scale=: expected 1, 10, 100 or 1000"),
        ("seeds=0", "seeds=0: expected at least 1"),
        ("seeds=2.5", "seeds=2.5: expected a whole number"),
        ("seeds=true", "seeds=true: expected a whole number"),
        ("seed=-1", "seed=-1: expected at least 0"),
        ("seed=9223372036854775808", "seed=9223372036854775808: expected less than 9223372036854775808"),
        ("start=2015", "start=2015: expected 2011 or 2021"),
        ("end=2020", "end=2020: expected 2021 (start) or later"),
        ("end=2036", "end=2036: expected at most 2035"),
        ("workers=0", "workers=0: expected at least 1"),
        ("external=low_fertility,reference", "external=low_fertility,reference: expected one value"),
        ("external=glob(*)", "external=glob(*): expected one value"),
        ("scale", "scale: expected key=value"),
        ("+scale=10", "+scale=10: scale is there already; expected no +"),
        ("scale=${nothing}", "scale=${nothing}: expected 1, 10, 100 or 1000"),
        ("external.titel.en=Hi",
         "external.titel: unknown key; did you mean title? known: differs, name, question, series, title, why"),
    ],
)
def test_wrong_values(capsys, override, expected):
    assert complaint(capsys, "run", override) == expected


@pytest.mark.parametrize("name", ["../elsewhere", "/somewhere", "..", "a/b", ".hidden", "", "a" * 65, "a b"])
def test_names_stay_in_the_outputs_folder(capsys, name):
    assert complaint(capsys, "run", f"name={name}").endswith(
        "expected at most 64 letters and digits, with . - or _ between them"
    )


def test_the_page_without_what_it_needs(capsys, monkeypatch):
    monkeypatch.setattr("sim.cli.view.find_spec", lambda name: None)
    assert cli.main(["view"]) == 2
    said = capsys.readouterr().err
    assert "make view" in said and len(said.splitlines()) == 1


def test_names_that_hold_something_else(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "taken").touch()
    assert complaint(capsys, "run", "name=taken") == (
        "name=taken: expected the name of a folder; outputs holds a file of that name")
    said = complaint(capsys, "template", "nothing")
    assert said.startswith("template nothing: expected a path that ends in .xlsx or .csv")
    assert not (tmp_path / "nothing").exists()


def test_seeds_beyond_the_last(capsys):
    assert complaint(capsys, "run", f"seed={2**63 - 2}", "seeds=3") == ("seeds=3: expected seed + seeds at most 2**63")


def test_unknown_key(capsys):
    line = complaint(capsys, "run", "seds=3")
    assert line.startswith("seds=3: unknown key; did you mean seeds? known: actuals, boundaries, compare, data,")


@pytest.mark.parametrize("override", ["~scale=100", "--scale=10", "hydra.run.dir=x", "policy@x=uniform", "+new=1"])
def test_keys_that_are_not_ours(capsys, override):
    assert f"{override}: unknown key; " in complaint(capsys, "run", override)


def test_a_part_belongs_to_its_command(capsys):
    assert complaint(capsys, "run", "what=initial").startswith("what=initial: unknown key; ")
    parts = "all or initial or hindcast or crossvalidation or recent or patterns or experiments"
    assert complaint(capsys, "validate", "what=both") == f"what=both: expected {parts}"
    assert complaint(capsys, "calibrate", "what=all") == "what=all: expected fit or crossvalidation"
    assert complaint(capsys, "calibrate", "free=[migration.pull]").startswith("free=migration.pull: unknown parameter")
    assert complaint(capsys, "calibrate", "free=[population.gravity_power]") == (
        "free=population.gravity_power: the initial state is made of it; expected one of another theme")
    twice = "free=[reclassification.rate,reclassification.rate]"
    assert complaint(capsys, "calibrate", twice) == "free=reclassification.rate: named twice"
    assert complaint(capsys, "calibrate", "later=[migration.pull]").startswith("later=migration.pull: unknown ")
    assert complaint(capsys, "run", "parameter_sets=1000").startswith("parameter_sets=1000: expected at most ")
    for command in ("calibrate", "pilots", "sensitivity", "view"):
        assert complaint(capsys, command, "parameter_sets=3") == (
            f"parameter_sets=3: county {command} uses one parameter set; expected 1")


def test_unknown_command(capsys):
    assert complaint(capsys, "rum") == (
        "rum: unknown command; did you mean run? known: calibrate, check, clean, compare, list, optimise, pilots, "
        "plan, report, run, sensitivity, sweep, template, validate, verify, view"
    )
    assert complaint(capsys, "scale=10").startswith("scale=10: unknown command; ")


def test_unknown_scenario(capsys):
    line = complaint(capsys, "run", "external=low_fertilty")
    assert line.startswith("external=low_fertilty: no such scenario; did you mean low_fertility? known: ")
    line = complaint(capsys, "run", "policy=null")
    assert line.startswith("policy=null: no such scenario; ")
    assert line.endswith("(county list policies)")
    assert complaint(capsys, "run", "external=../external/reference").startswith("external=../external/")


def test_unknown_list(capsys):
    assert complaint(capsys, "list", "county").startswith("list county: expected one list; did you mean counties?")
    assert complaint(capsys, "list") == (
        "list: expected one list; known: counties, externals, figures, indicators, measures, parameters, policies, "
        "strategies"
    )


def test_check_takes_a_folder_and_nothing_else(capsys):
    assert complaint(capsys, "check", "somewhere").startswith("somewhere: no folder with the results of a run")
    assert complaint(capsys, "check", "scale=10") == "scale=10: expected data=PATH"


@pytest.mark.parametrize("suffix", ["", ".value"])
@pytest.mark.parametrize("value", [QUANTITY.high + 1, QUANTITY.low - 1, "nan", "inf", "much", "true", "null", "[1]"])
def test_parameter_outside_its_range(capsys, value, suffix):
    line = complaint(capsys, "run", f"parameters.{NAME}{suffix}={value}")
    assert line.startswith(f"parameters.{NAME}=")
    assert f"expected a number from {QUANTITY.low:g} to {QUANTITY.high:g}" in line


def test_unknown_parameter(capsys):
    theme, _, name = NAME.partition(".")
    assert complaint(capsys, "run", f"parameters.{NAME}x=1") == (
        f"parameters.{NAME}x: unknown parameter; did you mean {NAME}?"
    )
    for key in (f"parameters.{theme}", f"parameters.{name}", f"parameters.{NAME}.low"):
        assert complaint(capsys, "run", f"{key}=1").startswith(f"{key}: unknown parameter; did you mean ")
    assert complaint(capsys, "run", "parameters=1").startswith("parameters: unknown parameter; known: ")


def test_no_traceback_in_a_process_of_its_own():
    ended = subprocess.run([sys.executable, "-m", "sim", "run", "scale=0"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == "county: scale=0: expected 1, 10, 100 or 1000\n"


REFUSALS = """import sys
from sim.cli import main
assert [main(one.split()) for one in sys.argv[1:]] == [2] * (len(sys.argv) - 1)
print(*{"matplotlib", "mesa", "numba", "pandas", "scipy", "sim.model", "sim.run", "sklearn"} & sys.modules.keys())
"""
SIMULATES = {"matplotlib", "mesa", "sim.model", "sim.run", "sklearn"}


@pytest.mark.parametrize(("commands", "heavy"), [
    (["run policy=x", "sweep policy=land_led,x", "sweep seed=range(3,1)", "sweep name=a,b", "compare a",
      "compare a b name=/x", "plan all best=maybe", "plan a b", "validate what=both", "validate seeds=1",
      "calibrate free=[x]", "calibrate what=all", "pilots n=0", "sensitivity method=x", "optimise packages=0",
      "view port=x", "check x=3", "check a b", "verify", "verify run runs=x", "template a b", "list x"],
     {"matplotlib", "mesa", "numba", "pandas", "scipy", *SIMULATES}),
    (["run actuals=nowhere.csv", *(f"{command} +policy.by_county.Zoupin.doses.all=1" for command in (
        "run", "validate", "calibrate", "pilots", "view", "sweep policy=land_led,full_package")),
      "sensitivity levers=[x]", "sensitivity outcomes=[x]", "sensitivity method=least_cost targets.x=3",
      "sensitivity method=attribution", "optimise units=[x]", "optimise levers=[x]", "optimise externals=[x]",
      "pilots rules=[x]", "pilots n=78", "pilots outcomes=[x]", "validate actuals=nowhere.csv", "report nowhere",
      "compare a b", "plan nobody", "check nowhere", "verify nowhere", "clean nowhere"], SIMULATES),
])
def test_it_is_refused_before_what_takes_seconds_is_imported(commands, heavy, own_cache, tmp_path):
    done = subprocess.run([sys.executable, "-c", REFUSALS, *commands], capture_output=True, text=True, cwd=tmp_path,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") == len(commands)
    assert not heavy & set(done.stdout.split())


def test_every_variant_is_held_against_the_data_before_any_is_run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios/policy").mkdir(parents=True)
    (tmp_path / "scenarios/policy/mine.yaml").write_text(
        "title: {zh: 甲, en: A}\nquestion: {zh: 问, en: q}\ndiffers: {zh: 异, en: d}\nwhy: {zh: 因, en: w}\n"
        "pilots: {rule: greedy_effect, count: 79}\n", "utf-8")
    said = complaint(capsys, "sweep", "policy=pilots_one_per_prefecture,mine", "scale=1000")
    assert said == "policy.pilots.count=79: expected at most 78 by greedy_effect"
    assert not (tmp_path / "outputs").exists()
