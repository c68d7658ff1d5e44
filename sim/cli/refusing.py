"""What of a configuration contradicts the data, refused before what simulates is imported, which takes seconds."""

from collections.abc import Iterable

from sim.config import Config


def refuse(configs: Iterable[Config]) -> None:
    """Hold configurations of one data package against it; the first fault of one raises ConfigError."""
    from sim import baseline

    first, *others = configs
    data = baseline.load(first.data)
    from sim import checks

    for config in (first, *others):
        checks.check(config, data)
    if first.scheduler is not None:
        from sim import engine

        engine.reachable(first.scheduler)


def refuse_files(config: Config) -> None:
    """Refuse faults of files for the report before anything is simulated."""
    if config.actuals is None and config.boundaries is None:
        return
    from sim.baseline import load
    from sim.indicators.observation import OBSERVATIONS
    from sim.report.tables import actuals, boundaries

    data = load(config.data)
    if config.actuals is not None:
        actuals.read(config.actuals, OBSERVATIONS, data.counties, data.prefectures)
    if config.boundaries is not None:
        boundaries.read(config.boundaries, data.counties)
