"""Run the benchmarks named, or all of them, and print as they go."""

import sys

from benchmarks import bandwidth, common_random_numbers, loop, peer, processes, sensitivity, sweep, view
from benchmarks.report import heading, machine

BENCHMARKS = {
    "peer": peer.measure,  # against the same rules in plain Mesa
    "loop": loop.measure,  # twenty quarters, process by process
    "process": processes.process,  # one replicate, whole command
    "first": processes.first,  # the same with nothing compiled and no world made
    "writing": processes.writing,  # tables, figures and report of the default job, again from its files
    "listing": processes.listing,  # a command without a simulation
    "bandwidth": bandwidth.measure,  # what memory alone would allow
    "full": processes.full,  # one row per person
    "common_random_numbers": common_random_numbers.measure,  # how much seeds in common narrow effects
    "sensitivity": sensitivity.measure,  # a screening of levers and unknowns
    "view": view.measure,  # the page in the browser: until it can be used, a step with its drawing, memory
    "sweep": sweep.measure,  # a thousand runs beside each other
}


def main(names: list[str]) -> int:
    """Run benchmarks by name; return 2 for a name that is unknown."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"{unknown[0]}: no such benchmark; expected some of {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    print(machine())
    for name in names or BENCHMARKS:
        heading(name, BENCHMARKS[name].__doc__ or "")
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
