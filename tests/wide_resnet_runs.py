"""Records of wide ResNets on CIFAR as training leaves them, written without training."""

from kept_runs import record, write_run

from l0edu.flops import flops
from l0edu.models import build
from l0edu.recipes import defaults

NETWORK = "wrn-10-1"
SUBSET = {"images": 1280, "data_crc": 3}


def write(folder, variant="", epochs=4, data="cifar10", error=40.0, least=None, **asked):
    """A finished run of WRN-10-1 whose costs fall to about 1 / epochs, or 1 / least; not without gates."""
    network = f"{NETWORK}{variant}"
    config = {**defaults({"network": network, "data": data, **asked}), **SUBSET, "epochs": epochs, **asked}
    config.pop("data_dir")
    learns = variant not in ("-dense", "-dropout")
    units = [charge.gates for charge in build(network).charges]
    most = (least or epochs) if learns else 1
    records = [_record(epoch, units, min(epoch, most), error) for epoch in range(1, epochs + 1)]
    return write_run(folder, network, records, data=data, data_dir=None, **_named(config))


def _named(config):
    return {name: value for name, value in config.items() if name != "data"}


def _record(epoch, units, factor, error):
    dense = flops(build(f"{NETWORK}-dense")).total
    costs = {"expected_flops_own_gates": dense / factor, "expected_flops": dense / factor / 2}
    left = [max(1, n // factor) for n in units]
    errors = {"test_error": error + 30 / epoch, "train_error": error - 10 + 30 / epoch}
    return record(epoch, left, flops=int(dense / factor / 4), **costs, **errors)
