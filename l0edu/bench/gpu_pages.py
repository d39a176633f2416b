"""What do the pages about runs on a GPU say? What the records say, or that there is no record yet."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from l0edu.bench.device_cases import AIMS
from l0edu.bench.gpu_record import GpuRecord, read_gpu_record

__all__ = ["index_page", "record_page", "write_pages"]

NOTHING_YET = """\
**Nothing here has run on a GPU yet.** What is said about GPUs comes from CPUs: a stand-in for CuPy's arrays
that refuses what they refuse and counts launches, the CuPy package itself, which imports without a driver,
and the kernels' bodies, compiled for the CPU. No number of this documentation was measured on a GPU, and no
speed there is claimed.
"""
THERE_ARE = """\
These runs have been recorded. What is claimed about GPUs is in them.
"""
HOW = """\
## How a record gets here

On a machine with an NVIDIA GPU, in a checkout. The library need not be installed; NumPy, autograd, CuPy,
pytest, hypothesis and tqdm have to be, and for the ratios a torch made for CUDA:

```console
python benchmarks/gpu.py
```

It needs no network and takes less than eight minutes; on the first run, some of them go into compiling
CuPy's kernels. It

1. runs the tests marked `gpu`: those of `tests/gpu`, on CuPy's arrays and under CuPy's own guard against
   waiting for the device, and beside them what a GPU alone can show: a scatter whose indices repeat, random
   numbers, memory that runs out, two equal runs; each file in a process of its own, so that an error which
   leaves a GPU unusable costs one file;
2. runs `l0edu bench --device gpu`: training steps of the MLP and LeNet-5 (batch 100 and 1,024) and of
   WRN-28-10 (batch 128) beside torch in eager mode on the same GPU, in float32 without and with TF32; what
   the memory pool holds after 1,000 steps; whether two runs of the same steps end with the same bits; how
   exact gradients are;
3. writes `docs/gpu-runs/DATE-DEVICE.json`, a page about it, and this page anew.

The aim is a step of LeNet-5 at batch 1,024 and of WRN-28-10 within 1.5 times of torch's, without TF32. Look
at the record, and commit it with the pages. It holds no name of a machine and no path.

