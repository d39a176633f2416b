"""Files of tests for the mutant hunt, as a student might hand them in."""

from pathlib import Path

import l0edu.course.hunt as package
from l0edu.course.hunt import bugs, hunt
from l0edu.course.hunt.arena import Arena
from l0edu.course.hunt.bugs import right_versions, version_with
from l0edu.course.isolation.limits import Limits

QUICK = Limits(call_s=1.5, load_s=10, total_s=40, memory_mb=1024, file_mb=1)
SOLUTION = Path(package.__file__).parents[1] / "sources" / "a7" / "test_gates.py"
HEAD = """import numpy as np
os, sys = np.testing._private.utils.os, np.testing._private.utils.sys
LAW = (0.5, -0.3, 1.7)
ZERO = np.zeros(1)
"""
GOOD = "def test_half(gates):\n    assert abs(gates.cdf(ZERO, np.array([0.7]), *LAW)[0] - 0.5) < 1e-9\n"


def bugs_of(function):
    return [bug for bug in bugs() if bug.of == function]


def hunted(folder, code, planted=None, limits=QUICK):
    """The result of a hunt for the bugs in `cdf`, or for others."""
    path = folder / "test_gates.py"
    path.write_text(HEAD + code, encoding="utf-8")
    return hunt(path, limits, planted=bugs_of("cdf") if planted is None else planted)


def caught_names(result):
    return {bug.name for bug in result.caught}


def verdicts(folder, code, tests, versions=None):
    """What becomes of tests on a right version, on one with a bug and on the right one again."""
    path = folder / "test_gates.py"
    path.write_text(HEAD + code, encoding="utf-8")
    if versions is None:
        versions = [right_versions()[0], version_with(bugs_of("cdf")[0]), right_versions()[2]]
    with Arena(path, QUICK) as arena:
        return [arena.run(version, tests) for version in versions]
