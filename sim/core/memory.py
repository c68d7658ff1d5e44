"""How much memory is free, how much a run took, and giving back what is over."""

import ctypes
import gc
import resource
import sys
from contextlib import suppress
from pathlib import Path

UNKNOWN = 8e9
"""Bytes that are taken to be free where no system tells."""

GROUP = Path("/sys/fs/cgroup")


def free() -> float:
    """Return the memory still available in bytes, on the machine or within the container's limit."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        machine = 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return UNKNOWN
    try:
        limit, used, parts = ((GROUP / f"memory.{name}").read_text() for name in ("max", "current", "stat"))
        cached = next(float(line.split()[1]) for line in parts.splitlines() if line.startswith("inactive_file"))
        return min(machine, float(limit) - float(used) + cached)  # "max" is no number: no limit
    except (OSError, ValueError, StopIteration):
        return machine


def forget_peak() -> None:
    """Begin anew to look for the most memory that this process has; only Linux can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """Return the most bytes that this process has had since `forget_peak`, elsewhere than on Linux since it began."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def give_back() -> None:
    """Free models that are over, whose parts know each other and so would stay until the next full collection, and let
    the system have their memory: GNU's allocator keeps what many threads have freed in small pieces, and Arrow's
    `release_unused` leaves it there."""
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):  # another system, or another allocator
        ctypes.CDLL(None).malloc_trim(0)
