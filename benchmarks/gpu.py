"""Run everything that needs a GPU, in under eight minutes, and write its record: python benchmarks/gpu.py."""

import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from l0edu.bench.gpu_suite import main  # noqa: E402

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts with & ignores it
    sys.exit(main(ROOT))
