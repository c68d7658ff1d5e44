"""Whoever adds a measure, a policy, an outside condition, a column or a process touches one place: each is added."""

import shutil

import numpy as np
import pytest

from sim import model as schedule
from sim.cli import main
from sim.compose import compose
from sim.config import files
from sim.config.files import CONFIGS, load_measures
from sim.core.table import Column
from sim.model import CountyUrbanization
from sim.state.residents import Residents

from ..oracle.model import Oracle
from ..oracle.small_world import build as build_small

MEASURE = """
orchard_towns:
  title: {zh: 果园小镇, en: Orchard towns}
  decides: county
  build_years: 1
  lag_years: 0
  saturation: 0
  not_expected: Anything but farm work.
  expected: [{indicator: rural_income, sign: up, why: made up for a test}]
  levers:
    orchard_towns:
      title: {zh: 果园小镇, en: Orchard towns}
      capital_cost: {value: 10, low: 5, high: 20, grade: assumed, source: made up for a test}
      running_cost: {value: 1, low: 0, high: 2, grade: assumed, source: made up for a test}
      effects:
        - {rate: farm_search, value: 0.2, low: 0.1, high: 0.3, unit: relative, grade: assumed, source: made up}
"""

SCENARIO = """
title: {zh: 果园, en: Orchards}
question: {zh: 加一样东西会怎样, en: What if something is added}
differs: {zh: 一样东西, en: In one thing}
why: {zh: 不需要代码, en: It needs no code}
"""


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    """Return a function that writes a scenario of one's own into the working directory, by group."""
    monkeypatch.chdir(tmp_path)

    def write(group, fields):
        folder = tmp_path / "scenarios" / group
        folder.mkdir(parents=True)
        (folder / "orchards.yaml").write_text(SCENARIO + fields, encoding="utf-8")

    return write


def test_a_measure_is_one_entry_of_its_group(tmp_path, own_cache):
    folder = shutil.copytree(CONFIGS / "measures", tmp_path / "measures")
    with (folder / "industry.yaml").open("a", encoding="utf-8") as file:
        file.write(MEASURE)
    measures = load_measures(folder)
    assert measures.keys() - load_measures() == {"orchard_towns"}
    config = compose("run", ["scale=1000", "end=2022", "+policy.start=2021Q1"])
    config = config.model_copy(update={"measures": measures})
    rates = []
    for dose in (0.0, 1.0):
        model = CountyUrbanization(config=config, rng=1, orchard_towns=dose)
        for _ in range(5):  # what the first year pays works from the next one on
            model.step()
        rates.append(model.world.rates["farm_search"][: model.world.places.counties])
    doses = model.world.observed.table("doses").query("measure == 'orchard_towns'").set_index("adcode")
    paid = doses["funded"].reindex(model.world.places.county_codes).to_numpy(float)
    assert paid.max() > 0.5
    np.testing.assert_allclose(rates[1], rates[0] * (1 + 0.2 * paid))


def test_a_declaration_counts_from_the_moment_it_is_changed(tmp_path, monkeypatch):
    """As in a notebook, where one process composes again and again."""
    folder = shutil.copytree(CONFIGS, tmp_path / "configs")
    monkeypatch.setattr(files, "CONFIGS", folder)
    before = compose("run", ["scale=1000"]).measures
    with (folder / "measures" / "industry.yaml").open("a", encoding="utf-8") as file:
        file.write(MEASURE)
    assert compose("run", ["scale=1000"]).measures.keys() - before.keys() == {"orchard_towns"}


def test_a_policy_is_one_file(scenario, own_cache):
    scenario("policy", "by_county: {邹平市: {doses: {sewage: 1}, start: 2021Q1}}\nfunding: {guaranteed: true}\n")
    model = CountyUrbanization(policy="orchards", end=2021, rng=1)
    model.run_until_end()
    doses = model.world.observed.table("doses")
    assert set(doses["adcode"]) == {"371681"}
    assert set(doses["measure"]) == {"sewage"}
    assert (doses["funded"] > 0).all()


STRATEGY = """from dataclasses import dataclass, replace

import numpy as np

from sim.config import Title
from sim.policy.strategy import Decision, Sight, Strategy


@dataclass(frozen=True)
class OrchardsOnly(Strategy):
    \"\"\"Stop whatever is not there from a year on.

    Of the rest nothing changes.\"\"\"

    title = Title(zh="只种果树", en="Orchards only")
    year: float = 2022

    def decide(self, sight: Sight) -> Decision:
        if sight.year < self.year:
            return sight.plan
        return replace(sight.plan, doses=np.minimum(sight.plan.doses, sight.standing))
"""


