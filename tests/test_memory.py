"""Is memory that was freed kept for the next step?"""

import os
import platform
import subprocess
import sys

import pytest

from l0edu.memory import keep_freed_memory

COUNT_FAULTS = """
import resource
import numpy as np
from l0edu.memory import keep_freed_memory

{first}
faults = []
for step in range(9):
    arrays = [np.ones(250_000) for _ in range(8)]
    del arrays
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
print(faults[-1] - faults[1])
"""


def faults_of_seven_steps(first, limits=()):
    """Page faults of a fresh process that makes and drops 16 MB seven times."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("MALLOC", "GLIBC"))
    }
    surroundings |= dict(limits)
    code = COUNT_FAULTS.format(first=first)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=surroundings)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the limits are glibc's")
def test_a_step_after_it_touches_no_new_pages():
    assert faults_of_seven_steps("keep_freed_memory()") < 100 < faults_of_seven_steps("")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the limits are glibc's")
@pytest.mark.parametrize(
    "limits", [{"MALLOC_MMAP_THRESHOLD_": "131072"}, {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=131072"}]
)
def test_limits_that_the_environment_sets_stay(limits):
    assert faults_of_seven_steps("keep_freed_memory()", limits) > 100


def test_calling_it_twice_does_no_harm():
    keep_freed_memory()
    keep_freed_memory()
