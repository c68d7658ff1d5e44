"""Files and overrides become one frozen configuration, from any folder."""

import pickle
import threading
from copy import deepcopy
from pathlib import Path

import pytest
from pydantic import ValidationError

from sim.compose import compose
from sim.config.files import load_parameters

GOOD = "{value: 1, low: 0, high: 2, unit: km, source: s, grade: assumed}"
MINE = "title: {zh: 甲, en: A}\nquestion: {zh: 问, en: q}\ndiffers: {zh: 异, en: d}\nwhy: {zh: 因, en: w}\n"
NAME, QUANTITY = next(
    (name, one) for name, one in load_parameters().quantities.items() if one.low < one.value < one.high
)


def test_defaults_of_run():
    config = compose("run")
    assert (config.policy.name, config.external.name) == ("full_package", "reference")
    assert (config.scale, config.seeds, config.seed) == (100, 5, 1)
    assert (config.start, config.end) == (2021, 2025)
    assert (config.name, config.workers, config.data, config.what) == ("run", None, None, None)
    assert config.external.series == {}


@pytest.mark.parametrize(("command", "part", "scale"), [("validate", "all", 1000), ("calibrate", "fit", 1000)])
def test_defaults_of_other_commands(command, part, scale):
    config = compose(command)
    assert (config.what, config.name, config.scale) == (part, command, scale)


def test_overrides():
    config = compose(
        "run",
        ["external=low_fertility", "scale=10", "seed=7", "end=2035", "workers=2", "name=试点_1", "data=数据"],
    )
    assert config.external.name == "low_fertility"
    assert (config.scale, config.seed, config.end, config.workers) == (10, 7, 2035, 2)
    assert config.name == "试点_1"
    assert config.data == Path.cwd() / "数据"


def test_any_seed_that_fits():
    assert compose("run", ["seed=0"]).seed == 0
    assert compose("run", [f"seed={2**63 - 1}", "seeds=1"]).seed == 2**63 - 1


@pytest.mark.parametrize("suffix", ["", ".value"])
@pytest.mark.parametrize("value", [QUANTITY.low, QUANTITY.high])
def test_parameters_can_be_overridden_within_their_range(value, suffix):
    config = compose("run", [f"parameters.{NAME}{suffix}={value!r}"])
    theme, name = NAME.split(".")
    assert getattr(getattr(config.parameters, theme), name) == value
    assert config.quantities[NAME] == QUANTITY.model_copy(update={"value": value})
    unchanged = {name: one for name, one in compose("run").quantities.items() if name != NAME}
    assert {name: one for name, one in config.quantities.items() if name != NAME} == unchanged


def test_themes_and_the_reference_set(tmp_path):
    themes = tmp_path / "parameters"
    themes.mkdir()
    (themes / "work.yaml").write_text(f"pay: {GOOD}\nhours: {GOOD.replace('value: 1', 'value: 1e-1')}\n")
    ensemble = tmp_path / "ensemble.csv"
    assert load_parameters(themes, ensemble).work.pay == 1.0
    assert load_parameters(themes, ensemble).work.hours == 0.1
    ensemble.write_text("parameter_set,work.pay\n0,1.5\n1,1.25\n")
    parameters = load_parameters(themes, ensemble)
    assert parameters.work.pay == 1.5
    assert parameters.quantities["work.pay"].grade == "calibrated"
    assert parameters.changed({"work.pay": 2}).work.pay == 2.0
    assert parameters.work.pay == 1.5
    assert repr(parameters.work) == "work(hours=0.1, pay=1.5)"


def test_nothing_changes_afterwards():
    config = compose("run")
    with pytest.raises(ValidationError):
        config.scale = 1
    with pytest.raises(TypeError):
        config.quantities[NAME] = QUANTITY
    with pytest.raises(AttributeError):
        getattr(config.parameters, NAME.split(".")[0]).something = 1.0


def test_copies_are_equal():
    config = compose("run", ["external=low_fertility"])
    assert pickle.loads(pickle.dumps(config)) == config == deepcopy(config)
    assert pickle.loads(pickle.dumps(config)).fingerprint() == config.fingerprint()


def test_composing_in_threads():
    scales = [1, 10, 100, 1000] * 3
    found = {}
    threads = [
        threading.Thread(target=lambda i=i, s=s: found.update({i: compose("run", [f"scale={s}"]).scale}))
        for i, s in enumerate(scales)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[i] for i in range(len(scales))] == scales


@pytest.mark.parametrize("override", ["name=other", "workers=1", "seeds=9", "data=elsewhere"])
def test_fingerprint_ignores_what_does_not_decide_results(override):
    assert compose("run", [override]).fingerprint() == compose("run").fingerprint()


def test_fingerprint_ignores_what_scenarios_say_of_themselves():
    config = compose("run", ["policy=uniform"])
    title = config.policy.title.model_copy(update={"en": "Other words"})
    costed = config.policy.same_cost_as.model_copy(update={"title": title})
    policy = config.policy.model_copy(update={"title": title, "same_cost_as": costed})
    assert config.model_copy(update={"policy": policy}).fingerprint() == config.fingerprint()


def test_fingerprint_follows_what_decides_results():
    overrides = [
        "external=low_fertility",
        "scale=10",
        "seed=2",
        "start=2011",
        "end=2026",
        f"parameters.{NAME}={QUANTITY.low!r}",
        "+external.series.fertility={index: {2025: 0.9}, grade: assumed, source: me}",
    ]
    fingerprints = {compose("run", [override]).fingerprint() for override in overrides}
    assert len(fingerprints | {compose("run").fingerprint()}) == len(overrides) + 1


@pytest.mark.parametrize("folder", ["plain", "with space", "中文", "a=b,c"])
def test_own_scenarios_are_found_in_any_folder(tmp_path, monkeypatch, folder):
    own = tmp_path / folder / "scenarios" / "external"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text(MINE + "series: {mortality: {index: {2030: 0.5}, grade: assumed, source: s}}\n")
    (own / "我的.yaml").write_text(MINE)
    (own / "inherits.yaml").write_text("defaults: [low_fertility, _self_]\nwhy: {zh: 别的, en: other}\n")
    monkeypatch.chdir(tmp_path / folder)
    mine = compose("run", ["external=mine"])
    assert mine.external.name == "mine"
    assert mine.external.index("mortality", 2035) == 0.5
    assert compose("run", ["external=我的"]).external.name == "我的"
    inherits = compose("run", ["external=inherits"]).external
    assert (inherits.name, inherits.why.en, list(inherits.series)) == ("inherits", "other", ["fertility"])
    assert compose("run", ["external=low_fertility"]).external.name == "low_fertility"
    monkeypatch.chdir(tmp_path)
    assert compose("run").external.name == "reference"


def test_own_scenario_replaces_the_shipped_one(tmp_path, monkeypatch):
    own = tmp_path / "scenarios" / "external"
    own.mkdir(parents=True)
    (own / "reference.yaml").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    assert compose("run").external.title.en == "A"


def test_an_index_can_be_added_and_exchanged():
    base = ["external=low_fertility"]
    assert compose("run", [*base, "+external.series.fertility.index.2025=0.5"]).external.index("fertility", 2025) == 0.5
    assert compose("run", [*base, "external.title.en=Other"]).external.title.en == "Other"
