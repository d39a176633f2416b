"""What holds for every test: no network beyond this machine, no figure window, and a cache of its own."""

import os
import socket

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
for _library in ("OPENBLAS", "OMP"):  # the suite runs in several processes; their threads would fight
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

if os.environ.get("L0EDU_REGISTER"):  # the whole suite with the rules for a device: "stand-in" or "gpu"
    from l0edu.gpu import register

    register(os.environ["L0EDU_REGISTER"])

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise RuntimeError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    os.environ["L0EDU_CACHE"] = str(tmp_path_factory.mktemp("cache"))
