"""This tree against an earlier commit: `python -m benchmarks against REV NAME ...`.

Both trees are measured with the benchmarks of this one, each in a process of its own that stays warm; rounds are made
in turn, and which tree goes first changes from pair to pair.
"""

import io
import json
import os
import pkgutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copytree
from typing import IO

from benchmarks.report import heading, spread, table

ROOT = Path(__file__).parents[1]
PAIRS = 5

FIGURES = {
    "loop_1000": "loop:coarse",
    "loop_100": "loop:default",
    "full": "processes:everyone",
    "run": "processes:run",
    "report": "processes:report",
    "listing": "processes:listed",
    "sweep": "processes:swept",
    "sensitivity": "sensitivity:figures",
    "calibration": "calibration:figures",
    "view": "view:figures",
}
"""What can be compared: where to find functions that make one round and return figures by name, the less the better.
They are found by name, since an earlier commit may lack what others of them import."""


def figures(name: str) -> Callable[[], dict[str, float]]:
    """Return the function that makes one round."""
    made: Callable[[], dict[str, float]] = pkgutil.resolve_name(f"benchmarks.{FIGURES[name]}")
    return made


def compare(revision: str, names: Sequence[str], pairs: int = PAIRS) -> None:
    """Print the ratio of medians of a commit to this tree for each figure, with the least and the most of all pairs.

    Raises ValueError for a commit or a name that is unknown.
    """
    if unknown := [name for name in names if name not in FIGURES]:
        raise ValueError(f"{unknown[0]}: no such comparison; expected some of {', '.join(FIGURES)}")
    with tempfile.TemporaryDirectory() as folder:
        earlier = _checked_out(revision, Path(folder) / "tree")
        for name in names or FIGURES:
            heading(name, figures(name).__doc__ or "")
            with ExitStack() as stack:
                worlds = {earlier: {"COUNTY_CACHE": f"{folder}/worlds"}, ROOT: {}}
                ask = {tree: stack.enter_context(_measuring(name, tree, own)) for tree, own in worlds.items()}
                rounds: dict[Path, list[dict[str, float]]] = {tree: [] for tree in ask}
                for tree in ask:
                    next(ask[tree])  # does not count, and has the machine to itself like those that do
                for pair in range(pairs):
                    for tree in list(ask)[:: 1 if pair % 2 else -1]:
                        rounds[tree].append(next(ask[tree]))
            _print(revision, rounds[earlier], rounds[ROOT])


def _print(revision: str, before: Sequence[dict[str, float]], now: Sequence[dict[str, float]]) -> None:
    rows = []
    for figure in before[0]:
        old, new = ([one[figure] for one in rounds] for rounds in (before, now))
        ratio = statistics.median(old) / statistics.median(new)
        _, least_and_most = spread([a / b for a, b in zip(old, new, strict=True)], ".2f")
        rows.append([figure, *(spread(values)[0] for values in (old, new)), f"{ratio:.2f}", least_and_most])
    table([f"medians of {len(now)} pairs", revision, "this tree", "ratio", "least - most"], rows)


def _checked_out(revision: str, tree: Path) -> Path:
    """Return a folder with the files of a commit, but for the benchmarks, which are those of this tree."""
    done = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True)
    if done.returncode:
        raise ValueError(f"against {revision}".rstrip() + ": expected a commit that git knows")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(tree, [one for one in archive if one.name.partition("/")[0] != "benchmarks"], filter="data")
    copytree(ROOT / "benchmarks", tree / "benchmarks")
    return tree


@contextmanager
def _measuring(name: str, tree: Path, environment: Mapping[str, str]) -> Iterator[Iterator[dict[str, float]]]:
    """Give the figures of rounds, each made when it is asked for, by a process that runs the code of a tree."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.against", name], cwd=tree, text=True, bufsize=1,
                          env={**os.environ, **environment, "PYTHONPATH": str(tree)},
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        yield _rounds(process.stdin, process.stdout)
        process.stdin.close()


def _rounds(asked: IO[str], told: IO[str]) -> Iterator[dict[str, float]]:
    while True:
        asked.write("\n")
        yield json.loads(next(told))


def _answer(name: str) -> None:
    """Make a round for each line that is read, and write its figures."""
    make = figures(name)
    for _ in sys.stdin:
        print(json.dumps(make()), flush=True)


if __name__ == "__main__":
    _answer(sys.argv[1])
