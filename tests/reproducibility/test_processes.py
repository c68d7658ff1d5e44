"""The same seed gives the same result in another process, however that was started."""

import hashlib
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import joblib
import pytest

import sim

CODE = """
import hashlib
from pathlib import Path
import pandas as pd
from sim.model import CountyUrbanization
model = CountyUrbanization(scale=1000, end=2022, rng=1, threads={threads})
model.run_until_end()
tables = [model.indicators(), model.world.observed.table("flows")]
Path({result!r}).write_text(hashlib.sha256("".join(table.to_csv() for table in tables).encode()).hexdigest())
"""


@pytest.fixture
def expected(finished):
    return digest([finished.indicators(), finished.world.observed.table("flows")])


def digest(parts):
    return hashlib.sha256("".join(part.to_csv() for part in parts).encode()).hexdigest()


@pytest.mark.parametrize("threads", [1, 2])
def test_in_a_new_process(expected, tmp_path, threads):
    code = CODE.format(result=str(tmp_path / "result"), threads=threads)
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment, timeout=120)
    assert (tmp_path / "result").read_text() == expected


def test_in_a_spawned_process(expected, tmp_path):
    code = CODE.format(result=str(tmp_path / "result"), threads=1)
    process = multiprocessing.get_context("spawn").Process(target=exec, args=(code, {"__name__": "run"}))
    process.start()
    process.join(120)
    assert process.exitcode == 0
    assert (tmp_path / "result").read_text() == expected


def test_in_two_worker_processes(configure, tables):
    def run(config, seed):
        from sim.model import CountyUrbanization

        model = CountyUrbanization(config=config, rng=seed, threads=1)
        model.run_until_end()
        return [model.indicators(), model.world.observed.table("flows")]

    config = configure(start=2011)
    with joblib.parallel_config("loky", n_jobs=2):
        found = joblib.Parallel()(joblib.delayed(run)(config, seed) for seed in (1, 2, 1))
    assert [digest(parts) for parts in found] == [digest(run(config, seed)) for seed in (1, 2, 1)]
    assert digest(found[0]) != digest(found[1])
