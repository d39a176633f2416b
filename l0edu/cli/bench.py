"""`l0edu bench`: how fast is this library beside torch, and did it become slower since the last record?"""

import argparse
import os
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from l0edu.bench.cases import GROUPS, Case, Job, all_cases, select_cases
from l0edu.bench.comparison import Regression, find_regressions, why_incomparable
from l0edu.bench.device_cases import device_cases
from l0edu.bench.device_run import measure_on
from l0edu.bench.environment import cores
from l0edu.bench.processes import Pool
from l0edu.bench.record import Conditions, RecordDict, make_record, read_record, write_record
from l0edu.bench.report import format_record
from l0edu.bench.rounds import Effort, measure_all
from l0edu.errors import InputError
from l0edu.gpu.arrays import module_of
from l0edu.oracle import torch_is_installed

__all__ = ["RECORD", "add", "run"]

RECORD = Path("benchmarks/record.json")  # the last release's, in a checkout
DESCRIPTION = """
Measures this library and the same gated networks in torch in turns, prints the ratios, writes them with
every round's numbers as JSON and as a picture, and compares with a record. Exits with 1 if a ratio grew by
more than the noise. Let nothing else run meanwhile.
With --device gpu both compute on the GPU, float32, with and without TF32, and memory, repeatability and
precision are looked at, too; it exits with 1 if a case is missing.
"""
STAND_IN = "stand-in"
NOTHING_WRITTEN = "the stand-in computes on the CPU: these times mean nothing, and no record is written"
ROUNDS = {False: 12, True: 3}  # by --quick
LENGTH = {False: 1.0, True: 0.1}  # by --quick


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    parser = commands.add_parser(
        "bench",
        help="measure this library beside the same networks in torch",
        description=DESCRIPTION,
    )
    _add_measurement(parser.add_argument_group("the measurement"))
    _add_files(parser.add_argument_group("records"))
    parser.set_defaults(run=run)


def _add_measurement(group: Any) -> None:
    group.add_argument(
        "--cases",
        metavar="NAME,...",
        help=f"only these: {', '.join(GROUPS)}, or longer names as step/mlp (default: all)",
    )
    group.add_argument(
        "--device",
        choices=("cpu", "gpu", STAND_IN),
        default="cpu",
        help="gpu: with CuPy, beside torch there; stand-in: shows that this would run, and writes nothing",
    )
    group.add_argument(
        "--minutes", type=float, default=30, metavar="M", help="on a device: begin no case after them"
    )
    group.add_argument("--rounds", type=int, metavar="N", help="default: 12, with --quick 3")
    group.add_argument("--threads", type=int, metavar="N", help="of each library (default: the cores)")
    group.add_argument("--quick", action="store_true", help="fewer and shorter rounds; compared with nothing")


def _add_files(group: Any) -> None:
    group.add_argument(
        "--out", type=Path, default=Path("bench.json"), metavar="FILE.json", help="default: bench.json"
    )
    group.add_argument(
        "--against",
        type=Path,
        metavar="FILE.json",
        help=f"record to compare with (default: {RECORD}, if there)",
    )


def run(options: argparse.Namespace) -> int:
    """Measure, print, write; 1 if something regressed or could not be measured, else 0."""
    conditions, before = _conditions(options), _record_before(options)
    names = _case_names(options.cases)
    _check_out(options.out)
    record = _measure(_cases(options, names), conditions, options)
    regressions, verdict = _compare(record, before)
    if options.device == STAND_IN:
        print(f"{format_record(record)}\n\n{NOTHING_WRITTEN}")
        return int(bool(record["missing"]))
    try:
        print(f"{format_record(record, regressions)}\n\n{verdict}", flush=True)
    finally:  # a reader that has gone, as in `l0edu bench | head`, does not cost the record
        write_record(record, options.out)
    print(f"written: {', '.join(map(str, [options.out, *_draw(record, options.out)]))}")
    return int(bool(regressions or record.get("missing")))


