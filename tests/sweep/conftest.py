import pytest
from sweeping import results, sixteen, write_digits

from l0edu.sweep.execute import run_all


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    return write_digits(tmp_path_factory.mktemp("digits"))


@pytest.fixture
def no_curves(monkeypatch):
    """Leave the pictures out in this process: they take most of a short run's time."""
    monkeypatch.setattr("l0edu.figures.save_curves", lambda *_: None)


@pytest.fixture(scope="session")
def alone(digits, tmp_path_factory):
    """The results of sixteen runs, one after the other in this process."""
    folder = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("l0edu.figures.save_curves", lambda *_: None)
        outcomes = run_all(sixteen(digits), folder)
    assert {outcome.status for outcome in outcomes} == {"done"}
    return results(folder)
