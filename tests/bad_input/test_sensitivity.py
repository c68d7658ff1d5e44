"""Mistakes in what an analysis is asked end with exit code 2 and one line."""

import pytest

from sim.cli import main


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ranges={transport: [0.5, 0.5]}"], "ranges.transport: 0.5 to 0.5 is empty; expected the least"),
        (["ranges={transport: [1, 0]}"], "ranges.transport: 1 to 0 is reversed; expected the least"),
        (["ranges={transport: [0, inf]}"], "ranges.transport: 0 to inf is not finite; expected two numbers"),
        (["ranges={transport: [0, nan]}"], "ranges.transport: 0 to nan is not finite; expected two numbers"),
        (["ranges.land_use=[1,0]"], "ranges.land_use: 1 to 0 is reversed"),
        (["ranges=5"], "ranges=5: expected keys with values"),
        (["ranges={transport: [0, 2]}"], "ranges.transport: 0 to 2 is too wide; expected a range within 0 to 1"),
        (["ranges={trnsport: [0, 1]}"], "ranges.trnsport: not varied; did you mean transport?"),
        (["ranges={transport: 1}"], "ranges.transport=1: "),
        (["ranges={transport: [0, true]}"], "ranges.transport.1=true: expected a number"),
        (["outcomes=resident_urbanisation"], "outcomes=resident_urbanisation: no observation has this name; did you"),
        (["outcomes=[]"], "outcomes: expected at least one entry"),
        (["levers=trnsport"], "levers=trnsport: unknown; did you mean transport?"),
        (["levers=[land_use,land_use.quota]"], "levers=land_use.quota: expected a measure or its levers, and land_use"),
        (["uncertain=migration.income"], "uncertain=migration.income: unknown; did you mean migration.income_"),
        (["what=levers", "levers=transport"], "sensitivity: expected at least two factors or groups to tell apart"),
        (["what=initial"], "what=initial: expected levers or parameters or both"),
        (["method=magic"], "method=magic: expected 'morris', 'sobol', 'emulator', 'attribution', 'least_cost' or"),
        (["method=least_cost", "targets.residents=5"], "targets.residents: no indicator with a target; did you mean"),
        (["method=least_cost", "targets.piped_gas=inf"], "targets.piped_gas=inf: expected a finite number"),
        (["method=least_cost", "targets.piped_gas=much"], "targets.piped_gas=much: expected a number"),
        (["method=least_cost", "outcomes=debt"], "outcomes=debt: no indicator with a target; "),
        (["method=least_cost", "budget=0"], "budget=0: "),
        (["method=least_cost", "budget=inf"], "budget=inf: expected a finite number"),
        (["method=least_cost", "checks=1"], "checks=1: expected at least 2"),
        (["method=least_cost", "levers=transport"], "sensitivity: expected at least two factors or groups"),
        (["method=discovery", "targets=5"], "targets=5: expected keys with values"),
        (["method=sobol", "samples=100"], "samples=100: expected a power of 2 for sobol"),
        (["trajectories=1"], "trajectories=1: expected at least 2"),
        (["group=province"], "group=province: expected 'all_counties', "),
        (["since=2021"], "since=2021: "),
        (["since=2030Q1"], "since=2030Q1: expected a quarter until 2025 (end)"),
        (["policy=type_differentiated"], "policy=type_differentiated: expected a policy with one plan for all"),
        (["method=attribution"], "policy=no_new_policy: expected a policy that plans two measures or more"),
        (["trajectory=3"], "trajectory=3: unknown key; did you mean trajectories?"),
    ],
)
def test_mistakes(tmp_path, monkeypatch, capsys, arguments, expected):
    monkeypatch.chdir(tmp_path)
    assert main(["sensitivity", *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.removeprefix("county: ").startswith(expected)
    assert output.err.count("\n") == 1
    assert not (tmp_path / "outputs").exists()
