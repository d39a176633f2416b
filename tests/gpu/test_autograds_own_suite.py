"""Do autograd's own tests pass when its rules are replaced by those for device arrays?

They are in its source distribution; CONTRIBUTING.md says how to fetch it.
"""

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SOURCE = os.environ.get("L0EDU_AUTOGRAD_SOURCE", "")
NO_PLUGINS = ("-o", "required_plugins=", "-o", "addopts=", "-p", "no:cacheprovider")


@pytest.fixture
def their_tests(tmp_path):
    """The folder of tests of the autograd that is installed."""
    if not SOURCE:
        pytest.skip("needs autograd's source distribution; L0EDU_AUTOGRAD_SOURCE is its path")
    name = f"autograd-{version('autograd')}"
    assert Path(SOURCE).name == f"{name}.tar.gz", "it should be of the version that is installed"
    with tarfile.open(SOURCE) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / name / "tests"


def passed(folder, *options):
    """How many tests pass; all have to."""
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", *NO_PLUGINS, *options, "."]
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return int(re.search(r"(\d+) passed", done.stdout)[1])


def test_as_many_of_autograds_own_tests_pass_with_the_rules_as_without(their_tests):
    assert passed(their_tests, "-p", "gpu.registered") == passed(their_tests) > 500
