"""The whole machinery on the model itself: a known truth is found again from what it says."""

import numpy as np
import pandas as pd
import pytest

from sim.compose import compose
from sim.experiments.calibration import ensemble, outcomes, reference, targets
from sim.experiments.calibration.counties import past
from sim.experiments.calibration.target import Target

TRUTH = {"demography.fertility_level_2011": 1.2, "demography.mortality_level_2011": 0.7,
         "districts.rural_to_urban": 0.03, "districts.net_arrivals_from_outside": 0.004}
TOLERANCES = {"under_10": 0.1, "aged_65": 0.1, "province_urbanization_2020": 0.2, "province_residents_2020": 2e5,
              "province_deaths": 5e3}


def quiet(done, total, note):
    pass


@pytest.fixture(scope="module")
def found(tmp_path_factory, own_cache):
    """Return what a small calibration finds from the outcomes of a known set, run with seeds of its own."""
    free = f"free=[{','.join(TRUTH)}]"
    config = compose("calibrate", [free, "points=20", "waves=2", "sets=12", "workers=1", "seed=5"])
    config = config.model_copy(update={"points": 13})  # fewer than are allowed: four parameters are soon known
    known = past(config)
    seen = ~known.held_out

    def said(table, wanted=None):
        return targets.said(known, seen, table, wanted or [Target(name, 0, 0, 0, "", "", "") for name in TOLERANCES])

    true = config.model_copy(update={"parameters": config.parameters.changed(TRUTH)})
    truth = [said(outcomes.history(true.model_copy(update={"seed": seed}), 1)) for seed in (101, 102)]
    wanted = [Target(name, value, TOLERANCES[name], 0.0, "", "2020", "a known truth", "linear")
              for name, value in zip(TOLERANCES, np.mean(truth, axis=0), strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("recovery"))
        for module, name, count in ((ensemble, "REPEATED", 2), (reference, "CANDIDATES", 4)):
            patch.setattr(module, name, count)
            patch.setattr(module, "SEEDS", 3)
        patch.setattr(outcomes, "package", lambda config, threads: pd.DataFrame({"value": [1.0]}))
        sets = ensemble.search(config, wanted, quiet, outcomes.history, said)
        return config, sets, reference.choose(config, sets, quiet, outcomes.history, said)


def test_the_truth_lies_within_the_ensemble_and_near_its_reference_set(found):
    config, sets, chosen = found
    table = ensemble.fit(config, sets, chosen).set_index("parameter")
    for name, value in TRUTH.items():
        quantity = config.quantities[name]
        spread = (table.loc[name, "high"] - table.loc[name, "low"]) / 2
        assert abs(table.loc[name, "reference"] - value) < max(1.5 * spread, 0.1 * (quantity.high - quantity.low)), name
        assert table.loc[name, "narrowed"] > 0.3, name


def test_its_reference_set_gives_every_target(found):
    _, sets, chosen = found
    agreed = ensemble.agreement(sets, chosen)
    assert agreed["misfit"].abs().max() < 2.5
