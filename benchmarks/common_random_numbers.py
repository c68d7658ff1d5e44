"""What common random numbers are worth: the same seeds with and without a policy, against other seeds."""

import numpy as np

from benchmarks.report import table, verdict
from sim.model import CountyUrbanization

SEEDS = 20
SCALES = (1000, 100)
POLICY = "citizenization_led"
GOAL_RATIO = 0.1


def measure() -> None:
    """Variance of an effect on resident urbanization with the same seeds against that with independent ones."""
    rows, ratios = [], []
    for scale in SCALES:
        led, none = (outcomes(policy, scale) for policy in (POLICY, "no_new_policy"))
        effect = led - none
        independent = led.var(ddof=1) + none.var(ddof=1)
        ratios.append(effect.var(ddof=1) / independent)
        rows.append([f"1 row for {scale} people", f"{effect.mean():+.4f}", f"{effect.std(ddof=1):.4f}",
                     f"{np.sqrt(independent):.4f}", f"{ratios[-1]:.4f}"])
    head = [f"{SEEDS} seeds", "effect, points", "deviation, same seeds", "independent seeds", "ratio of variances"]
    table(head, rows)
    print("  " + verdict(max(ratios), GOAL_RATIO))


def outcomes(policy: str, scale: int) -> np.ndarray:
    """Return resident urbanization of all counties in the last year by seed, in percent."""
    found = []
    for seed in range(1, SEEDS + 1):
        model = CountyUrbanization(policy=policy, scale=scale, rng=seed)
        model.run_until_end()
        found.append(model.datacollector.get_model_vars_dataframe()["resident_urbanization"].iloc[-1])
    return np.array(found)
