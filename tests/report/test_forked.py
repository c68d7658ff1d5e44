"""Work in other processes has the results that were read, is done at the end, and what fails there is raised."""

import os

import pytest

from sim.report import forked
from sim.report.tables.results import Results


def counted(results, name):
    return os.getpid(), len(results.table(name))


def failing(results):
    raise RuntimeError("no room")


def test_work_has_the_results_and_is_done_in_another_process(folder):
    results = Results(folder)
    with forked.beside(results) as submit:
        made = [submit(counted, name) for name in ("indicators", "costs")]
    for (process, count), name in zip([one.result() for one in made], ("indicators", "costs"), strict=True):
        assert process != os.getpid() and count == len(results.table(name)) > 0


def test_what_fails_elsewhere_is_raised_here(folder):
    with pytest.raises(RuntimeError, match="no room"), forked.beside(Results(folder)) as submit:
        submit(failing)


def test_what_fails_here_is_raised(folder):
    with pytest.raises(ValueError, match="here"), forked.beside(Results(folder)) as submit:
        submit(counted, "indicators")
        raise ValueError("here")
