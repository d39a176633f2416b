"""Tiny data sets in the layout of MNIST."""

import os
from pathlib import Path

import numpy as np
import pytest

from l0edu.data.folder import IdxSet, find_file
from l0edu.data.idx import content_sha256, write_idx
from l0edu.data.registry import FILE_NAMES, KNOWN, KnownFile


@pytest.fixture
def tiny() -> IdxSet:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 5, 4), dtype=np.uint8)
    labels = np.arange(30, dtype=np.uint8) % 10
    return IdxSet(images[:20], labels[:20], images[20:], labels[20:])


@pytest.fixture
def write_set():
    def write(arrays: IdxSet, folder: Path, suffix: str = ".gz") -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in zip(FILE_NAMES, arrays, strict=True):
            write_idx(folder / f"{name}{suffix}", array)
        return folder

    return write


@pytest.fixture
def tiny_mnist(tiny, monkeypatch):
    """Let the registry take the tiny set for MNIST."""
    files = [KnownFile(name, content_sha256(array)) for name, array in zip(FILE_NAMES, tiny, strict=True)]
    monkeypatch.setitem(KNOWN, "mnist", tuple(files))
    return tiny


@pytest.fixture(scope="session")
def full_mnist() -> Path:
    folder = Path(os.environ.get("L0EDU_DATA", "L0EDU_DATA is not set"))
    if not any(find_file(place, FILE_NAMES[0]) for place in (folder / "mnist", folder)):
        pytest.skip("L0EDU_DATA names no folder with MNIST")
    return folder
