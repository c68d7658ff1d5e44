"""How far long work has come, at what rate, and when it will be done: a bar in a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 10.0
"""Seconds between two plain lines at the beginning; from then on they come as the work takes a tenth longer."""

Report = Callable[[int, int, str], None]


@contextmanager
def progress_bar(what: str = "runs") -> Iterator[Report]:
    """Yield a function that is told the number of runs (or what it says) done, of all, and the present activity."""
    if not sys.stderr.isatty():
        yield plain_lines(what=what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task, pace = bars.add_task(what, total=None, pace=""), Pace(what=what)

        def show(done: int, total: int, note: str) -> None:
            bars.update(task, completed=done, total=total, description=note or what, pace=pace.words(done, total))

        yield show


def plain_lines(clock: Callable[[], float] = time.monotonic, what: str = "runs") -> Report:
    """Return a function that writes lines of progress, but not one for each of many runs."""
    pace, begun, last, said = Pace(clock, what), clock(), -EVERY, ""

    def show(done: int, total: int, note: str) -> None:
        nonlocal last, said
        spent, words = clock() - begun, pace.words(done, total)
        if note == said and done < total and spent - last < max(EVERY, 0.1 * spent):
            return
        last, said = spent, note
        parts = [f"{done} of {total} {what}", f"{spent:.0f} s", words]
        print(", ".join(filter(None, parts)) + (f": {note}" if note else ""), file=sys.stderr, flush=True)

    return show


class Pace:
    """The rate of runs since the last time that none had been added, and how long the rest will take."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, what: str = "runs"):
        self.clock, self.what = clock, what
        self.first: tuple[int, float] | None = None

    def words(self, done: int, total: int) -> str:
        """Return rate and time left, nothing before a run is done; runs that were there already do not count."""
        if self.first is None or done <= self.first[0]:
            self.first = (done, self.clock())
        finished, spent = done - self.first[0], self.clock() - self.first[1]
        if finished == 0 or spent <= 0:
            return ""
        rate, left = finished / spent, (total - done) * spent / finished
        pace = f"{rate:.{0 if rate >= 10 else 1}f} {self.what} a second"
        if rate < 1:
            pace = f"{1 / rate:.1f} s a {self.what.removesuffix('s')}"
        return f"{pace}, {_duration(left)} left" if total > done else pace


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
