"""How far long work has come: a bar in a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """Yield a function that is told runs done, runs in all and what is going on."""
    if not sys.stderr.isatty():
        begun = time.monotonic()

        def line(done: int, total: int, note: str) -> None:
            spent = time.monotonic() - begun
            print(f"{done} of {total} runs, {spent:.0f} s{': ' + note if note else ''}", file=sys.stderr, flush=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("runs", total=None)
        yield lambda done, total, note: bars.update(task, completed=done, total=total, description=note or "runs")
