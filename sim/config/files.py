"""Where configuration lies, and reading it; whatever is wrong becomes one line."""

import csv
import math
import os
import re
from pathlib import Path
from typing import Any, ClassVar

import yaml
from pydantic import ValidationError

from sim.config.evaluation import Evaluation
from sim.config.fault import ConfigError, explain, shorten
from sim.config.indicators import IndicatorSystem
from sim.config.measures import Measure
from sim.config.parameters import Parameters, Quantity
from sim.config.policies import Policy
from sim.config.quasi_experiments import QuasiExperiment
from sim.config.scenarios import External
from sim.config.stocks import Stock, unknown_need
from sim.config.types import Profile

PACKAGE = Path(__file__).parent.parent
GROUPS: dict[str, type[Policy | External]] = {"policy": Policy, "external": External}


def _carried(name: str) -> Path:
    """Return a folder inside the built package, or the repository's where the package is not built."""
    return PACKAGE / name if (PACKAGE / name).is_dir() else PACKAGE.parent / name


CONFIGS = _carried("configs")
SCENARIOS = _carried("scenarios")
ENSEMBLE = CONFIGS / "parameters" / "ensemble.csv"
"""Parameter sets that agree with the data, one a row; number 0 is the reference set."""
FIT, TARGETS, EFFECTS, CROSSVALIDATION = (
    ENSEMBLE.with_name(f"{name}.csv") for name in ("fit", "targets", "effects", "crossvalidation"))
"""Results of the fit: quantiles of each parameter, targets, effects of policy, predictions for counties left out."""
QUASI_EXPERIMENTS = CONFIGS / "quasi_experiments.yaml"
MEASURE_GROUPS = ("industry", "facilities", "services", "environment", "institutions")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the class depends on the machine
    """A loader of YAML that refuses keys that appear twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} appears twice", problem_mark=key.start_mark)
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


# YAML 1.1, which is read, takes numbers such as 1e-1 for text.
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+$"),
                             list("-+0123456789"))


class Quoted(str):
    """A text that stands in quotes, and is meant to be one."""


class TextLoader(Loader):
    """A loader that leaves every value the text that it is."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_scalar(self, node: yaml.ScalarNode) -> str:
        text = str(super().construct_scalar(node))
        return Quoted(text) if node.style else text


TextLoader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^<<$"), ["<"])
TextLoader.add_constructor("tag:yaml.org,2002:str", TextLoader.construct_scalar)

DEEPEST, MOST = 30, 100_000
"""Levels of a file, and values in it: more are no configuration, but one that holds itself or aliases of aliases."""


def defaults(command: str) -> dict[str, Any]:
    """Return the keys of a command with their defaults, scenario groups included."""
    values: dict[str, Any] = {}
    for path in (CONFIGS / "base.yaml", CONFIGS / f"{command}.yaml"):
        content = read_yaml(path)
        for entry in content.pop("defaults"):
            if isinstance(entry, dict):
                chosen = {key.removeprefix("override "): value for key, value in entry.items()}
                values |= {key: value for key, value in chosen.items() if key in GROUPS}
        values |= content
    return values


def declarations() -> tuple[tuple[Path, int, int], ...]:
    """Return the files of declarations, each with the time of its last change in ns and its size in bytes."""
    found = [path for path in (*sorted(CONFIGS.rglob("*.yaml")), ENSEMBLE) if path.is_file()]
    return tuple((path, status.st_mtime_ns, status.st_size) for path in found for status in [path.stat()])


def scenarios(group: str) -> dict[str, Path]:
    """Return the files of a scenario group by name; the user's own replace shipped ones of the same name."""
    found: dict[str, Path] = {}
    for folder in reversed(scenario_folders()):
        found |= {path.stem: path for path in sorted((folder / group).glob("[!.]*.yaml")) if path.is_file()}
    return found


def twins(group: str, name: str) -> list[Path]:
    """Return the files of the user's own scenario of a name, whatever way `.yaml` is written."""
    folder = scenario_folders()[0] / group
    return [path for path in folder.glob("[!.]*") if path.stem == name and path.suffix.lower() in (".yaml", ".yml")]


def own_strategies() -> dict[str, Path]:
    """Return the user's own strategies by name: Python files in `scenarios/strategy` of the working directory."""
    return {path.stem: path for path in sorted((scenario_folders()[0] / "strategy").glob("*.py"))}


def scenario_folders() -> list[Path]:
    """Return the folders of scenarios, the user's own first: `scenarios` in the working directory."""
    own = Path.cwd() / "scenarios"
    return [own, SCENARIOS] if own.is_dir() and own.resolve() != SCENARIOS.resolve() else [SCENARIOS]


def declared_parameters(folder: Path | None = None) -> Parameters:
    """Read the themes of `parameters/`, with values as they were before any fit."""
    themes: dict[str, dict[str, Quantity]] = {}
    for path in sorted((folder or CONFIGS / "parameters").glob("*.yaml")):
        if not path.stem.isidentifier() or path.stem == "root" or hasattr(Parameters, path.stem):
            raise ConfigError(f"{shown(path)}: a theme cannot have this name")
        themes[path.stem] = _read_quantities(path)
    return Parameters(themes)


def load_parameters(folder: Path | None = None, ensemble: Path | None = None) -> Parameters:
    """Read the themes of `parameters/` and give calibrated parameters their values in the reference set."""
    parameters, sets = declared_parameters(folder), load_ensemble(ensemble)
    if not sets:
        return parameters
    try:
        reference = parameters.changed(sets[0])
    except ConfigError as error:
        raise ConfigError(f"{shown(ensemble or ENSEMBLE)}: {error}") from None
    known = reference.quantities
    return reference.overlaid({name: known[name].model_copy(update={"grade": "calibrated"}) for name in sets[0]})


