"""A fault in the registry of indicators is one line that names the file, the indicator and the key."""

import copy

import pandas as pd
import pytest
import yaml

from sim import targets
from sim.config import ConfigError
from sim.config.files import CONFIGS, load_indicators, read_yaml

SHIPPED = read_yaml(CONFIGS / "indicators.yaml")
BEDS = ("indicators", "hospital_beds")


def changed(path, value):
    """Return the shipped registry with another value at a path; None takes the key out."""
    content = copy.deepcopy(SHIPPED)
    inside = content
    for key in path[:-1]:
        inside = inside[key]
    if value is None:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return content


@pytest.mark.parametrize(("path", "value", "fault"), [
    ((*BEDS, "colour"), "red", "indicators.hospital_beds.colour: unknown key"),
    ((*BEDS, "betters"), "up", "indicators.hospital_beds.betters: unknown key; did you mean better?"),
    ((*BEDS, "better"), "upwards", "indicators.hospital_beds.better=upwards: expected 'up' or 'down'"),
    ((*BEDS, "aspect"), "health", "indicators.hospital_beds.aspect=health: expected 'overall', 'industry'"),
    ((*BEDS, "status"), "officious", "indicators.hospital_beds.status=officious: unknown status; "),
    ((*BEDS, "target", "rule"), "share", "indicators.hospital_beds.target.rule=share: expected 'level', 'increment'"),
    ((*BEDS, "target", "value"), "many", "indicators.hospital_beds.target.value=many: expected a number"),
    ((*BEDS, "target", "value"), True, "indicators.hospital_beds.target.value=true: expected a number"),
    ((*BEDS, "target", "value"), None, "indicators.hospital_beds.target: rule level: expected a value"),
    ((*BEDS, "target", "tolerance"), 1, "indicators.hospital_beds.target: rule level: expected no tolerance"),
    ((*BEDS, "target", "grade"), "official", "indicators.hospital_beds.target.grade=official: expected 'sourced'"),
    ((*BEDS, "target", "source"), None, "indicators.hospital_beds.target.source: missing"),
    ((*BEDS, "second_target"), {"rules": "hold", "grade": "assumed", "source": "s"},
     "indicators.hospital_beds.second_target.rule: missing"),
    ((*BEDS, "second_target"), {"rule": "hold", "values": 1, "grade": "assumed", "source": "s"},
     "indicators.hospital_beds.second_target.values: unknown key; did you mean value?"),
    (("indicators", "urban_jobs_created", "target", "value"), 3, "indicators.urban_jobs_created.target: rule hold"),
    (("indicators", "urban_jobs_created", "base", "low"), 6e5, "indicators.urban_jobs_created.base: value 575000"),
    (("indicators", "resident_urbanization", "target", "value"), -1,
     "indicators.resident_urbanization: target value -1: expected one that is better than the base"),
    (("indicators", "urban_rural_income_ratio", "target", "value"), 1.05,
     "indicators.urban_rural_income_ratio: target value 1.05: expected one that is better than the base"),
    (("aspects", "services"), None, "indicators.hospital_beds.aspect: services is missing in aspects"),
    (("aspects", "services", "weight"), -1, "aspects.services.weight=-1: expected at least 0"),
    (("verdicts", "close", "achievement"), 1.1, "verdicts.close.achievement=1.1: expected at most 1"),
    (("verdicts", "met", "achievement"), 0.7, "verdicts: expected met from 1"),
    (("target_year",), 2015, "target_year=2015: expected a year after 2020"),
    (("indicators",), {}, "indicators: expected at least one entry"),
])
def test_a_fault_is_one_line(tmp_path, path, value, fault):
    file = tmp_path / "indicators.yaml"
    file.write_text(yaml.safe_dump(changed(path, value), sort_keys=False, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_indicators(file)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{file}: {fault}")


def test_an_indicator_that_nobody_observes_is_refused(tmp_path, finished):
    file = tmp_path / "indicators.yaml"
    content = changed(("indicators", "hospital_bed"), SHIPPED["indicators"]["hospital_beds"])
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^indicators\.hospital_bed: .*did you mean hospital_beds\?$"):
        targets.assess(finished.indicators(), load_indicators(file))


def test_a_run_without_the_base_year_has_no_targets(finished):
    later = finished.indicators().query("year > 2020")
    assert isinstance(later, pd.DataFrame)
    assert targets.assess(later, load_indicators()).empty
