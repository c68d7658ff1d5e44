"""Editors take the files that the model takes, and refuse what it refuses."""

import json

import jsonschema
import pytest

from sim import cli
from sim.config.files import CONFIGS, read_yaml, scenarios
from sim.config.schemas import SCHEMAS

SHIPPED = [*(("policy", path) for path in scenarios("policy").values()),
           *(("external", path) for path in scenarios("external").values()),
           *(("sweep", path) for path in sorted((CONFIGS / "sweep").glob("*.yaml"))),
           *(("parameters", path) for path in sorted((CONFIGS / "parameters").glob("*.yaml")))]
TITLES = {key: {"zh": "甲", "en": "A"} for key in ("title", "question", "differs", "why")}


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """Return what checks each kind of file, from the schema that the command writes."""
    found = {}
    for name in SCHEMAS:
        path = tmp_path_factory.mktemp("schemas") / name
        assert cli.main(["template", str(path)]) == 0
        schema = json.loads(path.read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        found[name.partition(".")[0]] = jsonschema.Draft202012Validator(schema)
    return found


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=lambda value: getattr(value, "stem", value))
def test_shipped_files_are_valid(schemas, kind, path):
    content = json.loads(json.dumps(read_yaml(path)))  # years as an editor reads keys
    assert not [*schemas[kind].iter_errors(content)]


@pytest.mark.parametrize(("kind", "content"), [
    ("policy", {}), ("policy", {**TITLES, "doses": {"hospitals": 1}}), ("policy", {**TITLES, "doses": {"all": 2}}),
    ("policy", {**TITLES, "doses": {"population_loss": 1}}), ("policy", {**TITLES, "start": "2023"}),
    ("policy", {**TITLES, "by_type": {"rich": {}}}), ("policy", {**TITLES, "priority": ["hospitals"]}),
    ("policy", {**TITLES, "name": "a"}), ("policy", {**TITLES, "dose": {"all": 1}}),
    ("policy", {"defaults": "close_gaps"}), ("policy", {"defaults": ["close_gaps"], "doses": {"all": 2}}),
    ("external", {**TITLES, "series": {"weather": {}}}),
    ("external", {**TITLES, "series": {"fertility": {"index": {"2022": 11}, "grade": "assumed", "source": "?"}}}),
    ("external", {**TITLES, "series": {"fertility": {"index": {"22": 1}, "grade": "assumed", "source": "?"}}}),
    ("sweep", {"polcy": ["a"]}), ("sweep", {"parameters.migration.peak_agee": 25}), ("sweep", {"policy": {"a": 1}}),
    ("parameters", {"rate": {"value": 1}}), ("parameters", {"rate": 1})])
def test_faults_are_seen(schemas, kind, content):
    assert [*schemas[kind].iter_errors(content)]


def test_what_may_be_left_out_or_short(schemas):
    schemas["policy"].validate({**TITLES, "strategy": "close_gaps", "same_cost_as": "land_led",
                                "by_type": {"population_loss": {"doses": {"citizenization.land_rights": 0.5}}}})
    schemas["policy"].validate({"defaults": ["close_gaps", "_self_"], "by_county": {"邹平": {"doses": {"all": 1}}}})
    schemas["external"].validate({"defaults": ["low_fertility", "_self_"]})
    schemas["sweep"].validate({"+policy.by_county.邹平.doses.all": [0, 1], "parameters.migration.peak_age.value": 25})
    schemas["sweep"].validate({"policy": "glob(pilots_*)", "parameters.migration.peak_age": [22, 25], "seeds": 5,
                               "policy.start": ["2023Q1", "2025Q1"]})
