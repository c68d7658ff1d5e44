"""Streams that are closed, full or of another encoding, and variables meant for others, end no command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.cli.table import width


def county(*arguments, shell="", **environment):
    """Run a command in a process of its own, with a redirection as a shell writes it; return it with its output."""
    command = f"exec {sys.executable} -m sim {' '.join(arguments)} {shell}"
    variables = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1]), **environment}
    return subprocess.run(["sh", "-c", command], capture_output=True, env=variables, check=False)


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1", "big5", "utf-16", "cp1252"])
def test_what_cannot_be_printed_is_replaced(encoding):
    whole = county("list", "policies", PYTHONIOENCODING="utf-8").stdout.decode()
    ended = county("list", "policies", PYTHONIOENCODING=encoding)
    assert (ended.returncode, ended.stderr) == (0, b"")
    lines = ended.stdout.decode(encoding).splitlines()
    assert [width(line) for line in lines] == [width(line) for line in whole.splitlines()]
    assert county("--help", PYTHONIOENCODING=encoding).returncode == 0
    refused = county("run", "policy=土地", PYTHONIOENCODING=encoding)
    assert refused.returncode == 2 and len(refused.stderr.decode(encoding).splitlines()) == 1


@pytest.mark.parametrize(("shell", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&- <&-", 0), ("| head -1", 0),
                                             (">/dev/full", 1), ("2>/dev/full", 0)])
def test_streams_that_are_closed_or_full(shell, code):
    ended = county("list", "parameters", shell=shell)
    assert ended.returncode == code
    assert b"Traceback" not in ended.stderr
    assert ended.stderr.count(b"\n") == code
    assert county("run", "scale=0", shell="2>/dev/full").returncode == 2


THEIRS = {"MPLBACKEND": "nothing", "MATPLOTLIBRC": "/nowhere", "HYDRA_FULL_ERROR": "1", "PYTHONWARNINGS": "error",
          "NUMBA_OPT": "x", "NUMBA_DISABLE_JIT": "perhaps", "NUMBA_NUM_THREADS": "abc", "OMP_NUM_THREADS": "abc",
          "JOBLIB_START_METHOD": "nothing", "JOBLIB_MULTIPROCESSING": "x", "LOKY_MAX_CPU_COUNT": "abc",
          "LOKY_PICKLER": "nothing", "ARROW_DEFAULT_MEMORY_POOL": "nothing"}
LIBRARIES = """import matplotlib, numba, pyarrow
from joblib import Parallel, delayed
numba.njit(lambda k: k + 1)(1)
Parallel(n_jobs=2)(delayed(abs)(k) for k in range(4))"""


@pytest.mark.parametrize("theirs", [THEIRS, *({name: value} for name, value in THEIRS.items() if name[:5] == "NUMBA")])
def test_variables_for_others_change_nothing(theirs):
    code = f"from sim.cli import main; import sys; sys.argv[1:] = ['list', 'externals']; main()\n{LIBRARIES}"
    variables = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1]), **theirs}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=variables, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_place_where_nothing_can_be_kept_is_said_in_one_line(tmp_path):
    (tmp_path / "file").touch()
    code = "from sim.cli import notices; from sim.core import cache; notices.warn_of_no_cache(); print(cache.root())"
    variables = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1]), "COUNTY_CACHE": str(tmp_path / "file"),
                 "TMPDIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=variables, check=False)
    assert ended.returncode == 0
    assert ended.stderr.startswith("county: no cache can be written") and ended.stderr.count("\n") == 1
    assert Path(ended.stdout.strip()).parent == tmp_path
    assert not Path(ended.stdout.strip()).exists()  # nothing is left of it
