"""What was typed is what is meant: text stays text, numbers are numbers, and a list has the values that it shows."""

import string
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field, StrictBool, StrictInt

from sim.cli import main
from sim.compose import compose, product
from sim.config import ConfigError, Policy
from sim.config.files import scenarios
from sim.config.overrides import Override, placed, quoted, read, split, written
from sim.experiments import combinations

LOOKS = ["2025_07_01", "1.50", "1e5", "null", "true", "010", "0x1F", "nan", "1_0", "2025", "yes", "1:30", "~"]
"""Names that some reader of YAML or of overrides takes for something else."""

SCENARIO = "title: {zh: 甲, en: A}\nquestion: {zh: 问, en: q}\ndiffers: {zh: 异, en: d}\nwhy: {zh: 因, en: w}\n"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Work in a folder with scenarios of one's own; return a function that writes one of each group under a name."""
    monkeypatch.chdir(tmp_path)

    def write(name: str) -> None:
        for group in ("policy", "external"):
            (tmp_path / "scenarios" / group).mkdir(parents=True, exist_ok=True)
            (tmp_path / "scenarios" / group / f"{name}.yaml").write_text(SCENARIO, "utf-8")

    return write


@pytest.mark.parametrize("name", [one for one in LOOKS if one != "~"])
def test_a_name_stays_as_it_was_typed(name):
    if name.isascii() and ":" not in name:
        assert compose("run", [f"name={name}"]).name == name
    assert compose("run", [f"actuals={quoted(name)}-"]).actuals == Path.cwd() / f"{name}-"
    assert compose("run", [f"external.title.en={name}"]).external.title.en == name
    assert compose("run", [f"external.title.zh='{name}'"]).external.title.zh == name


@pytest.mark.parametrize("name", [*LOOKS, "土地优先", "two words", "v1.5", "a=b", "it's", "a,b", "[a]", "$a", "a@b"])
def test_a_scenario_can_have_any_name(own, name):
    own(name)
    config = compose("sweep", [f"policy={quoted(name)}", f"external={quoted(name)}", f"compare={quoted(name)}"])
    assert (config.policy.name, config.external.name) == (name, name)
    assert config.compare == {"true": "no_new_policy"}.get(name, name)
    found = [config.policy.name for _, config in product("sweep", ["policy=glob(*)"])]
    assert sorted(found) == sorted(scenarios("policy"))
    found = [config.policy.name for _, config in product("sweep", [f"policy=land_led, {quoted(name)}"])]
    assert found == ["land_led", name]


def test_a_key_that_may_have_nothing_takes_null():
    config = compose("run", ["data=null", "workers=null", "actuals='null'"])
    assert (config.data, config.workers, config.actuals) == (None, None, Path.cwd() / "null")


@given(st.integers(-(10**18), 10**18))
def test_whole_numbers_are_read_as_such(number):
    for kind in (StrictInt, Annotated[StrictInt, Field(ge=1)] | None, float):
        assert read(str(number), kind) == number
    assert read(str(number), str) == str(number)


@given(st.floats(allow_nan=False))
def test_numbers_are_read_as_such(number):
    assert read(repr(number), float) == number
    assert read(repr(number), str) == repr(number)


@given(st.text("0123456789_.eE+- 五", min_size=1))
@example("1_0")
@example("1.0")
@example("1e3")
@example("０")
def test_nothing_else_is_a_whole_number(text):
    said = read(text, StrictInt)
    digits = text.strip().lstrip("+-")
    assert isinstance(said, int) == (digits.isascii() and digits.isdecimal() and len(text.strip()) - len(digits) < 2)
    assert read(text, Literal["a"]) == text.strip()


def test_truth_values_are_read_where_they_are_expected():
    assert [read(text, StrictBool) for text in ("true", "false", "yes")] == [True, False, "yes"]
    assert read("true", float) == read("true", str) == "true"


TEXTS = st.text(st.sampled_from(string.ascii_letters + string.digits + " ,;:'\"[]{}()=*\\$_-.土地，#")
                | st.characters(exclude_categories=["Cs", "Cc"]))