A training step is timed from the second of an epoch to its last, and the device is idle before and after. So
moving the state up and down, and reading the losses, are not in it: an epoch does them once.
"""


def write_pages(folder: Path) -> list[Path]:
    """Write a page for each record in a folder, and the index.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Path
        What was written.
    """
    records = {path.stem: read_gpu_record(path) for path in sorted(folder.glob("*.json"))}
    pages = {name: record_page(name, record) for name, record in records.items()}
    written = []
    for name, text in {**pages, "index": index_page(records)}.items():
        written.append(folder / f"{name}.md")
        written[-1].write_text(text, encoding="utf-8")
    return written


def index_page(records: Mapping[str, GpuRecord]) -> str:
    """The list of records, or that there is none, and how to make one.

    Examples
    --------
    >>> "Nothing here has run on a GPU yet" in index_page({})
    True
    """
    parts = ["# Runs on a GPU\n", THERE_ARE if records else NOTHING_YET]
    if records:
        rows = [_index_row(name, record) for name, record in reversed(list(records.items()))]
        tests = ["tests passed", "failed", "files not finished"]
        parts += [_table(["run", *tests, *(f"{case} / torch" for case in AIMS)], rows)]
        parts += ["```{toctree}\n:hidden:\n\n" + "\n".join(records) + "\n```\n"]
    return "\n".join([*parts, HOW])


def _index_row(name: str, record: GpuRecord) -> list[str]:
    slower = [_of_fastest_torch(record, case) for case in AIMS]
    tests = [str(record["tests"][kind]) for kind in ("passed", "failed")]
    tests.append(str(len(record["tests"]["unfinished"])))
    title = f"{record['device']['name']}, {record['date']}"
    return [f"[{title}]({name}.md)", *tests, *("" if one is None else f"{one:.2f}" for one in slower)]


def record_page(name: str, record: GpuRecord) -> str:
    """All that a record says, as tables.

    Parameters
    ----------
    name : str
        Of its file, without the ending.
    record : dict
    """
    return "\n".join(_parts(name, record))


def _parts(name: str, record: GpuRecord) -> Iterator[str]:
    yield f"# {record['device']['name']}, {record['date']}\n"
    yield f"Made by code from [the record]({name}.json); the run took {record['seconds']} s.\n"
    yield _table(["device", ""], [[fact, str(value)] for fact, value in record["device"].items()])
    yield from _tests(record["tests"])
    if record["bench"] is None:
        yield "## Benchmark\n\nIt wrote no record.\n"
        return
    yield from _groups(record["bench"])
    yield from _aims(record)
    yield from _versions(record["bench"]["libraries"])


def _versions(libraries: Mapping[str, Any]) -> Iterator[str]:
    yield "## Versions\n"
    yield "\n".join(f"- {side}: {_flat(notes)}" for side, notes in libraries.items()) + "\n"


def _flat(notes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in notes.items() if not isinstance(value, dict))


def _tests(tests: Mapping[str, Any]) -> Iterator[str]:
    yield "## Tests\n"
    counts = f"{tests['passed']} passed, {tests['failed']} failed, {tests['skipped']} skipped"
    yield f"{counts}; {tests['seconds']:.0f} s, summed over processes.\n"
    if tests["failures"]:
        yield "Failed:\n\n" + "\n".join(f"- `{name}`" for name in tests["failures"]) + "\n"
    if tests["unfinished"]:
        lines = [f"- {name}: {reason}" for name, reason in tests["unfinished"].items()]
        yield "Not run to the end:\n\n" + "\n".join(lines) + "\n"
    if tests["measured"]:
        yield _table(["what tests noted", ""], [[what, value] for what, value in tests["measured"].items()])


def _groups(bench: Mapping[str, Any]) -> Iterator[str]:
    yield "## Benchmark\n"
    yield f"Medians of {bench['rounds']} rounds; for the ratios, the quartiles in brackets.\n"
    for group in dict.fromkeys(case["group"] for case in bench["cases"].values()):
        cases = {name: case for name, case in bench["cases"].items() if case["group"] == group}
        labels = list(dict.fromkeys(label for case in cases.values() for label in case["values"]))
        pairs = list(dict.fromkeys(pair for case in cases.values() for pair in case["ratios"]))
        rows = [_row(name, case, labels, pairs) for name, case in cases.items()]
        yield _table([group, *labels, *pairs, "notes"], rows)
    missing = [f"- {name}: {reason}" for name, reason in bench["missing"].items()]
    yield "Not measured:\n\n" + "\n".join(missing) + "\n" if missing else "Nothing is missing.\n"


def _row(name: str, case: Mapping[str, Any], labels: list[str], pairs: list[str]) -> list[str]:
    values = [f"{case['values'][label]['median']:.4g} {case['unit']}" for label in labels]
    ratios = [_with_quartiles(case["ratios"].get(pair)) for pair in pairs]
    notes = [f"{label}: {_numbers(of['notes'])}" for label, of in case["values"].items() if of["notes"]]
    return [name.partition("/")[2], *values, *ratios, "; ".join(notes)]


def _numbers(notes: Mapping[str, float]) -> str:
    return ", ".join(f"{what} {value:.4g}" for what, value in notes.items())


def _with_quartiles(numbers: Mapping[str, Any] | None) -> str:
    if numbers is None:
        return ""
    return "{:.2f} ({:.2f}-{:.2f})".format(numbers["median"], *numbers["quartiles"])


def _aims(record: GpuRecord) -> Iterator[str]:
    """Whether the aims were met, beside the faster of torch's two ways to gate."""
    yield "## Aims\n"
    for case, aim in AIMS.items():
        found = _of_fastest_torch(record, case)
        said = "not measured" if found is None else f"{found:.2f}, {'met' if found <= aim else 'missed'}"
        yield f"- {case}, at most {aim} times of torch's time without TF32: {said}."
    yield ""


def _of_fastest_torch(record: GpuRecord, case: str) -> float | None:
    cases = {} if record["bench"] is None else record["bench"]["cases"]
    ratios = cases[case]["ratios"] if case in cases else {}
    ours = [numbers["median"] for pair, numbers in ratios.items() if pair.startswith("ours/")]
    return max(ours, default=None)


def _table(titles: list[str], rows: list[list[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