def load_ensemble(path: Path | None = None) -> list[dict[str, float]]:
    """Read the parameter sets that agree with the data, the reference set first: values by full name. Without a file
    there are none."""
    path = path or ENSEMBLE
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        sets = [{name: float(value) for name, value in row.items() if name != "parameter_set"} for row in rows]
    except (TypeError, ValueError):  # among them bytes that are not UTF-8
        raise ConfigError(f"{shown(path)}: expected a number in every column") from None
    if not all(math.isfinite(value) for one in sets for value in one.values()):
        raise ConfigError(f"{shown(path)}: expected a finite number in every column")
    return sets


def load_profiles(folder: Path | None = None) -> dict[str, Profile]:
    """Read the profiles of county types, by full name `theme.name`."""
    profiles = {}
    for path in sorted((folder or CONFIGS / "county_types").glob("*.yaml")):
        for name, fields in read_yaml(path).items():
            try:
                profiles[f"{path.stem}.{name}"] = Profile.model_validate(fields)
            except ValidationError as error:
                raise ConfigError(f"{shown(path)}: {explain(error, Profile, f'{name}.')}") from None
    return profiles


def load_measures(folder: Path | None = None) -> dict[str, Measure]:
    """Read the measures of every group, in the order of groups and entries."""
    measures: dict[str, Measure] = {}
    folder = folder or CONFIGS / "measures"
    for group in MEASURE_GROUPS:
        path = folder / f"{group}.yaml"
        for name, fields in read_yaml(path).items():
            try:
                measures[name] = Measure.model_validate({**fields, "group": group})
            except ValidationError as error:
                raise ConfigError(f"{shown(path)}: {explain(error, Measure, f'{name}.')}") from None
    return measures


def load_evaluation(path: Path | None = None) -> Evaluation:
    """Read how counties are evaluated each year."""
    path = path or CONFIGS / "evaluation.yaml"
    try:
        return Evaluation.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigError(f"{shown(path)}: {explain(error, Evaluation)}") from None


def load_stocks(path: Path | None = None) -> dict[str, Stock]:
    """Read the declarations of stocks by name, in the order of the file."""
    path = path or CONFIGS / "stocks.yaml"
    stocks: dict[str, Stock] = {}
    for name, fields in read_yaml(path).items():
        try:
            stock = Stock.model_validate(fields)
        except ValidationError as error:
            raise ConfigError(f"{shown(path)}: {explain(error, Stock, f'{name}.')}") from None
        if fault := unknown_need(name, stocks, stock.need):
            raise ConfigError(f"{shown(path)}: {fault}")
        stocks[name] = stock
    return stocks


def load_quasi_experiments(path: Path | None = None) -> dict[str, QuasiExperiment]:
    """Read the virtual quasi-experiments by name, in the order of the file."""
    path = path or QUASI_EXPERIMENTS
    found = {}
    for name, fields in read_yaml(path).items():
        try:
            found[name] = QuasiExperiment.model_validate(fields)
        except ValidationError as error:
            raise ConfigError(f"{shown(path)}: {explain(error, QuasiExperiment, f'{name}.')}") from None
    return found


def load_indicators(path: Path | None = None) -> IndicatorSystem:
    """Read the nineteen indicators with their targets, aspects and the words for both."""
    path = path or CONFIGS / "indicators.yaml"
    try:
        return IndicatorSystem.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigError(f"{shown(path)}: {explain(error, IndicatorSystem)}") from None


def read_yaml(path: Path, loader: type[Loader] = Loader) -> dict[str, Any]:
    """Read a mapping from a YAML file; a fault raises `ConfigError` with its line."""
    text = read_text(path, "YAML")
    try:
        content = yaml.load(text, loader)
        _bound(content)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{shown(path)}{line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{shown(path)}: expected YAML; {shorten(error)}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{shown(path)}: expected keys with values")
    return content


def read_text(path: Path, kind: str, key: str = "") -> str:
    """Read a file of a kind (`CSV`) in UTF-8; whatever is wrong raises `ConfigError` with the key that names it."""
    where, expected = f"{key}={shown(path)}" if key else shown(path), f"expected {kind} in UTF-8"
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{where}: no file; {expected}")  # one of a device or a pipe may never end
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = "a workbook or an archive" if content[:2] == b"PK" else f"line {content[:error.start].count(10) + 1}"
        raise ConfigError(f"{where}: {expected}; {what}: {error.reason}") from None
    except OSError as error:
        raise ConfigError(f"{where}: {error.strerror}; {expected}") from None
    except ValueError as error:
        raise ConfigError(f"{where}: {error}; {expected}") from None


def _bound(content: Any) -> None:
    """Refuse what has too many levels or values."""
    waiting, seen = [(content, 1)], 0
    while waiting:
        value, level = waiting.pop()
        seen += 1
        if level > DEEPEST or seen > MOST:
            raise ValueError(f"more than {DEEPEST} levels or {MOST} values, or a value that holds itself")
        within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(one, level + 1) for one in within]


def located(text: str) -> Path:
    """Return the path that a text names; of someone without a home it stays as it is."""
    return Path(os.path.expanduser(text))


def shown(path: Path) -> str:
    """Write a path relative to the working directory where it lies there."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _read_quantities(path: Path) -> dict[str, Quantity]:
    quantities = {}
    for name, fields in read_yaml(path).items():
        try:
            quantities[name] = Quantity.model_validate(fields)
        except ValidationError as error:
            raise ConfigError(f"{shown(path)}: {explain(error, Quantity, f'{name}.')}") from None
    return quantities
