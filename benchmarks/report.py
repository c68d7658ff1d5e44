"""Tables on the terminal, and what the figures were measured on."""

import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version

from sim.core import blocks


def machine() -> str:
    """Return cores, Python and the versions that decide speed."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "mesa"))
    return f"{blocks.cores()} cores, Python {platform.python_version()}, {packages}"


def heading(name: str, text: str) -> None:
    """Print the name of a benchmark and its first line of documentation."""
    print(f"\n{name}: {text.splitlines()[0]}", flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns, the first to the left and the others to the right."""
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        print("  " + "  ".join(cells).rstrip(), flush=True)


def spread(values: Sequence[float], form: str = ".3f") -> tuple[str, str]:
    """Return the median of several rounds, and their smallest and largest value."""
    return f"{statistics.median(values):{form}}", f"{min(values):{form}} - {max(values):{form}}"


def verdict(value: float, goal: float, least: bool = False) -> str:
    """Return whether a figure meets its goal: at most the goal, or with `least` at least."""
    met = value >= goal if least else value <= goal
    return f"goal {'>=' if least else '<='} {goal:g}: {'met' if met else 'missed'}"
