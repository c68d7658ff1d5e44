"""Processes that do one job after another: copies of one that has imported what they need, so that they start at once.

That one has a single thread and does nothing else. The process that asks is never copied: whatever lock another of its
threads holds would stay locked. When it ends, in whatever way, so do the copies.
"""

import atexit
import gc
import os
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import cloudpickle

from sim.core import cache, parent

FORKS = sys.platform != "darwin"
"""Whether a process that has imported numpy can be copied; not where the linear algebra is that of macOS. There each
copy imports for itself."""

SERIAL = {f"{library}_NUM_THREADS": "1" for library in ("BLIS", "MKL", "OMP", "OPENBLAS")}
"""Variables that keep libraries from starting threads as they are imported."""


class Source:
    """A process that imports a module and is copied then; it ends with this one."""

    def __init__(self, module: str, forks: bool = FORKS):
        self._control, there = socket.socketpair()
        self._copied = False
        path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", f"from {__name__} import main; main()", str(there.fileno()), module,
                 "fork" if forks else "start"], env={**os.environ, **SERIAL, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL, pass_fds=[there.fileno()])

    def copy(self, answer: Callable[[bytes], bytes]) -> Connection:
        """Return the connection to a copy that answers each message by a function until the connection is closed; if it
        is killed, the connection is at its end."""
        here, there = Pipe()
        self._copied = True
        with there, suppress(OSError):  # of a source that has been killed there is no copy
            socket.send_fds(self._control, [b"."], [there.fileno()])
            here.send_bytes(cloudpickle.dumps(answer))
        return here

    @property
    def alive(self) -> bool:
        """Whether the process is there still."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process and its copies, whatever they are at."""
        if not self._copied:  # it may be importing still
            self._process.kill()
        self._control.close()
        self._process.wait()


_unused: list[Source] = []


def prepare(module: str) -> None:
    """Have a process import a module while this one does something else, for the `source` that is asked for next."""
    if not _unused:
        _unused.append(Source(module))


@contextmanager
def source(module: str) -> Iterator[Source]:
    """Yield a process that has imported a module, or will have soon, for copies of it; on an error it ends at once."""
    one = _unused.pop() if _unused else Source(module)
    if not one.alive:
        one = Source(module)
    try:
        yield one
    except BaseException:
        one.end()
        raise
    _unused.append(one)


@atexit.register
def end() -> None:
    """End the processes that are ready for copies and have none at work."""
    while _unused:
        _unused.pop().end()


_inside = False


def inside() -> bool:
    """Return whether this process is such a copy."""
    return _inside


def main() -> None:
    """Import a module, and make a copy for every connection that is sent; end them when nobody can send any more."""
    control, module = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks is told as well, and ends this
    forks = sys.argv[3] == "fork"
    if forks:
        import_afresh(module)
    copies = []
    while received := socket.recv_fds(control, 1, 1)[1]:
        copies.append(_copied(received[0], control) if forks else _started(received[0], module))
        os.close(received[0])
    for process in copies:
        os.kill(process, signal.SIGKILL)  # nobody else gets its number before it is waited for
    for process in copies:
        os.waitpid(process, 0)


def import_afresh(module: str) -> None:
    """Import a module where no library finds a file of the user's that is meant for others, and leave what it brings
    out of garbage collection."""
    cache.place_modules()
    gc.disable()
    with chdir(cache.PACKAGE):
        import_module(module)
    gc.freeze()
    gc.enable()


def _copied(descriptor: int, control: socket.socket) -> int:
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # Arrow's allocator has a thread
        process = os.fork()
    if process == 0:
        try:
            control.close()
            work(descriptor)
        finally:
            os._exit(0)
    return process


def _started(descriptor: int, module: str) -> int:
    code = f"from {__name__} import import_afresh, work; import_afresh({module!r}); work({descriptor})"
    return subprocess.Popen([sys.executable, "-P", "-c", code], pass_fds=[descriptor]).pid


def work(descriptor: int) -> None:
    """Answer the messages of a connection until it is closed: the first is the function that answers all others."""
    global _inside
    _inside = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent.end_with_it()
    connection = Connection(descriptor)
    with suppress(EOFError, OSError):
        answer = cloudpickle.loads(connection.recv_bytes())
        while True:
            connection.send_bytes(answer(connection.recv_bytes()))
