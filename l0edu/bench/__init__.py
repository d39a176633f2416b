"""How fast is this library, beside the same gated networks in torch? Alternating measurements, as ratios.

    cases.py             what is measured
    problems.py          the networks, with gates as at the start or as in the paper's pruned architectures
    ours.py              the measured tasks in this library
    operations.py        single operations, beside the product or the copy that bounds them from below
    torch_networks.py    the same networks in torch, which it, the next file and torch_on_device.py import
    torch_reference.py   the same tasks in torch
    worker.py            the process that runs tasks
    processes.py         the parent's side of it
    rounds.py            who is measured when, and the statistics
    environment.py       on what it ran
    record.py            the JSON file
    comparison.py        what became slower since the last record
    report.py, plot.py   the table and the picture

On a device, `l0edu bench --device gpu`:

    device_cases.py      what is measured
    devices.py           what is asked of a device around a measurement
    on_device.py         the measured tasks in this library
    torch_on_device.py   the same tasks in torch
    device_run.py        with TF32 and without, within a time
    gpu_suite.py         this benchmark and the tests that need a GPU, in one command
    gpu_test_run.py         these tests, each file in a process of its own
    gpu_record.py        the JSON file of both
    gpu_pages.py         the pages of docs/gpu-runs, made from such files

`l0edu bench` puts them together (`l0edu.cli.bench`).
"""
