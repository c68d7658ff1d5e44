"""Streams that are closed, full or of another encoding, and variables meant for others, end no command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.cli.table import width
from sim.core import blocks


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


THEIRS = {
    "MPLBACKEND": "nothing", "MATPLOTLIBRC": "/nowhere", "HYDRA_FULL_ERROR": "1", "PYTHONWARNINGS": "error",
    "NUMBA_NUM_THREADS": "abc", "NUMBA_OPT": "abc", "NUMBA_THREADING_LAYER": "abc", "NUMBA_CPU_NAME": "abc",
    "JOBLIB_MULTIPROCESSING": "abc", "JOBLIB_START_METHOD": "abc", "LOKY_MAX_CPU_COUNT": "abc", "LOKY_MAX_DEPTH": "abc",
    "ARROW_DEFAULT_MEMORY_POOL": "abc", "SOLARA_KERNEL_CULL_TIMEOUT": "abc", "SOLARA_ASSETS_PROXY": "abc",
    "WEB_CONCURRENCY": "abc", "SOURCE_DATE_EPOCH": "abc", "OMP_NUM_THREADS": "abc", "COLUMNS": "abc", "TERM": "abc",
    "TMPDIR": "/nowhere", "HOME": "/nowhere", "LC_ALL": "C"}
"""Variables of other programs with values that these would refuse."""
READERS = """
import sys
from sim.cli import main
sys.argv[1:] = ['list', 'externals']
assert main() == 0
import matplotlib.pyplot
from solara.server import settings
from sim import engine
from sim.core import rng
found = sorted(outcome.result for outcome in engine.execute(pow, [2, 3], 2))
assert found == FOUND, found
"""
"""Whatever reads them is imported after a command has begun; two processes square as many threads as they get."""


def test_variables_and_files_for_others_change_nothing(tmp_path):
    for name, text in (("matplotlibrc", "font.size: abc\nabc: 1\n"), (".numba_config.yaml", "num_threads: abc\n"),
                       (".env", "SOLARA_KERNEL_CULL_TIMEOUT=abc\n")):
        (tmp_path / name).write_text(text)
    threads = max(1, blocks.cores() // 2)
    code = READERS.replace("FOUND", str(sorted(number**threads for number in (2, 3))))
    variables = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1]), **THEIRS}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=variables, cwd=tmp_path,
                           check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_number_of_cores_that_others_are_told_is_heeded():
    code = "from sim.cli import main; import sys; sys.argv[1:] = ['--version']; main(); import os, numba; " \
           "print(os.environ['LOKY_MAX_CPU_COUNT'], os.environ['NUMBA_CACHE_DIR'])"
    variables = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1]), "LOKY_MAX_CPU_COUNT": "3",
                 "NUMBA_CACHE_DIR": "/nowhere"}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=variables, check=True)
    assert ended.stdout.splitlines()[-1] == "3 /nowhere"


@pytest.mark.parametrize(("dont", "folder"), [("1", "cache"), ("", "theirs")])
def test_modules_are_compiled_once_wherever_they_can_be_kept(tmp_path, dont, folder):
    variables = {"COUNTY_CACHE": str(tmp_path / "cache"), "PYTHONPYCACHEPREFIX": str(tmp_path / "theirs"),
                 "PYTHONDONTWRITEBYTECODE": dont}
    assert county("list", "externals", **variables).returncode == 0
    kept = [path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("compose.*.pyc")]
    assert kept == [folder]


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
