"""One model in a process of its own: `python -m benchmarks.single scale=1 steps=20` prints JSON."""

import json
import resource
import sys
import time

from sim.model import CountyUrbanization


def main(arguments: list[str]) -> None:
    """Build a model, run some quarters and print rows, seconds and the peak of memory in bytes."""
    given = {name: int(value) for name, _, value in (argument.partition("=") for argument in arguments)}
    steps = given.pop("steps", 20)
    model = CountyUrbanization(**given)
    begun = time.perf_counter()
    for _ in range(steps):
        model.step()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({
        "rows": len(model.world.residents), "build": model.seconds["initial_state"],
        "loop": time.perf_counter() - begun, "peak": peak}))


if __name__ == "__main__":
    main(sys.argv[1:])
