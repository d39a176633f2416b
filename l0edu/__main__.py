"""`python -m l0edu`: the same as `l0edu`."""

import sys

from l0edu.cli import main

if __name__ == "__main__":
    sys.exit(main())
