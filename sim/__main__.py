"""`python -m sim` is the same program as `county`."""

import sys

from sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
