"""Options of a calibration: the free parameters, the number of runs, and the number of sets to keep."""

from collections.abc import Mapping

from pydantic import Field, StrictBool, StrictInt, model_validator

from sim.config import Config
from sim.config.fault import suggestion
from sim.config.sensitivity import Names

INITIAL_STATE = ("population", "work", "establishments")
"""Themes on which the initial state depends: each value would need an initial state of its own, so none is fitted."""


class Calibration(Config):
    """The configuration of a calibration."""

    free: Names = Field(description="parameters that are fitted within their ranges")
    later: tuple[str, ...] = Field(description="of these, those that act after all targets: typical in set 0")
    waves: StrictInt = Field(ge=1, le=20, description="rounds: runs, emulators of them, and where to run next")
    points: StrictInt = Field(ge=20, le=100_000, description="runs of each wave")
    sets: StrictInt = Field(ge=2, le=1000, description="accepted parameter sets that are kept")
    install: StrictBool = Field(description="also put them in the place of those that runs use")

    @model_validator(mode="after")
    def _known_parameters(self) -> "Calibration":
        for key in ("free", "later"):
            for name in getattr(self, key):
                if name not in self.quantities:
                    raise ValueError(f"{key}={name}: unknown parameter; {suggestion(name, self.quantities)}")
        for name in self.free:
            if self.free.count(name) > 1:
                raise ValueError(f"free={name}: named twice")
            if name.partition(".")[0] in INITIAL_STATE:
                raise ValueError(f"free={name}: the initial state is made of it; expected one of another theme")
        return self

    def idle(self) -> Mapping[str, str]:
        """Return the keys that no fit uses: its years are those of the targets, and each run has a seed of its own."""
        return dict.fromkeys(("seeds", "start", "end"), "other commands than calibrate")
