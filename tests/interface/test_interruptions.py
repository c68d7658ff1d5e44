"""Whatever happens in the middle of a sweep, finished runs are kept whole, and repeating it runs what is missing."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim import archive, cli, engine, run
from sim.core import store
from sim.experiments import combinations, sweep

SWEEP = ["sweep", "policy=land_led,service_led", "scale=1000", "end=2021"]
PATIENCE = 600
"""Seconds after which what is waited for is not to be expected any more, on whatever machine."""
RUNS, POINTS = "runs/[!.]*/manifest.json", "points/[!.]*.parquet"
"""What is done: what is still made aside has a hidden name."""


@pytest.fixture
def start(tmp_path, own_cache):
    """Return a function that starts a module in a process and a session of its own; none of it outlives the test."""
    started = []

    def module(*arguments, folder=tmp_path, environment=(), **options):
        environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1]), **dict(environment)}
        process = subprocess.Popen([sys.executable, "-m", *arguments], cwd=folder, env=environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                                   **options)
        started.append(process)
        return process

    yield module
    for process in started:
        if session(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def session(leader):
    """Return the living processes of a session, with their command lines."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_text()
        except OSError:
            continue
    return found


@pytest.fixture
def again(monkeypatch):
    """Return a function that runs a sweep in this process, in a folder, and gives its catalogue."""

    def sweep_there(folder, *arguments):
        monkeypatch.chdir(folder)
        return sweep.sweep(combinations.variants(combinations.given(arguments[1:]))).catalogue

    return sweep_there


def complete(folder):
    return {path.parent.name for path in folder.glob(RUNS)}


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def end(process, code):
    """Wait for a process and require its exit code; return what it wrote to stderr."""
    _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, error
    return error


def whole(folder, runs):
    """Require that a folder holds these runs, each complete, and nothing that is half done."""
    names = {path.name for path in (folder / "runs").iterdir()}
    assert names == complete(folder) == set(runs)
    assert all(archive.manifest(folder, name) for name in names)


def gathered(folder, runs):
    """Require that the tables of a folder hold these runs, each with all of its rows."""
    for table in ("indicators", "ledger", "quarterly"):
        rows = pd.read_parquet(folder / f"{table}.parquet", columns=["run"])["run"].value_counts().to_dict()
        assert rows == {run: len(pd.read_parquet(folder / "runs" / run / f"{table}.parquet", columns=["run"]))
                        for run in runs}


def times(folder):
    return {path.parent.name: path.stat().st_mtime_ns for path in folder.glob(RUNS)}


def test_a_worker_that_is_killed_costs_nothing_but_time(again, tmp_path, monkeypatch):
    folder, mark, simulate, here = tmp_path / "outputs" / "sweep", tmp_path / "killed", run.replicate, os.getpid()

    def once_killed(job, threads):
        if os.getpid() != here and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return simulate(job, threads)

    monkeypatch.setattr(run, "replicate", once_killed)
    listed = again(tmp_path, *SWEEP, "seeds=2", "workers=2")
    assert mark.exists()
    assert len(listed) == 6
    assert set(listed["status"]) == {"done"}
    whole(folder, listed["run"])
    gathered(folder, listed["run"])


def test_only_the_job_that_kills_its_process_twice_has_failed(tmp_path):
    def die(job, threads):
        """Kill the process that runs the job: always below 0, once where it is given a file to remember by."""
        if isinstance(job, Path):
            if not job.exists():
                job.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return "second"
        if job < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return job

    jobs = [*range(10), -1, tmp_path / "died", *range(10, 20)]
    outcomes = list(engine.execute(die, jobs, workers=2))
    assert Counter(str(one.job) for one in outcomes) == Counter(map(str, jobs))
    failed = {one.job for one in outcomes if one.error}
    assert failed == {-1}
    assert all("killed twice" in one.reason for one in outcomes if one.error)
    assert {one.job: one.result for one in outcomes if not one.error} == {
        **{k: k for k in range(20)}, tmp_path / "died": "second"}


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder with little room, a function that makes it larger, and what a process in it is started with."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True)
    if mounted.returncode == 0:
        yield folder, lambda: subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True), {}
        subprocess.run(["umount", "-l", folder], check=True)
    else:  # no rights to make a disk: the system refuses large files instead
        yield folder, lambda: None, {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))}