def test_a_strategy_is_one_file(scenario, tmp_path, own_cache, capsys):
    scenario("policy", "doses: {sewage: 1}\nstart: 2021Q1\nfunding: {guaranteed: true}\n"
                       "strategy: {name: mine, settings: {year: 2023}}\n")
    (tmp_path / "scenarios" / "strategy").mkdir()
    file = tmp_path / "scenarios" / "strategy" / "mine.py"
    file.write_text(STRATEGY, encoding="utf-8")
    config = compose("run", ["policy=orchards", "scale=1000", "end=2024"])
    assert config.policy.strategy.source == STRATEGY
    file.write_text(STRATEGY.replace("2022", "2024"), encoding="utf-8")
    assert compose("run", ["policy=orchards", "scale=1000", "end=2024"]).fingerprint() != config.fingerprint()
    file.unlink()  # a run needs no file, wherever it is done
    model = CountyUrbanization(config=config, rng=1)
    model.run_until_end()
    table = model.world.observed.table("doses")
    assert (table.query("year <= 2022")["target"] == 1).all()
    later = table.query("year >= 2023")
    assert (later["target"] < 1).all() and (later["funded"] == 0).all()

    file.write_text(STRATEGY, encoding="utf-8")
    (file.parent / "broken.py").write_text("1 / 0", encoding="utf-8")
    assert main(["list", "strategies"]) == 0
    said = capsys.readouterr().out
    mine = next(line for line in said.splitlines() if line.startswith("mine"))
    assert " ".join(mine.split()) == "mine 只种果树 Orchards only year=2022 Stop whatever is not there from a year on."
    assert "cannot be used: scenarios/strategy/broken.py, line 1: ZeroDivisionError: division by zero" in said


def test_an_outside_condition_is_one_file(scenario, own_cache):
    scenario("external", "series: {fertility: {index: {2021: 0}, grade: assumed, source: made up for a test}}\n")
    births = []
    for name in ("reference", "orchards"):
        model = CountyUrbanization(external=name, end=2021, rng=1)
        model.run_until_end()
        births.append(model.world.flows.births.sum())
    assert births[0] > births[1] == 0


def test_a_column_is_one_line_and_newborns_and_newcomers_start_from_its_default(build, monkeypatch):
    grown = Column("orchards", np.int16, "-", "orchards that the person tends", default=-3)
    monkeypatch.setattr(Residents, "columns", (*Residents.columns, grown))
    model = build(end=2021)
    people = model.world.residents
    assert (people.orchards == -3).all()
    people.orchards[:] = 1
    before, size = people.uid[people.living()], people.size
    model.run_until_end()
    living = people.living()
    new = living & ~np.isin(people.uid, before)
    assert (people.orchards[new] == -3).all()
    assert (people.orchards[living & ~new] == 1).all()
    flows = model.world.flows
    assert 0 < flows.births.sum() < new.sum()
    assert new[:size].any(), "no row was used again"


def invent(world):
    """Let every firm produce more, as a process would that touches no resident."""
    world.firms.productivity[:] *= 1.02


def age_of_residents(world):
    """Read residents, as a process would that the oracle has no rule for."""
    assert (world.residents.birth < world.quarter).any()


def test_a_process_is_one_function_in_the_schedule(build, by_uid, configure, monkeypatch):
    usual = build(end=2021)
    usual.run_until_end()
    monkeypatch.setattr(schedule, "EVERY_QUARTER", (*schedule.EVERY_QUARTER, invent))
    model = build(end=2021)
    model.run_until_end()
    assert model.seconds.keys() - usual.seconds.keys() == {f"{invent.__module__.rpartition('.')[2]}.invent"}
    output = [one.indicators().query("group == 'all_counties' and indicator == 'output' and year == 2021")["value"]
              for one in (usual, model)]
    assert output[1].item() > 1.01 * output[0].item()

    small = build_small(monkeypatch, configure(end=2021), every=6)
    oracle = Oracle(small.world)
    for _ in range(4):
        small.step(), oracle.step()
    people = by_uid(small.world.residents)
    assert {int(person.uid): (person.place, person.work) for person in oracle.people} == dict(
        zip(people.index, zip(people["place"], people["work"], strict=True), strict=True))
    np.testing.assert_allclose(small.world.firms.productivity, oracle.world.firms.productivity, rtol=1e-9)


def test_a_process_that_touches_residents_needs_a_rule_of_the_oracle(build, configure, monkeypatch):
    monkeypatch.setattr(schedule, "EVERY_QUARTER", (age_of_residents,))
    oracle = Oracle(build_small(monkeypatch, configure(end=2021), every=6).world)
    with pytest.raises(LookupError, match=r"age_of_residents touches residents .*birth.*: write its rule"):
        oracle.step()
