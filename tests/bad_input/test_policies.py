"""A faulty policy is refused in one line that names what, where and what is known."""

import pytest

from sim.cli import main

TEXT = """title: {{zh: 试, en: try}}
question: q
differs: d
why: w
{line}
"""


@pytest.mark.parametrize(("line", "said"), [
    ("doses: {citizenisation: 1}", "unknown measure; did you mean citizenization?"),
    ("doses: {citizenization.parity: 1}", "unknown measure; did you mean citizenization."),
    ("doses: {sewage: 1.5}", "sewage=1.5: expected at most 1"),
    ("doses: {sewage: -0.1}", "expected at least 0"),
    ("by_type: {metropolitan: {doses: {sewage: 1}}}", "unknown county type; did you mean metropolitan_fringe?"),
    ("by_county: {'999999': {doses: {sewage: 1}}}", "policy.by_county.999999: unknown county"),
    ("by_prefecture: {'379900': {doses: {sewage: 1}}}", "policy.by_prefecture.379900: unknown prefecture"),
    ("start: 2023Q5", "start=2023Q5: expected a quarter such as 2023Q1"),
    ("start: 2023", "start=2023: expected a quarter such as 2023Q1"),
    ("priority: [sewerage]", "unknown measure; did you mean sewage?"),
    ("funding: {grant: -5}", "grant"),
    ("by_county: {邹平: {doses: {sewage: 1}}}", "policy.by_county.邹平: unknown county; did you mean 邹平市?"),
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
    ("funding: {sharing: equally}", "expected 'residents', 'gap' or 'merit'"),
    ("funding: {grants: 5}", "unknown key; did you mean grant?"),
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