def _cases(options: argparse.Namespace, names: list[str]) -> list[Case]:
    """What is to be measured, after a look at whether it can be."""
    if options.device == "cpu":
        cases = all_cases(options.quick)
    else:
        module_of(options.device)  # says in one line what is missing
        cases = device_cases(options.device)
    torch = torch_is_installed()
    if not torch:
        print('torch is not installed, so no ratios to it: pip install "l0edu[torch]" adds it')
    return select_cases(cases, names, torch)


def _measure(cases: list[Case], conditions: Conditions, options: argparse.Namespace) -> RecordDict:
    track = partial(tqdm, disable=None, unit="case", leave=False)
    if options.device != "cpu":
        return measure_on(options.device, cases, conditions, options.minutes, track)
    libraries = dict.fromkeys(job.side for case in cases for job in case.jobs.values())
    with Pool(conditions.threads) as pool:
        said = {name: pool.ask("environment", Job(name, "environment"), 1)["notes"] for name in libraries}
        return make_record(measure_all(cases, pool, conditions.effort, track), conditions, said)


def _compare(record: RecordDict, before: RecordDict | None) -> tuple[list[Regression], str]:
    """The regressions, and a sentence about them."""
    if before is None:
        return [], "no record to compare with"
    if reason := why_incomparable(record, before):
        return [], f"not compared with the record of {before['date']}: {reason}"
    regressions = find_regressions(record, before)
    found = f"{len(regressions)} REGRESSION{'S' * (len(regressions) > 1)}" if regressions else "no regression"
    return regressions, f"{found} beyond noise, against the record of {before['date']}"


def _draw(record: RecordDict, out: Path) -> list[Path]:
    """The picture beside the record, if there is anything to draw; of a device there is none."""
    if "device" in record:
        return []
    from l0edu.bench.plot import save_plot  # loads matplotlib

    picture = save_plot(record, out.with_suffix(".png"))
    return [] if picture is None else [picture]


def _conditions(options: argparse.Namespace) -> Conditions:
    rounds = ROUNDS[options.quick] if options.rounds is None else options.rounds
    threads = cores() if options.threads is None else options.threads
    for name, value in {"rounds": rounds, "threads": threads}.items():
        if value < 1:
            raise InputError(f"--{name} {value}: it must be at least 1")
    if not options.minutes > 0:
        raise InputError(f"--minutes {options.minutes}: it must be positive")
    return Conditions(options.quick, threads, Effort(rounds, LENGTH[options.quick]))


def _case_names(cases: str | None) -> list[str]:
    """What stands between the commas; nothing for an option that was left out."""
    names = [name.strip() for name in (cases or "").split(",") if name.strip()]
    if cases is not None and not names:
        raise InputError(
            f"--cases {cases!r} names no case: choose from {', '.join(GROUPS)}, or leave it out for all"
        )
    return names


def _record_before(options: argparse.Namespace) -> RecordDict | None:
    """Read before anything is measured: a wrong name should not cost a quarter of an hour."""
    if options.against is not None:
        return read_record(options.against)
    return read_record(RECORD) if options.device == "cpu" and RECORD.exists() else None


def _check_out(out: Path) -> None:
    """Refuse a file that cannot be written, also before anything is measured."""
    if out.suffix != ".json":
        raise InputError(f"--out {out}: give a name that ends in .json")
    if not out.absolute().parent.is_dir():
        raise InputError(f"--out {out}: there is no such folder: make it first")
    beside = out.with_name(f".{out.name}.{os.getpid()}.partial")  # where `write_atomically` begins
    try:
        beside.touch()
        beside.unlink()
    except OSError as error:
        raise InputError(f"--out {out}: {error.strerror}: name a file that can be written") from None
    if out.is_dir():
        raise InputError(f"--out {out} is a folder: name a file")
