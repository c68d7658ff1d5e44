"""What data and declarations refuse of a configuration, found before anything is compiled or simulated."""

from sim import baseline
from sim.config import Config, ConfigError
from sim.config.fault import suggestion
from sim.config.pilots import PilotStudy
from sim.indicators.observation import OBSERVATIONS
from sim.policy import deciding, pilots
from sim.policy.plan import layers


def check(config: Config, data: baseline.Baseline) -> None:
    """Refuse configurations that contradict the data or the observations, before anything is written.

    Raises ConfigError for an unknown county, prefecture, strategy or figure of the policy, more pilots than its rule
    finds, or an unknown indicator of the evaluation.
    """
    deciding.check(config)
    layers(config.policy, data)
    asked = None if isinstance(config, PilotStudy) else config.policy.pilots  # a study decides who they are
    if asked and asked.rule == "greedy_effect" and asked.count > len(data.counties):
        raise ConfigError(f"policy.pilots.count={asked.count}: expected at most {len(data.counties)} by {asked.rule}")
    if asked and asked.rule != "greedy_effect":
        pilots.settled(config, data, _unneeded)
    for name in config.evaluation.weights:
        if name not in OBSERVATIONS:
            raise ConfigError(f"evaluation.weights.{name}: unknown indicator; {suggestion(name, OBSERVATIONS)}")


def check_classified(config: Config, data: baseline.Baseline) -> None:
    """Raise ConfigError for a start at which county types and evaluation classes are not known."""
    if not data.starts[config.start].classified:
        known = " or ".join(str(year) for year, start in data.starts.items() if start.classified)
        raise ConfigError(f"start={config.start}: expected {known}, as county types are not known before")


def _unneeded(config: Config) -> None:
    raise AssertionError("no other rule looks at runs")
