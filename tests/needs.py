"""What a test needs beside Python packages of its own: without it a user's run skips, and CI's run fails."""

import importlib.util
import os
import shutil

import pytest


def need(found, what):
    """Go on when `found`; else skip with a message, or fail where nothing may be missing."""
    if found:
        return
    message = f"needs {what}"
    if os.environ.get("L0EDU_CI"):
        pytest.fail(f"{message}, which .ci/run is to install")
    pytest.skip(message)


def need_program(*names):
    """The path of the first program found."""
    paths = [path for path in map(shutil.which, names) if path]
    need(paths, " or ".join(names))
    return paths[0]


def need_package(name):
    need(importlib.util.find_spec(name), f"the package {name}")
