"""Which model the shipped parameter sets were fitted with, and whether that is still the one that runs."""

from pathlib import Path

from pydantic import Field, ValidationError

from sim.config.fault import ConfigError, explain
from sim.config.files import CONFIGS, read_yaml, shown
from sim.config.parameters import Frozen, Text

FITTED = CONFIGS / "fitted.yaml"

HEAD = """\
# Which model the parameter sets in parameters/ensemble.csv were fitted with. A model is known by the fingerprint of the
# observations that are expected of it at declared parameters (tests/expected). `make accept` writes `model`,
# `county calibrate install=true` writes `fitted_with`. Where both differ, either the sets are fitted again, or the
# difference is found to be irrelevant to them: then `irrelevant` holds the fingerprint of the model, and the reason.
"""


class Fitted(Frozen):
    """Fingerprints of the model as it is and of the one that was fitted, and why some others make no difference."""

    model: Text = Field(description="fingerprint of the model")
    fitted_with: Text = Field(description="fingerprint of the model that the parameter sets were fitted with")
    irrelevant: dict[str, Text] = Field({}, description="fingerprints of models whose difference does not matter")

    @property
    def warning(self) -> str:
        """A warning of one line where the parameter sets were fitted with another model; empty where with this one."""
        if self.model == self.fitted_with or self.model in self.irrelevant:
            return ""
        return (f"{shown(FITTED)}: the parameter sets were fitted with another model ({self.fitted_with}) than this "
                f"({self.model}); county calibrate install=true fits them again")


def load_fitted(path: Path = FITTED) -> Fitted:
    """Read which model was fitted; a fault raises `ConfigError`."""
    try:
        return Fitted.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigError(f"{shown(path)}: {explain(error, Fitted)}") from None


def record_fitted(path: Path = FITTED, **changes: str) -> None:
    """Write the file with another `model` or `fitted_with`; reasons stay as long as they are about the model."""
    known = load_fitted(path).model_copy(update=changes)
    lines = [f"model: {known.model!r}", f"fitted_with: {known.fitted_with!r}"]
    kept = {name: why for name, why in known.irrelevant.items() if name == known.model}
    lines += ["irrelevant:", *(f"  {name!r}: {why!r}" for name, why in kept.items())] if kept else ["irrelevant: {}"]
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
