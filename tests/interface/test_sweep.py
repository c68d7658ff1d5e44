"""A sweep runs every combination once, goes on where it stopped, and compares what it has."""

import pickle
import shutil

import duckdb
import numpy as np
import pandas as pd
import polars
import pytest
from pyarrow import parquet

from sim import archive, cli, run, targets
from sim.config.files import load_indicators, scenarios
from sim.experiments import combinations, comparison, sweep

TINY = ["scale=1000", "end=2021", "seeds=2"]


def variants(*arguments):
    return combinations.variants(combinations.given(arguments))


def names(*arguments):
    return [(one.config.policy.name, one.config.external.name) for one in variants(*arguments)]


def test_a_sweep_is_the_product_of_what_is_given():
    found = names("policy=land_led,finance_led", "external=reference,low_fertility,covid_2020_22")
    assert len(set(found)) == len(found) == 6
    varied = ["parameters.finance.absorption=0.15,0.25", "end=range(2022,2024)"]
    found = variants("policy=land_led", *varied, "seed=1,2")
    assert sorted((one.config.quantities["finance.absorption"].value, one.setting) for one in found) == [
        (share, f"end={end}") for share in (0.15, 0.25) for end in (2022, 2023) for _ in range(2)]


def test_glob_sees_all_scenarios_and_those_of_the_user(tmp_path, monkeypatch):
    assert [external for _, external in names("external=glob(*)")] == sorted(scenarios("external"))
    assert len(names("policy=glob(pilots_*)")) == sum(name.startswith("pilots_") for name in scenarios("policy"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs" / "sweep").mkdir(parents=True)
    file = tmp_path / "configs" / "sweep" / "mine.yaml"
    file.write_text("policy: [uniform, land_led]\nseeds: 3\n", encoding="utf-8")
    mine = [one.config for one in variants("sweep=mine", "seeds=4")]
    assert [one.policy.name for one in mine] == ["uniform", "land_led"]
    assert {one.seeds for one in mine} == {4}  # what is given beside the file wins


@pytest.mark.parametrize("name", ["leading", "pilots", "timing"])
def test_shipped_sweeps_compose(name):
    assert len(variants(f"sweep={name}")) >= 3


@pytest.mark.parametrize(("argument", "said"), [
    ("sweep=leadin", "no such sweep; did you mean leading?"),
    ("policy=land_led,finance", "policy=finance: no such scenario; did you mean finance_led?"),
    ("policy=glob(x*)", "no scenario has such a name"),
    ("scale=glob(*)", "expected values"),
    ("seeds=1,none", "seeds=none: expected a whole number"),
    ("polcy=a,b", "unknown key; did you mean policy?"),
    ("scale=1000 scale=100", "scale=100: scale is given twice"),
    ("name=a,b", "name: expected one value in a sweep"),
    ("compare=true,false", "compare: expected one value in a sweep"),
    ("compare=nothing", "compare=nothing: no such scenario"),
    ("compare=pilots_one_per_prefecture", "expected a policy without pilots"),
    ("engine=dask", "engine=dask: expected scheduler=tcp://"),
    ("engine=slurm", "engine=slurm: expected"),
    ("scheduler=tcp://127.0.0.1:8786", "expected engine=dask beside it"),
])
def test_faulty_sweeps_are_refused_in_one_line(argument, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["sweep", *argument.split()]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "outputs").exists()


@pytest.fixture(scope="module")
def swept(tmp_path_factory, own_cache):
    """Return what a small sweep found, and its variants."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("sweep"))
        asked = variants(*TINY, "policy=land_led,service_led", "external=reference,low_fertility")
        found = sweep.sweep(asked)
        return found._replace(folder=found.folder.resolve()), asked


def test_the_baseline_is_run_once_for_each_external(swept):
    found, _ = swept
    listed = pd.read_parquet(found.folder / "catalogue.parquet")
    assert listed.groupby(["policy", "external"]).size().to_dict() == dict.fromkeys(
        [(policy, external) for policy in ("land_led", "service_led", "no_new_policy")
         for external in ("reference", "low_fertility")], 2)
    assert set(listed["status"]) == {"done"}
    assert (listed["seconds"] > 0).all()
    assert listed["peak_memory"].between(1e8, 8e9).all()  # of the whole process, whatever it did before
    assert len(list((found.folder / "runs").iterdir())) == len(listed)


def test_nothing_is_run_twice(swept, monkeypatch):
    found, asked = swept
    monkeypatch.chdir(found.folder.parents[1])
    before = {path: path.stat().st_mtime_ns for path in found.folder.glob("runs/*/manifest.json")}
    sweep.sweep(asked)
    assert {path: path.stat().st_mtime_ns for path in found.folder.glob("runs/*/manifest.json")} == before


@pytest.mark.parametrize("file", ["runs/*/indicators.parquet", "indicators.parquet"])
def test_pandas_polars_and_duckdb_read_all_runs_as_one_table(swept, file):
    found, _ = swept
    path = str(found.folder / file)
    keys = ["policy", "external", "seed", "year"]
    wanted = {(policy, external, seed, 2021) for policy in ("land_led", "service_led", "no_new_policy")
              for external in ("reference", "low_fertility") for seed in (1, 2)}
    parts = [pd.read_parquet(part) for part in sorted(found.folder.glob(file))]
    by_pandas = pd.concat(parts).query("indicator == 'residents' and group == 'all_counties' and year == 2021")
    assert set(by_pandas[keys].itertuples(index=False, name=None)) == wanted
    total = by_pandas["value"].sum()
    chosen = (polars.col("indicator") == "residents", polars.col("group") == "all_counties", polars.col("year") == 2021)
    by_polars = polars.scan_parquet(path).filter(*chosen).collect()
    assert set(by_polars.select(keys).iter_rows()) == wanted
    assert by_polars["value"].sum() == total
    rows = duckdb.sql(f"""select policy, external, seed, year, value from '{path}'
                          where indicator = 'residents' and "group" = 'all_counties' and year = 2021""").fetchall()
    assert {row[:4] for row in rows} == wanted
    assert sum(row[4] for row in rows) == total


def test_every_table_can_be_read_across_runs(swept):
    found, _ = swept
    for table in archive.TABLES:
        parts = sorted(found.folder.glob(f"runs/*/{table}.parquet"))
        assert len({parquet.read_schema(part) for part in parts}) == 1, table
        whole = polars.scan_parquet(str(found.folder / f"runs/*/{table}.parquet")).collect()
        gathered = polars.read_parquet(found.folder / f"{table}.parquet")
        assert whole.height == gathered.height
        assert whole.height or table in ("doses", "costs")  # nothing is paid before a policy begins
        assert whole.columns[-6:] == list(archive.KEYS)
        assert set(whole["run"].unique()) == set(gathered["run"].unique())


def test_effects_are_paired_by_seed_and_external(swept):
    folder = swept[0].folder
    found = swept[0].effects.set_index(["policy", "external", "indicator"])
    table = pd.read_parquet(folder / "indicators.parquet").query("group == 'all_counties' and year == 2021")
    value = table.set_index(["policy", "external", "indicator", "seed"])["value"].sort_index()
    for policy in ("land_led", "service_led"):
        for external in ("reference", "low_fertility"):
            ours, theirs = (value[name, external, "hospital_beds"] for name in (policy, "no_new_policy"))
            row = found.loc[(policy, external, "hospital_beds")]
            assert row["effect"] == pytest.approx((ours - theirs).mean(), abs=1e-12)
            assert row["seeds"] == 2
            assert row["against"] == "no_new_policy"


def test_ranking_regret_and_front(swept):
    ranked = swept[0].ranking
    assert (ranked["regret"] >= 0).all()
    for _, part in ranked.groupby("external"):
        assert part["achievement"].is_monotonic_decreasing
        assert part["regret"].iloc[0] == 0
        for row in part.itertuples():
            better = (part["achievement"] >= row.achievement) & (part["cost"] <= row.cost) & (part["debt"] <= row.debt)
            strictly = (part["achievement"] > row.achievement) | (part["cost"] < row.cost) | (part["debt"] < row.debt)
            assert row.efficient == (not (better & strictly).any())
    np.testing.assert_array_equal(ranked.loc[ranked["policy"] == "no_new_policy", "cost"], 0)


def test_robustness_is_over_all_cases():
    def case(external, **achieved):
        best = max(achieved.values())
        return [{"external": external, "policy": policy, "achievement": value, "regret": best - value,
                 "efficient": value == best} for policy, value in achieved.items()]

    ranked = pd.DataFrame([*case("calm", a=0.9, b=0.7), *case("storm", a=0.2, b=0.5)])
    robust = comparison.robustness(ranked).set_index("policy")
    assert list(robust.index) == ["b", "a"]  # whoever regrets least comes first
    assert robust["max_regret"].to_dict() == pytest.approx({"b": 0.2, "a": 0.3})
    assert robust["satisfied"].to_dict() == {"b": 2, "a": 1}
    assert robust["least_achievement"].to_dict() == {"b": 0.5, "a": 0.2}
    assert robust["efficient"].to_dict() == {"b": 1, "a": 1}


def test_settings_that_differ_are_told_apart(swept, monkeypatch):
    folder = swept[0].folder
    monkeypatch.chdir(folder.parents[1])
    asked = variants(*TINY, "policy=land_led", "+policy.start=2021Q1,2023Q1")
    found = sweep.sweep(asked)
    assert len(found.catalogue) == 6  # the policy compared with is the same run for both
    assert len({parquet.read_schema(part) for part in folder.glob("runs/*/costs.parquet")}) == 1
    assert len(pd.read_parquet(folder / "costs.parquet"))
    effect = found.effects[found.effects["indicator"] == "piped_gas"].set_index("setting")["effect"]
    assert effect["+policy.start=2021Q1"] > effect["+policy.start=2023Q1"] == 0
    ends = sweep.plan(variants("scale=1000", "policy=land_led", "seeds=1", "end=2021,2022")).cases
    assert ends.groupby("setting")["run"].nunique().to_dict() == {"end=2021": 2, "end=2022": 2}


def test_another_policy_to_compare_with_and_none(swept, monkeypatch, capsys, undrawn):
    folder = swept[0].folder
    monkeypatch.chdir(folder.parents[1])
    found = sweep.sweep(variants(*TINY, "policy=land_led,service_led", "compare=service_led"))
    assert set(found.effects["policy"]) == {"land_led"}
    assert set(found.effects["against"]) == set(found.ranking["policy"]) - {"land_led"} == {"service_led"}
    direct = swept[0].effects.query("external == 'reference'").set_index(["policy", "indicator"])["effect"]
    wanted = direct["land_led"] - direct["service_led"]
    pd.testing.assert_series_equal(found.effects.set_index("indicator")["effect"], wanted, check_names=False)
    assert cli.main(["sweep", *TINY, "policy=land_led,service_led", "compare=false"]) == 0
    assert "服务引领 Services first" in capsys.readouterr().out
    assert set(pd.read_csv(folder / "catalogue.csv")["policy"]) == {"land_led", "service_led"}
    assert not (folder / "effects.csv").exists()


def test_processes_and_one_process_give_the_same(swept, tmp_path, monkeypatch):
    folder = swept[0].folder
    monkeypatch.chdir(tmp_path)
    for workers in (1, 2):
        again = sweep.sweep(variants(*TINY, "policy=land_led", "external=low_fertility", f"workers={workers}",
                                     f"name=w{workers}")).folder
        for part in again.glob("runs/*/*.parquet"):
            assert part.read_bytes() == (folder / part.relative_to(again)).read_bytes()


def test_a_run_arrives_in_another_process_as_it_was_sent():
    planned = sweep.plan(variants("scale=1000", "seeds=2", "policy=land_led,service_led", "end=2021,2022"))
    jobs = [run.Job(*one) for one in planned.runs.items()]
    sent = [pickle.dumps(job) for job in jobs]
    for job, arrived in zip(jobs, map(pickle.loads, sent), strict=True):
        assert arrived == job
        assert run.identity(arrived.config, planned.data.hash) == job.name


def test_a_failing_run_is_named_and_the_others_are_kept(tmp_path, monkeypatch, capsys, undrawn):
    monkeypatch.chdir(tmp_path)
    simulate = run.replicate

    def failing(job, threads):
        if job[1].seed == 2 and job[1].policy.name == "land_led":
            raise RuntimeError("the seed is unlucky")
        return simulate(job, threads)

    monkeypatch.setattr(run, "replicate", failing)
    assert cli.main(["sweep", *TINY, "policy=land_led", "workers=1", "name=bad"]) == 1
    output = capsys.readouterr()
    assert "land_led, reference, seed 2: RuntimeError: the seed is unlucky" in output.err
    listed = pd.read_csv(tmp_path / "outputs" / "bad" / "catalogue.csv")
    assert listed.groupby(["policy", "status"]).size().to_dict() == {
        ("land_led", "done"): 1, ("land_led", "failed"): 1, ("no_new_policy", "done"): 2}
    assert list(listed["error"].dropna()) == ["RuntimeError: the seed is unlucky"]
    monkeypatch.setattr(run, "replicate", simulate)
    assert cli.main(["sweep", *TINY, "policy=service_led", "workers=1", "name=bad"]) == 0
    assert len(list((tmp_path / "outputs" / "bad" / "failed").iterdir())) == 1  # of another sweep
    assert cli.main(["sweep", *TINY, "policy=land_led", "workers=1", "name=bad"]) == 0
    listed = pd.read_csv(tmp_path / "outputs" / "bad" / "catalogue.csv")
    assert set(listed["status"]) == {"done"}
    assert not list((tmp_path / "outputs" / "bad" / "failed").iterdir())


@pytest.mark.parametrize("fault", ["cut", "changed", "missing", "manifest"])
def test_a_torn_run_is_run_again(swept, monkeypatch, fault):
    found, asked = swept
    monkeypatch.chdir(found.folder.parents[1])
    torn = found.folder / "runs" / found.catalogue["run"].iloc[0]
    file = torn / ("manifest.json" if fault == "manifest" else "indicators.parquet")
    whole = (torn / "indicators.parquet").read_bytes()
    if fault == "missing":
        file.unlink()
    else:
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2] + (b"\0" * (len(content) // 2) if fault == "changed" else b""))
    sweep.sweep(asked)
    assert (torn / "indicators.parquet").read_bytes() == whole
    assert archive.manifest(found.folder, torn.name) is not None


def test_the_report_of_a_sweep_is_made_again_from_its_files(swept, monkeypatch, capsys, undrawn):
    folder = swept[0].folder
    monkeypatch.chdir(folder.parents[1])
    before = {path.name: path.read_bytes() for path in folder.glob("*.parquet")}
    assert cli.main(["report", folder.name]) == 0
    page = (folder / "report.html").read_bytes()
    assert cli.main(["report", str(folder)]) == 0
    assert (folder / "report.html").read_bytes() == page
    text = page.decode()
    for said in ("Land first", "土地引领", "Key ecological", "重点生态功能区", "Targets met"):
        assert said in text
    assert {path.name: path.read_bytes() for path in folder.glob("*.parquet")} == before
    capsys.readouterr()


def test_a_sweep_without_its_tables_is_refused_and_nothing_is_written(swept, tmp_path, monkeypatch, capsys):
    (tmp_path / "outputs" / "torn").mkdir(parents=True)
    for name in ("catalogue", "indicators"):
        shutil.copy(swept[0].folder / f"{name}.parquet", tmp_path / "outputs" / "torn")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["report", "torn"]) == 2
    error = capsys.readouterr().err
    assert "ranking.parquet is missing" in error
    assert error.count("\n") == 1
    assert len(list((tmp_path / "outputs" / "torn").iterdir())) == 2


def test_the_printed_ranking_and_figures(swept, monkeypatch, capsys):
    folder = swept[0].folder
    monkeypatch.chdir(folder.parents[1])
    arguments = [*TINY, "policy=land_led,service_led", "external=reference,low_fertility"]
    assert cli.main(["sweep", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "土地引领 Land first" in printed
    assert "最大遗憾 greatest regret" in printed
    for name in ("policies", "efficient", "effects"):
        assert (folder / "figures" / f"{name}.zh.png").exists()


def test_each_type_has_its_targets_met_and_its_cost_a_resident(swept, monkeypatch):
    monkeypatch.chdir(swept[0].folder.parents[1])
    found = sweep.sweep(variants(*TINY, "policy=land_led", "+policy.start=2021Q1"))
    types, system = pd.read_parquet(found.folder / "types.parquet"), load_indicators()
    table = pd.read_parquet(found.folder / "indicators.parquet").astype({"group": str, "indicator": str})
    costs = pd.read_parquet(found.folder / "costs.parquet")
    kind = pd.read_parquet(found.folder / "counties.parquet").set_index("adcode")["county_type"]
    runs = found.catalogue[found.catalogue["policy"] == "land_led"]
    row = types[(types["policy"] == "land_led") & (types["group"] == "key_ecological")].iloc[0]
    met, paid, people = 0, 0.0, 0.0
    for one in runs["run"]:
        part = table[(table["run"] == one) & (table["group"] == "key_ecological")]
        assessed = targets.assess(part, system)
        met += (assessed["verdict"] == "met").sum() / len(runs)
        people += part[(part["indicator"] == "residents") & (part["year"] == assessed["year"].iloc[0])]["value"].sum()
        mine = costs[(costs["run"] == one) & (costs["payer"] != "planned")]
        paid += mine.loc[mine["adcode"].astype(str).map(kind) == "key_ecological", "yuan"].sum()
    assert row["met"] == pytest.approx(met)
    assert row["of"] == len(system.indicators)
    assert row["cost"] == pytest.approx(paid / people)
    assert row["cost"] > 0
    assert (types.loc[types["policy"] == "no_new_policy", "cost"] == 0).all()
