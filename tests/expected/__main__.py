"""Accept what the model says now: write the expected results, and which model they are of."""

from sim.config.fitted import load_fitted, record_fitted
from tests.expected import results


def main() -> None:
    """Write every table and the model's fingerprint, and say what moved most."""
    for name, (make, _) in results.TABLES.items():
        before = results.expected(name) if (results.FOLDER / f"{name}.csv").exists() else None
        results.write(results.FOLDER, name, make())
        if before is not None:
            print(results.told(name, results.moved(before, results.expected(name))))
    record_fitted(model=results.fingerprint(results.expected("observations")))
    print(load_fitted().warning or "The parameter sets were fitted with this model.")
    print("Now write the generated tables of the documentation: python docs/generate.py")


if __name__ == "__main__":
    main()
