"""Run the benchmarks named, or all of them, and print as they go; or hold this tree against an earlier commit."""

import sys

from benchmarks import (
    against,
    bandwidth,
    calibration,
    charts,
    common_random_numbers,
    loop,
    peer,
    processes,
    sensitivity,
    sweep,
    thinning,
    view,
    visitors,
)
from benchmarks.report import heading, machine

BENCHMARKS = {
    "peer": peer.measure,  # against the same rules in plain Mesa
    "loop": loop.measure,  # twenty quarters, process by process
    "process": processes.process,  # one replicate, whole command
    "first": processes.first,  # the same with nothing compiled and no world made
    "writing": processes.writing,  # tables, figures and report of the default job, again from its files
    "charts": charts.measure,  # ways to draw the charts of a page
    "listing": processes.listing,  # a command without a simulation
    "thinning": thinning.measure,  # what looking for candidates costs
    "bandwidth": bandwidth.measure,  # what memory alone would allow
    "full": processes.full,  # one row per person
    "common_random_numbers": common_random_numbers.measure,  # how much seeds in common narrow effects
    "sensitivity": sensitivity.measure,  # a screening of levers and unknowns
    "calibration": calibration.measure,  # a fit to the past
    "view": view.measure,  # the page in the browser: until it can be used, a step with its drawing, memory
    "visitors": visitors.measure,  # what the page's server keeps of twenty visitors who left
    "sweep": sweep.measure,  # a thousand runs beside each other
}


def main(names: list[str]) -> int:
    """Run benchmarks by name; return 2 for a name that is unknown."""
    if names[:1] == ["against"]:
        return _against(names[1:])
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"{unknown[0]}: no such benchmark; expected some of {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    print(machine())
    for name in names or BENCHMARKS:
        heading(name, BENCHMARKS[name].__doc__ or "")
        BENCHMARKS[name]()
    return 0


def _against(arguments: list[str]) -> int:
    """Compare with a commit: REV, perhaps pairs=N, and names; return 2 for what cannot be understood."""
    pairs = [one.removeprefix("pairs=") for one in arguments if one.startswith("pairs=")] or [str(against.PAIRS)]
    revision, *names = [one for one in arguments if not one.startswith("pairs=")] or [""]
    try:
        if not pairs[-1].isdecimal() or pairs[-1] == "0":
            raise ValueError(f"pairs={pairs[-1]}: expected a number of pairs")
        against.compare(revision, names, int(pairs[-1]))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
