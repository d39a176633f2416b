from dataclasses import replace

import numpy as np
import pytest

from l0edu import InputError, mlp, ops
from l0edu.models import MODELS, build
from l0edu.oracle import Row, draw_case, format_table, torch_is_installed, verify
from l0edu.oracle.verify import _relative_error, compare_with_torch

ARRAYS = {
    "mlp": {f"gate{i}/log_alpha" for i in (1, 2, 3)} | {f"fc{i}/{a}" for i in (1, 2, 3) for a in "Wb"},
    "lenet5": {f"gate{i}/log_alpha" for i in (1, 2, 3, 4)}
    | {f"{layer}/{a}" for layer in ("conv1", "conv2", "fc1", "fc2") for a in "Wb"},
}


def small(monkeypatch):
    """Lets "mlp" mean a small one, for the tests that are not about size."""
    monkeypatch.setitem(MODELS, "mlp", lambda: mlp((40, 8, 4), (0.2, 0.5)))


@pytest.mark.torch
def test_the_papers_networks_pass_in_every_row():
    pytest.importorskip("torch")
    rows = verify(["mlp", "lenet5"], batch=2)
    assert all(row.passed for row in rows), format_table([row for row in rows if not row.passed])
    for network, arrays in ARRAYS.items():
        for dtype, tolerance in (("float64", 1e-10), ("float32", 1e-4)):
            found = [
                row for row in rows if (row.network, row.dtype, row.against) == (network, dtype, "torch")
            ]
            assert {row.name for row in found} == arrays | {"loss"}
            assert {row.tolerance for row in found} == {tolerance}
        assert {r.name for r in rows if (r.network, r.against) == (network, "differences")} == arrays


@pytest.mark.torch
def test_a_wide_resnet_passes_too():
    pytest.importorskip("torch")
    rows, arrays = verify(["wrn-10-1"]), build("wrn-10-1").init(np.random.default_rng(0))
    assert all(row.passed for row in rows), format_table([row for row in rows if not row.passed])
    assert len(rows) == 3 * sum(map(len, arrays.values())) + len(["loss"] * 2)


@pytest.mark.torch
@pytest.mark.parametrize("dtypes", [[np.float64], [np.float32], ["float32", "float64"]])
def test_only_the_given_dtypes_are_compared_with_torch(monkeypatch, dtypes):
    pytest.importorskip("torch")
    small(monkeypatch)
    found = {row.dtype for row in verify(["mlp"], dtypes) if row.against == "torch"}
    assert found == {np.dtype(dtype).name for dtype in dtypes}


def test_the_seed_decides_everything(monkeypatch):
    small(monkeypatch)
    assert verify(["mlp"], seed=3) == verify(["mlp"], seed=3)
    assert verify(["mlp"], seed=3) != verify(["mlp"], seed=4)


@pytest.mark.parametrize("against", ["torch", "differences"])
def test_a_relu_that_lets_every_gradient_through_is_found(monkeypatch, against):
    if against == "torch":
        pytest.importorskip("torch")
    small(monkeypatch)
    monkeypatch.setitem(ops.relu._gradients, "x", lambda values: {"x": values["g"]})
    failed = {row.name for row in verify(["mlp"]) if row.against == against and not row.passed}
    assert failed == {"gate1/log_alpha", "fc1/W", "fc1/b"}  # what lies under the relu, and nothing above it


@pytest.mark.torch
def test_a_wrong_loss_is_found(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr("l0edu.objective.l0_penalty", lambda net, params, lam: 0.0)
    rows = compare_with_torch("small", draw_case(mlp((6, 5, 4), (0.2, 0.5)), np.random.default_rng(0)))
    failed = {row.name for row in rows if not row.passed}
    assert failed == {"loss", "gate1/log_alpha", "gate2/log_alpha"}


@pytest.mark.parametrize(
    ("ours", "theirs", "error"),
    [([1.0, 3.0], [2.0, 2.0], 0.5), ([0.0, 0.0], [0.0, 0.0], 0), ([0.0, 1e-9], [0.0, 0.0], np.inf)],
)
def test_an_error_is_the_largest_difference_over_the_largest_number(ours, theirs, error):
    assert _relative_error(np.array(ours), np.array(theirs)) == error


def test_nan_does_not_pass():
    assert not Row("mlp", "float64", "torch", "loss", np.nan, 1e-10).passed
    assert not Row("mlp", "float64", "torch", "loss", np.inf, 1e-10).passed
    assert Row("mlp", "float64", "torch", "loss", 1e-10, 1e-10).passed


def test_the_table_names_the_failure():
    good = Row("mlp", "float64", "torch", "fc1/W", 3e-16, 1e-10)
    bad = Row("lenet5", "float32", "differences", "gate1/log_alpha", np.nan, 1e-4)
    titles, first, second = format_table([good, bad]).splitlines()
    assert titles.split()[:4] == ["network", "dtype", "against", "parameter"]
    assert first.split() == ["mlp", "float64", "torch", "fc1/W", "3.0e-16", "1e-10", "ok"]
    assert second.split() == [
        *("lenet5", "float32", "differences", "gate1/log_alpha"),
        "nan",
        "1e-04",
        "FAIL",
    ]
    assert titles.index("verdict") == first.index("ok") == second.index("FAIL")


def test_bad_input_is_refused():
    with pytest.raises(InputError, match=r"'resnet'.*lenet5"):
        verify(["resnet"])
    if torch_is_installed():
        case = draw_case(mlp((6, 5, 4), (0.2, 0.5)), np.random.default_rng(0))
        half = case.x.astype(np.float16)
        with pytest.raises(InputError, match="float16"):
            compare_with_torch("small", replace(case, x=half))
