"""What tests of experiments share: a function in the place of the simulation, in a folder of its own."""

import numpy as np
import pandas as pd
import pytest

import sim.report.sensitivity
from sim.cli import main
from sim.config.sensitivity import GROUPS
from sim.experiments.sensitivity import points


@pytest.fixture
def replace(monkeypatch, tmp_path):
    """Return a function that puts `value(config)` of one outcome, or a dictionary of several, in the place of the
    simulation.

    Analyses then write to a folder of the test.
    """
    monkeypatch.chdir(tmp_path)

    def put(value, outcome="resident_urbanization"):
        groups = list(GROUPS)

        def simulate(config, threads):
            found = value(config)
            outcomes = found if isinstance(found, dict) else {outcome: found}
            rows = [(group, name, whole * (1 + 0.1 * k)) for name, whole in outcomes.items()
                    for k, group in enumerate(groups)]
            return pd.DataFrame(rows, columns=["group", "indicator", "value"])

        monkeypatch.setattr(points, "simulate", simulate)

    return put


@pytest.fixture
def analyse(monkeypatch, tmp_path, capsys):
    """Return a function that runs the command without its figures and reads a table of what it writes."""

    def run(*arguments, figures=False):
        defaults = {"outcomes": "resident_urbanization", "seeds": "1", "workers": "1"}
        chosen = defaults | dict(argument.split("=", 1) for argument in arguments)
        given = [f"{key}={value}" for key, value in chosen.items()]
        with monkeypatch.context() as patch:
            if not figures:
                patch.setattr(sim.report.sensitivity, "draw", lambda analysis: [])
                patch.setattr(sim.report.sensitivity.page, "write", lambda analysis: analysis.folder / "report.html")
            code = main(["sensitivity", *given])
        assert code == 0, capsys.readouterr().err
        folder = tmp_path / "outputs" / "sensitivity"

        def read(name, counties="all_counties"):
            table = pd.read_parquet(folder / f"{name}.parquet")
            return table[table["counties"] == counties] if "counties" in table else table

        return read

    return run


@pytest.fixture
def positions():
    """Return a function that tells where parameters lie in their declared ranges, from 0 to 1."""

    def of(config, names):
        quantities = [config.quantities[name] for name in names]
        return np.array([(one.value - one.low) / (one.high - one.low) for one in quantities])

    return of
