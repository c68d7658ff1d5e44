"""A sweep runs every combination once, goes on where it stopped, and compares what it has."""

import numpy as np
import pandas as pd
import pytest

from sim import cli, run
from sim.config import ConfigError
from sim.config.files import scenarios
from sim.experiments import sweep

TINY = ["scale=1000", "end=2021", "seeds=2"]


def names(*arguments):
    return [(one.policy.name, one.external.name) for one in sweep.configurations(arguments)]


def test_a_sweep_is_the_product_of_what_is_given():
    found = names("policy=land_led,finance_led", "external=reference,low_fertility,covid_2020_22")
    assert len(set(found)) == len(found) == 6
    varied = ["parameters.finance.absorption=0.15,0.25", "end=range(2022,2024)"]
    configs = sweep.configurations(["policy=land_led", *varied])
    assert sorted((one.quantities["finance.absorption"].value, one.end) for one in configs) == [
        (0.15, 2022), (0.15, 2023), (0.25, 2022), (0.25, 2023)]  # fmt: skip


def test_glob_sees_all_scenarios_and_those_of_the_user(tmp_path, monkeypatch):
    assert [external for _, external in names("external=glob(*)")] == sorted(scenarios("external"))
    assert len(names("policy=glob(pilots_*)")) == sum(name.startswith("pilots_") for name in scenarios("policy"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs" / "sweep").mkdir(parents=True)
    file = tmp_path / "configs" / "sweep" / "mine.yaml"
    file.write_text("policy: [uniform, land_led]\nseeds: 3\n", encoding="utf-8")
    mine = sweep.configurations(["sweep=mine", "seeds=4"])
    assert [one.policy.name for one in mine] == ["uniform", "land_led"]
    assert {one.seeds for one in mine} == {4}  # what is given beside the file wins


@pytest.mark.parametrize("name", ["leading", "pilots", "timing"])
def test_shipped_sweeps_compose(name):
    assert len(sweep.configurations([f"sweep={name}"])) >= 3


@pytest.mark.parametrize(("argument", "said"), [
    ("sweep=leadin", "no such sweep; did you mean leading?"),
    ("policy=land_led,finance", "policy=finance: no such scenario; did you mean finance_led?"),
    ("policy=glob(x*)", "no scenario has such a name"),
    ("scale=glob(*)", "expected values"),
    ("seeds=1,none", "seeds=none: expected a whole number"),
    ("polcy=a,b", "unknown key; did you mean policy?"),
])
def test_faulty_sweeps_are_refused_in_one_line(argument, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["sweep", argument]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "outputs").exists()


def test_two_names_in_a_sweep_are_refused():
    with pytest.raises(ConfigError, match="expected one value in a sweep"):
        sweep.sweep(sweep.configurations([*TINY, "name=a,b"]))


@pytest.fixture(scope="module")
def swept(tmp_path_factory, own_cache):
    """Return the folder and the configurations of a small sweep."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("sweep"))
        configs = sweep.configurations([*TINY, "policy=land_led,service_led", "external=reference,low_fertility"])
        return sweep.sweep(configs).resolve(), configs


def test_the_baseline_is_run_once_for_each_external(swept):
    folder, _ = swept
    listed = pd.read_parquet(folder / "catalogue.parquet")
    assert listed.groupby(["policy", "external"]).size().to_dict() == dict.fromkeys(
        [(policy, external) for policy in ("land_led", "service_led", "no_new_policy")
         for external in ("reference", "low_fertility")], 2)  # fmt: skip
    assert set(listed["status"]) == {"done"}
    assert (listed["seconds"] > 0).all()
    assert len(list((folder / "runs").iterdir())) == len(listed)
    whole = pd.read_parquet(folder / "indicators.parquet")
    one = pd.concat(pd.read_parquet(path) for path in sorted((folder / "runs").glob("*/indicators.parquet")))
    assert len(one) == len(whole)


def test_nothing_is_run_twice(swept, monkeypatch):
    folder, configs = swept
    monkeypatch.chdir(folder.parents[1])
    before = {path: path.stat().st_mtime_ns for path in folder.glob("runs/*/manifest.json")}
    sweep.sweep(configs)
    assert {path: path.stat().st_mtime_ns for path in folder.glob("runs/*/manifest.json")} == before


def test_effects_are_paired_by_seed_and_external(swept):
    folder, _ = swept
    found = sweep.comparison(folder).set_index(["policy", "external", "indicator"])
    table = pd.read_parquet(folder / "indicators.parquet").query("group == 'all_counties' and year == 2021")
    value = table.set_index(["policy", "external", "indicator", "seed"])["value"]
    for policy in ("land_led", "service_led"):
        for external in ("reference", "low_fertility"):
            ours, theirs = (value[name, external, "hospital_beds"] for name in (policy, "no_new_policy"))
            row = found.loc[policy, external, "hospital_beds"]
            assert row["effect"] == pytest.approx((ours - theirs).mean(), abs=1e-12)
            assert row["seeds"] == 2


def test_ranking_regret_and_front(swept):
    folder, _ = swept
    ranked = sweep.ranking(folder)
    assert (ranked["regret"] >= 0).all()
    for _, part in ranked.groupby("external"):
        assert part["achievement"].is_monotonic_decreasing
        assert part["regret"].iloc[0] == 0
        for row in part.itertuples():
            better = (part["achievement"] >= row.achievement) & (part["cost"] <= row.cost) & (part["debt"] <= row.debt)
            strictly = (part["achievement"] > row.achievement) | (part["cost"] < row.cost) | (part["debt"] < row.debt)
            assert row.efficient == (not (better & strictly).any())
    np.testing.assert_array_equal(ranked.loc[ranked["policy"] == "no_new_policy", "cost"], 0)


def test_processes_and_one_process_give_the_same(swept, tmp_path, monkeypatch):
    folder, _ = swept
    monkeypatch.chdir(tmp_path)
    again = sweep.sweep(sweep.configurations([*TINY, "policy=land_led", "external=low_fertility", "workers=1"]))
    for name in ("indicators", "ledger"):
        ours = pd.read_parquet(again / f"{name}.parquet")
        theirs = pd.read_parquet(folder / f"{name}.parquet")
        theirs = theirs[theirs["run"].isin(ours["run"])]
        pd.testing.assert_frame_equal(*(table.sort_values([*table.columns[:4], "run"], kind="stable")
                                        .reset_index(drop=True) for table in (ours, theirs)))  # fmt: skip


def test_a_failing_run_is_named_and_the_others_are_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    simulate = run._replicate

    def failing(job, threads):
        if job[0].seed == 2 and job[0].policy.name == "land_led":
            raise RuntimeError("the seed is unlucky")
        simulate(job, threads)

    monkeypatch.setattr(run, "_replicate", failing)
    assert cli.main(["sweep", *TINY, "policy=land_led", "workers=1", "name=bad"]) == 1
    output = capsys.readouterr()
    assert "seed 2: RuntimeError: the seed is unlucky" in output.err
    listed = pd.read_csv(tmp_path / "outputs" / "bad" / "catalogue.csv")
    assert listed.groupby(["policy", "status"]).size().to_dict() == {
        ("land_led", "done"): 1, ("land_led", "failed"): 1, ("no_new_policy", "done"): 2}  # fmt: skip
    monkeypatch.setattr(run, "_replicate", simulate)
    assert cli.main(["sweep", *TINY, "policy=land_led", "workers=1", "name=bad"]) == 0
    listed = pd.read_csv(tmp_path / "outputs" / "bad" / "catalogue.csv")
    assert set(listed["status"]) == {"done"}


def test_a_torn_run_is_run_again(swept, monkeypatch):
    folder, configs = swept
    monkeypatch.chdir(folder.parents[1])
    torn = sorted((folder / "runs").iterdir())[0]
    (torn / "manifest.json").unlink()  # written last: a run without it never ended
    (torn / "indicators.parquet").write_bytes(b"PAR1")
    sweep.sweep(configs)
    assert (torn / "manifest.json").exists()
    assert len(pd.read_parquet(torn / "indicators.parquet")) > 100


def test_the_printed_ranking_and_figures(swept, monkeypatch, capsys):
    folder, _ = swept
    monkeypatch.chdir(folder.parents[1])
    arguments = [*TINY, "policy=land_led,service_led", "external=reference,low_fertility"]
    assert cli.main(["sweep", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "土地引领 Land first" in printed
    for name in ("policies", "efficient"):
        assert (folder / "figures" / f"{name}.zh.png").exists()