def test_a_full_disk_ends_a_sweep_in_one_line_and_leaves_whole_runs(start, again, small_disk):
    disk, enlarge, options = small_disk
    folder = disk / "outputs" / "sweep"
    error = end(start("sim", *SWEEP, "seeds=4", "workers=2", folder=disk, **options), 1)
    last = error.splitlines()[-1]
    assert last.startswith("county: [Errno ") and ("No space left" in last or "too large" in last)
    assert "Traceback" not in error
    kept = complete(folder)
    assert len(kept) < 12
    whole(folder, kept)
    before = times(folder)
    enlarge()
    assert set(again(disk, *SWEEP, "seeds=4", "workers=1")["status"]) == {"done"}
    after = times(folder)
    assert len(after) == 12
    assert {run: after[run] for run in before} == before


COMMANDS = {
    "run": (["run", "policy=land_led", "compare=true", "scale=1000", "end=2021", "seeds=40"], RUNS),
    "pilots": (["run", "policy=pilots_random", "scale=1000", "end=2021", "seeds=40"], RUNS),
    "sweep": ([*SWEEP, "seeds=40"], RUNS),
    "sensitivity": (["sensitivity", "what=levers", "seeds=1", "end=2021", "method=morris", "levers=[sewage,transport]",
                     "trajectories=40"], POINTS),
    "calibrate": (["calibrate", "waves=1", "points=40"], POINTS),
}
"""Commands that take long, and the files that tell what they have done."""
ENDINGS = {"interrupt": (signal.SIGINT, 130, "county: interrupted"),
           "termination": (signal.SIGTERM, 143, "county: ended by SIGTERM"), "kill": (signal.SIGKILL, -9, "")}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_ends_a_command_leaves_what_is_done_and_nothing_else(start, tmp_path, command, ending):
    arguments, files = COMMANDS[command]
    sent, code, said = ENDINGS[ending]
    folder, temporary = tmp_path / "outputs" / "one", tmp_path / "temporary"
    temporary.mkdir()
    process = start("sim", *arguments, "workers=2", "name=one", environment={"TMPDIR": str(temporary)})
    wait_for(lambda: len(list(folder.glob(files))) >= 2 or process.poll() is not None)
    os.kill(process.pid, sent)
    error = end(process, code)
    assert "Traceback" not in error and "Warning" not in error
    assert error.splitlines()[-1:] == [said] or sent == signal.SIGKILL
    wait_for(lambda: not session(process.pid))  # nobody goes on working
    assert not list(temporary.iterdir()) or sent == signal.SIGKILL
    done = {path: path.read_bytes() for path in folder.glob(files)}
    assert len(done) >= 2
    store.tidy(folder)  # as the command does when it is repeated
    assert not [path for path in folder.glob("**/.*") if path.name != ".lock"]
    for path in done:
        if path.suffix == ".json":
            assert archive.manifest(folder, path.parent.name) is not None
        else:
            assert len(pd.read_parquet(path))


@pytest.mark.parametrize("everyone", [True, False], ids=["from the terminal", "to the command alone"])
def test_an_interrupt_ends_a_sweep_at_once_and_keeps_what_is_done(start, again, tmp_path, everyone):
    folder = tmp_path / "outputs" / "sweep"
    process = start("sim", *SWEEP, "seeds=40", "workers=2")
    wait_for(lambda: len(complete(folder)) >= 3)
    (os.killpg if everyone else os.kill)(process.pid, signal.SIGINT)
    error = end(process, 130)
    assert error.splitlines()[-1] == "county: interrupted"
    assert "Traceback" not in error
    wait_for(lambda: not session(process.pid))  # nobody goes on working
    kept = complete(folder)
    assert 3 <= len(kept) < 120
    whole(folder, kept)
    before = times(folder)
    assert set(again(tmp_path, *SWEEP, "seeds=1", "workers=1")["status"]) == {"done"}
    after = times(folder)
    assert {run: after[run] for run in before} == before