@given(st.lists(TEXTS, min_size=1, unique=True))
def test_values_with_commas_quotes_and_brackets_stay_one_value(values):
    text = ", ".join(map(quoted, values))
    assert [read(part, str) for part in split(text)] == values
    assert [read(part, str) for part in Override.of(f"name={text}").choices()] == values
    assert read(written(values), tuple[str, ...]) == values


@given(st.dictionaries(TEXTS.filter(lambda name: ":" not in name and name == name.strip()), TEXTS))
def test_mappings_are_read_as_they_were_written(values):
    assert read(written(values), dict[str, str]) == values


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-5, 5).filter(bool))
def test_a_range_has_the_numbers_that_python_gives_it(first, end, step):
    override = Override.of(f"seed=range({first},{end}, {step})")
    if numbers := range(first, end, step):
        assert override.choices() == [str(number) for number in numbers]
    else:
        with pytest.raises(ConfigError, match="no number is in this range"):
            override.choices()


def test_a_range_of_shares_is_exact():
    assert Override.of("parameters.x.y=range(0.1, 0.5, 0.1)").choices() == ["0.1", "0.2", "0.3", "0.4"]


@pytest.mark.parametrize(("argument", "said"), [
    ("seed=interval(1,3)", "seed=interval(1,3): expected a whole number"),
    ("end=range(2030,2020)", "end=range(2030,2020): no number is in this range; expected an end beyond the first"),
    ("end=range(2022,2022)", "end=range(2022,2022): no number is in this range"),
    ("end=range(2022)", "end=range(2022): expected range(first,end) or range(first,end,step)"),
    ("end=range(2022,2024,0)", "end=range(2022,2024,0): expected range(first,end) or"),
    ("end=range(2_022,2024)", "end=range(2_022,2024): expected range(first,end) or"),
    ("end=2022,", "end=: expected a whole number"),
    ("policy=glob(火*)", "policy=glob(火*): no scenario has such a name"),
    ("policy=choice(uniform,land_led)", "policy=choice(uniform,land_led): no such scenario"),
])
def test_lists_that_make_no_sense_are_refused_in_one_line(own, capsys, argument, said):
    assert main(["sweep", "scale=1000", argument]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"county: {said}")
    assert error.count("\n") == 1


def test_blanks_after_commas_do_not_matter():
    found = [config.end for _, config in product("sweep", ["end=2022, 2023 ,range(2024, 2026)"])]
    assert found == [2022, 2023, 2024, 2025]


def test_a_sweep_file_says_what_the_command_line_would(own, tmp_path):
    own("1e5")
    own("土地,优先")
    file = tmp_path / "mine.yaml"
    file.write_text("policy: [1e5, '土地,优先']\nname: 2025_07_01\nend: [2022, 2023]\ncompare: true\n"
                    "+policy.doses: {sewage: 0.50}\n", "utf-8")
    found = [one.config for one in combinations.variants(combinations.given([f"sweep={file}"]))]
    assert [(one.policy.name, one.end) for one in found] == [
        ("1e5", 2022), ("1e5", 2023), ("土地,优先", 2022), ("土地,优先", 2023)]
    assert {(one.name, one.compare, one.policy.doses["sewage"]) for one in found} == {
        ("2025_07_01", "no_new_policy", 0.5)}


def test_names_with_dots_are_those_of_entries():
    assert placed({"doses": {"all": 1.0}}, ["doses", "land_use", "quota"], "0.5", Policy) == {
        "doses": {"all": 1.0, "land_use.quota": 0.5}}
    assert placed({}, ["by_county", "鄄城县", "doses", "all"], "1", Policy) == {
        "by_county": {"鄄城县": {"doses": {"all": 1}}}}
    assert compose("run", ["policy=uniform", "policy.doses.land_use.quota=0"]).policy.doses["land_use.quota"] == 0


def test_an_entry_that_is_given_twice_is_refused():
    with pytest.raises(ConfigError, match="sewage is given twice"):
        compose("run", ["policy.doses={sewage: 1, sewage: 0}"])
