"""Were the numbers of a results.json measured? One lambda is trained again, as a program of its own.

`python -m l0edu.course.report FOLDER DRAW` prints JSON. DRAW, a whole number, decides which lambda; a third
word gives the number of epochs.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from l0edu.course.report.rerun import rerun

if __name__ == "__main__":
    folder, draw, *epochs = sys.argv[1:]
    print(json.dumps(asdict(rerun(Path(folder), np.random.default_rng(int(draw)), *map(int, epochs)))))