def test_two_sweeps_at_once_in_one_folder_lose_nothing(start, tmp_path):
    folder = tmp_path / "outputs" / "sweep"
    failed = folder / "failed" / "0123456789abcdef.json"
    failed.parent.mkdir(parents=True)
    failed.write_text(json.dumps({"error": "of a third sweep"}))
    asked = [["policy=land_led,service_led"], ["policy=service_led,finance_led"]]
    processes = [start("sim", "sweep", *policies, "scale=1000", "end=2021", "seeds=2", "workers=1")
                 for policies in asked]
    for process in processes:
        end(process, 0)
    listed = pd.read_csv(folder / "catalogue.csv")
    assert len(listed) == 6
    assert set(listed["status"]) == {"done"}
    assert set(listed["policy"]) in ({"land_led", "service_led", "no_new_policy"},
                                     {"service_led", "finance_led", "no_new_policy"})
    gathered(folder, listed["run"])
    assert set(pd.read_csv(folder / "ranking.csv")["policy"]) == set(listed["policy"])
    assert len(complete(folder)) == 8
    whole(folder, complete(folder))
    assert failed.exists()


def test_a_dask_cluster_gives_the_same_bytes(start, again, tmp_path):
    """A scheduler and two workers, each a process in a folder of its own."""
    address = tmp_path / "scheduler.json"
    start("distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard",
          "--scheduler-file", address)
    wait_for(address.exists)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        start("distributed.cli.dask_worker", "--scheduler-file", address, "--nthreads", "1", "--no-dashboard",
              "--no-nanny", folder=tmp_path / name)
    wait_for(lambda: address.stat().st_size)
    scheduler = f"scheduler={json.loads(address.read_text())['address']}"
    for engines in (["name=dask", "engine=dask", scheduler], ["name=one", "workers=1"]):
        assert set(again(tmp_path, *SWEEP, "seeds=1", *engines)["status"]) == {"done"}
    files = {name: {path.relative_to(tmp_path / "outputs" / name): path.read_bytes()
                    for path in sorted((tmp_path / "outputs" / name).rglob("*.parquet"))
                    if path.stem != "catalogue"} for name in ("dask", "one")}
    assert len(files["dask"]) > 3 * 8
    assert files["dask"] == files["one"]
    assert not list(tmp_path.glob("*/outputs"))  # workers wrote nothing of their own


@pytest.mark.parametrize(("given", "said"), [
    ("scheduler=nowhere", "expected the address of a Dask scheduler"),
    ("scheduler=tcp://127.0.0.1:9", "Connection refused"),
    ("scheduler=127.0.0.1:8786", "expected the address of a Dask scheduler"),
])
def test_a_cluster_that_does_not_answer_is_bad_input(tmp_path, monkeypatch, capsys, given, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine, "WAIT", 1)
    assert cli.main(["sweep", "policy=land_led", "scale=1000", "end=2021", "engine=dask", given]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_dask_that_is_not_installed_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "distributed", None)
    given = ["policy=land_led", "scale=1000", "end=2021", "engine=dask", "scheduler=tcp://127.0.0.1:8786"]
    assert cli.main(["sweep", *given]) == 2
    assert "engine=dask: expected the extra dask; pip install 'county-urbanization[dask]'" in capsys.readouterr().err


def test_nobody_goes_on_drawing_for_a_report_that_was_killed(start):
    few = ["scale=1000", "end=2021", "seeds=1", "parameter_sets=1", "figures=false", "name=one"]
    end(start("sim", "run", *few), 0)
    process = start("sim", "report", "one")
    wait_for(lambda: len(session(process.pid)) > 1 or process.poll() is not None)
    os.kill(process.pid, signal.SIGKILL)
    end(process, -9)
    wait_for(lambda: not session(process.pid))
