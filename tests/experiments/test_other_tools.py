"""The examples of other tools in the documentation run as they are written."""

import re
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).parents[2] / "docs/sensitivity.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


def ran(word):
    example = next(text for text in EXAMPLES if word in text)
    names = {}
    exec(compile(example, f"{PAGE.name}: {word}", "exec"), names)
    return names


def test_the_workbench_runs_the_model():
    pytest.importorskip("ema_workbench")
    names = ran("ema_workbench")
    experiments, outcomes = names["experiments"], names["outcomes"]
    assert len(experiments) == 4 and {"employment_training", "migration_income_elasticity"} <= set(experiments)
    urban = outcomes["resident_urbanization"]
    assert 45 < urban.min() < urban.max() < 65 and len(np.unique(urban)) > 1
    assert len(np.unique(outcomes["sewage_collection"])) == 4


def test_mesa_runs_the_model():
    runs = ran("batch_run")["runs"]
    assert len(runs) == 4 and set(runs["external"]) == {"reference", "land_market_slump"}
    assert runs["resident_urbanization"].nunique() == 4


def test_salib_runs_the_model():
    analysis = ran("ProblemSpec")["spec"].analysis
    assert analysis["mu_star"].shape == (2,) and np.isfinite(analysis["mu_star"]).all()
    assert analysis["mu_star"].max() > 0
