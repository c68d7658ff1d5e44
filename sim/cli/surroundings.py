"""What a command finds around it, made such that none of it ends the command: streams, signals and environment."""

import codecs
import gc
import io
import os
import re
import signal
import sys
from contextlib import chdir, suppress
from importlib import import_module
from types import FrameType
from typing import TextIO

from sim.cli.table import width
from sim.core import cache

PLAIN = str.maketrans("−–—·•○●…×²“”‘’←→", "---.*o*.x2\"\"''<>")
"""Characters of ASCII for those that a stream may have no code for; for any other there is ? as wide as it."""

MEANT_FOR_OTHERS = ("ARROW_", "HYDRA_", "JOBLIB_", "LOKY_", "MATPLOTLIBRC", "MPLBACKEND", "NUMBA_", "SOLARA_",
                    "SOURCE_DATE_EPOCH", "WEB_CONCURRENCY")
"""How variables begin that users set for other programs, which would have libraries refuse to start, or answer
otherwise."""
MEANT_FOR_ALL = re.compile(r"NUMBA_CACHE_DIR=.*|LOKY_MAX_CPU_COUNT=[1-9]\d{0,4}")
"""Those that are heeded nevertheless."""

FILES_FOR_OTHERS = {"matplotlibrc": "matplotlib", ".numba_config.yaml": "numba"}
"""Files of other programs that a library reads from the folder in which it happens to be imported."""


class Unread(io.TextIOWrapper):
    """A stream that nobody has to read: what cannot be written is lost."""

    def write(self, text: str) -> int:
        """Write a text where that can be done, and return its length."""
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Flush what can be."""
        with suppress(OSError):
            super().flush()


def settle() -> None:
    """Give the command streams that take every character, and errors that nobody need read; have it end in order when
    it is told to."""
    for number in range(3):  # a file would get the number of a stream that is closed, and be printed into
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    codecs.register_error("plain", _plain)
    sys.stdout, sys.stderr = _stream(sys.stdout, io.TextIOWrapper), _stream(sys.stderr, Unread)
    for name, value in os.environ.copy().items():
        if name.startswith(MEANT_FOR_OTHERS) and not MEANT_FOR_ALL.fullmatch(f"{name}={value}"):
            del os.environ[name]
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker:UserWarning"  # of processes whose parent was killed
    gc.set_threshold(10_000)  # imports and tables make many objects and few cycles
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # others fetch anew what was just freed, which takes longer
    os.environ["MPLCONFIGDIR"] = str(cache.folder("matplotlib"))  # else it warns where there is no home
    for file, library in FILES_FOR_OTHERS.items():
        if os.path.lexists(file):
            with chdir(cache.PACKAGE):
                import_module(library)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # else someone wants it ignored
            signal.signal(number, _end)


def close() -> None:
    """Let go of an output that cannot be written any more: Python would complain again when it closes the stream."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stream(given: TextIO, kind: type[io.TextIOWrapper]) -> TextIO:
    if not isinstance(given, io.TextIOWrapper):  # it is closed
        return open(os.devnull, "w", encoding="utf-8")
    return kind(given.buffer, given.encoding, "plain", line_buffering=given.line_buffering)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Write what has no code in a stream in ASCII, as wide as it is."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(one if one.isascii() else "?" * width(one) for one in text.translate(PLAIN)), error.end


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(number)
