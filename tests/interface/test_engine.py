"""Processes fit the cores and the memory, are not started for little, and a job that raises stops no other."""

import os
import warnings

import pytest

from sim import engine, run
from sim.core import memory


def answer(job, threads):
    if job == 3:
        raise ValueError("three is\nrefused")
    return job * 10, os.getpid(), threads


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_that_raises_is_reported_and_the_others_go_on(workers):
    outcomes = {one.job: one for one in engine.execute(answer, range(6), workers)}
    assert sorted(outcomes) == [*range(6)]
    assert outcomes[3].reason == "refused"
    assert "ValueError" in outcomes[3].error
    assert all(outcomes[job].result[0] == 10 * job for job in (0, 1, 2, 4, 5))
    assert (os.getpid() in {one.result[1] for one in outcomes.values() if one.result}) == (workers == 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_under_way_is_stopped_without_a_word(workers):
    with warnings.catch_warnings(action="error"):
        outcomes = engine.execute(identify, range(100), workers)
        next(outcomes)
        outcomes.close()


def nested(job, threads):
    return {one.result for one in engine.execute(identify, range(3), workers=2)}, os.getpid()


def identify(job, threads):
    return os.getpid()


def test_there_are_no_pools_in_pools():
    for one in engine.execute(nested, range(2), workers=2):
        inner, outer = one.result
        assert inner == {outer}


def test_jobs_are_drawn_as_they_are_done():
    """Closing the outcomes ends a sweep: what was not drawn is never run."""
    drawn = []

    class Jobs(list):
        def __iter__(self):
            for job in super().__iter__():
                drawn.append(job)
                yield job

    outcomes = engine.execute(answer, Jobs(range(10, 1000)), workers=1)
    assert next(outcomes).result[0] == 100
    outcomes.close()
    assert len(drawn) == 1


@pytest.mark.parametrize(("scale", "free", "least", "most"), [
    (1000, 64e9, 8, 8),  # as many as cores
    (1000, 2e9, 2, 2),  # imports alone fill the memory of more
    (1, 64e9, 5, 7),  # 5 GB each, in half of what is free
    (1, 1e9, 1, 1),  # one at least
])
def test_processes_fit_the_memory(configure, baseline, monkeypatch, scale, free, least, most):
    monkeypatch.setattr(memory, "free", lambda: free)
    monkeypatch.setattr(run, "cpu_count", lambda: 8)
    assert least <= run.workers(configure(scale=scale), baseline, 1000) <= most


def test_little_work_is_done_here_unless_processes_are_asked_for(configure, baseline, monkeypatch):
    monkeypatch.setattr(memory, "free", lambda: 64e9)
    monkeypatch.setattr(run, "cpu_count", lambda: 8)
    little, much = configure(end=2021), configure(end=2025, scale=10)
    assert run.workers(little, baseline, 4) == 1
    assert run.workers(little, baseline, 400) == 8
    assert run.workers(much, baseline, 2) == 8
    assert run.workers(little.model_copy(update={"workers": 2}), baseline, 4) == 2


def test_a_container_is_as_large_as_it_may_grow(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    whole = memory.free()
    assert whole > 1e8
    (tmp_path / "memory.current").write_text("60000000\n")
    (tmp_path / "memory.stat").write_text("anon 30000000\ninactive_file 10000000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.free() == pytest.approx(whole, rel=0.5)
    (tmp_path / "memory.max").write_text("90000000\n")
    assert memory.free() == 40e6


def test_the_peak_of_one_run_is_not_that_of_the_last():
    memory.forget_peak()
    large = bytearray(300_000_000)
    large[::4096] = b"x" * len(large[::4096])
    high = memory.peak()
    del large
    memory.forget_peak()
    assert memory.peak() < high - 200_000_000
