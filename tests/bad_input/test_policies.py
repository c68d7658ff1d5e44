"""A faulty policy is refused in one line that names what, where and what is known."""

import pytest

from sim.baseline import load
from sim.cli import main

TEXT = """title: {{zh: 试, en: try}}
question: {{zh: 问, en: q}}
differs: {{zh: 异, en: d}}
why: {{zh: 因, en: w}}
{line}
"""


@pytest.mark.parametrize(("line", "said"), [
    ("doses: {citizenisation: 1}", "unknown measure; did you mean citizenization?"),
    ("doses: {citizenization.parity: 1}", "unknown measure; did you mean citizenization."),
    ("doses: {sewage: 1.5}", "sewage=1.5: expected at most 1"),
    ("doses: {sewage: -0.1}", "expected at least 0"),
    ("by_type: {metropolitan: {doses: {sewage: 1}}}", "unknown county type; did you mean metropolitan_fringe?"),
    ("doses: {population_loss: 1}",
     "policy.doses.population_loss: a county type; expected by_type.population_loss.doses"),
    ("by_county: {'999999': {doses: {sewage: 1}}}", "policy.by_county.999999: unknown county"),
    ("by_prefecture: {'379900': {doses: {sewage: 1}}}", "policy.by_prefecture.379900: unknown prefecture"),
    ("start: 2023Q5", "start=2023Q5: expected a quarter such as 2023Q1"),
    ("start: 2023", "start=2023: expected a quarter such as 2023Q1"),
    ("priority: [sewerage]", "unknown measure; did you mean sewage?"),
    ("funding: {grant: -5}", "grant"),
    ("by_county: {邹坪市: {doses: {sewage: 1}}}", "policy.by_county.邹坪市: unknown county; did you mean 邹平市?"),
    ("by_county: {邹平市: {}, '371681': {}}", "expected each county once, 371681 is named twice"),
    ("by_prefecture: {Qingdo: {}}", "unknown prefecture; did you mean Qingdao?"),
    ("by_county: {邹平市: {sewage: 1}}", "scenarios/policy/mine.yaml: by_county.邹平市.sewage: unknown key"),
    ("timetable: {transports: 2024Q1}", "policy.timetable.transports: unknown measure; did you mean transport?"),
    ("timetable: {transport: 2024}", "timetable.transport"),
    ("pilots: {counties: [Zoupin]}", "policy.pilots.counties.Zoupin: unknown county; did you mean Zouping?"),
    ("pilots: {rule: top_outputs}", "expected 'stratified_by_type', 'top_output'"),
    ("pilots: {rule: top_output, count: 100}", "policy.pilots.count=100: expected at most 78 by top_output"),
    ("pilots: {rule: random, doses: {sewage: 2}}", "mine.yaml: pilots.doses.sewage=2: expected at most 1"),
    ("pilots: {}", "expected counties, a rule or towns"),
    ("pilots: {towns: {count: 10, doses: {sewag: 1}}}", "policy.pilots.towns.doses.sewag: unknown measure"),
    ("same_cost_as: unifrom", "policy.same_cost_as=unifrom: no such scenario; did you mean uniform?"),
    ("pilots: {counties: [Zouping], count: 5}", "count=5: expected a rule that finds"),
    ("priority: [sewage, transport, sewage]", "expected each measure once, sewage is named twice"),
    ("same_cost_as: pilots_random", "policy.same_cost_as=pilots_random: expected a policy without pilots"),
    ("same_cost_as: no_new_policy", "policy.same_cost_as=no_new_policy: expected a policy that plans measures"),
    ("same_cost_as: uniform", "expected a policy with a cost of its own"),
    ("funding: {award: -1}", "scenarios/policy/mine.yaml: funding.award=-1: expected at least 0"),
    ("funding: {sharing: equally}", "expected 'equal', 'by_need' or 'by_result'"),
    ("funding: {grants: 5}", "unknown key; did you mean grant?"),
    ("funding: {bond_room: need}", "expected 'equal', 'by_need' or 'by_result'"),
    ("prefectures: cooperate", "expected 'coordinate', 'pool' or 'compete'"),
    ("strategy: close_gap", "policy.strategy=close_gap: unknown strategy; did you mean close_gaps?"),
    ("by_county: {邹平市: {strategy: imitat}}", "policy.by_county.邹平市.strategy=imitat: unknown strategy"),
    ("strategy: {name: thrifty, settings: {debt: 1}}", "policy.strategy.settings.debt: unknown setting"),
    ("strategy: {name: thrifty, settings: {debt_line: low}}", "settings.debt_line=low: expected a number"),
    ("strategy: {settings: {debt_line: 100}}", "strategy.name: missing"),
    ("triggers: [{when: debt_rate, above: 1, stop: [sewage]}]", "policy.triggers.debt_rate: unknown figure; did you"),
    ("triggers: [{when: debt_ratio, behind: 0.1, stop: [sewage]}]", "policy.triggers.debt_ratio: unknown figure"),
    ("triggers: [{when: debt_ratio, above: 1, stop: [sewag]}]", "unknown measure; did you mean sewage?"),
    ("triggers: [{when: debt_ratio, above: 1, doses: {sewag: 1}}]", "unknown measure; did you mean sewage?"),
    ("triggers: [{when: debt_ratio, stop: [sewage]}]", "debt_ratio: expected one of above, below and behind"),
    ("triggers: [{when: debt_ratio, above: 1}]", "expected something to do: stop, forward or doses"),
])
def test_faults_of_policies(line, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "scenarios" / "policy"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(TEXT.format(line=line), encoding="utf-8")
    assert main(["run", "policy=mine", "scale=1000", "seeds=1", "end=2021"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert said in error, error
    assert "Traceback" not in error
    assert not (tmp_path / "outputs").exists()


def test_all_missing_keys_of_a_file_are_told_at_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    written = {"policy": "doses: {sewage: 1}", "external": "series: {fertility: {index: {2022: 1}}}"}
    missing = {"policy": "", "external": "; series.fertility.grade: missing; series.fertility.source: missing"}
    for group, text in written.items():
        (tmp_path / "scenarios" / group).mkdir(parents=True)
        (tmp_path / "scenarios" / group / "mine.yaml").write_text(text, encoding="utf-8")
        assert main(["run", f"{group}=mine"]) == 2
        assert capsys.readouterr().err == (f"county: scenarios/{group}/mine.yaml: title: missing; question: missing; "
                                           f"differs: missing; why: missing{missing[group]}\n")


HEAD = """from dataclasses import dataclass, replace
from sim.policy.strategy import Decision, Sight, Strategy

@dataclass(frozen=True)
class Mine(Strategy):
    level: float = 0.5

    def decide(self, sight):
"""


@pytest.mark.parametrize(("text", "code", "said"), [
    ("class Mine(Strategy", 2, "scenarios/strategy/mine.py, line 1: SyntaxError: "),
    ("import nothing_of_the_kind\n", 2, "scenarios/strategy/mine.py, line 1: ModuleNotFoundError: No module named"),
    ("x = 1\n", 2, "scenarios/strategy/mine.py: expected one class of sim.policy.strategy.Strategy, found none"),
    ("from sim.policy.strategy import Strategy\nclass Mine(Strategy):\n    pass\n", 2,
     "scenarios/strategy/mine.py: expected a method decide of Mine"),
    ("from sim.policy.strategy import Strategy\nclass Mine(Strategy):\n    decide = None\n"
     "    def __init__(self):\n        1 / 0\n", 2, "scenarios/strategy/mine.py, line 5: ZeroDivisionError: division"),
    (HEAD + "        return 1 / 0\n", 1, "scenarios/strategy/mine.py, line 9: ZeroDivisionError: division by zero"),
    (HEAD + "        return sight.figure('happiness')\n", 1, "scenarios/strategy/mine.py, line 9: KeyError: 'happ"),
    (HEAD + "        return 5\n", 1, "scenarios/strategy/mine.py: expected a Decision for CODE, it returned int"),
    (HEAD + "        return replace(sight.plan, doses=sight.plan.doses + 1.5)\n", 1,
     "doses of specialty_industries.specialty_industries=2.5 in CODE: expected a dose from 0 to 1"),
    (HEAD + "        return replace(sight.plan, doses=sight.plan.doses[:3])\n", 1,
     "scenarios/strategy/mine.py: expected doses of CODE as 37 numbers, one for each lever"),
    (HEAD + "        return replace(sight.plan, start=sight.plan.start * float('nan'))\n", 1, "expected a number"),
])
def test_faults_of_a_strategy_of_ones_own(text, code, said, tmp_path, monkeypatch, capsys, own_cache):
    monkeypatch.chdir(tmp_path)
    for group, name, content in (("policy", "mine.yaml", TEXT.format(line="doses: {all: 1}\nstrategy: mine")),
                                 ("strategy", "mine.py", text)):
        (tmp_path / "scenarios" / group).mkdir(parents=True)
        (tmp_path / "scenarios" / group / name).write_text(content, encoding="utf-8")
    assert main(["run", "policy=mine", "scale=1000", "seeds=1", "end=2021", "compare=false"]) == code
    error = capsys.readouterr().err
    first = load().counties["adcode"].iloc[0]
    assert said.replace("CODE", first) in error, error
    assert sum(line.startswith("county:") for line in error.splitlines()) == 1
    assert "Traceback" not in error
