"""What do wide ResNets give on CIFAR, beside the paper's Table 2? Markdown: errors, gates, FLOPs."""

from collections.abc import Sequence

from l0edu.collected.wide_resnets import gates_in_words, network_and_data
from l0edu.reproduce.markdown import markdown_table, mean_and_range
from l0edu.reproduce.quoted_cifar import TABLE_2
from l0edu.reproduce.table1 import Measured

__all__ = ["table2_markdown"]

MEASURED = (
    "run",
    "seeds",
    "gates open",
    "test error %",
    "at its best epoch %",
    "train error %",
    "FLOPs left %",
    "expected, own gates %",
    "seconds",
)
QUOTED = ("quoted, not trained here", "CIFAR-10 %", "CIFAR-100 %", "how it is known")
ABOUT_MEASURED = """\
Gates are open or closed at test time. The test error is that of the last epoch. "At its best epoch" is the
lowest of all epochs, chosen on the test set: the number that the reference code reports. The train error is
on 1,000 images. FLOPs are in percent of the dense network's: those left exactly, live units only; and those
expected in the paper's convention, each layer by its own gates. Of several seeds: the mean, and from which to
which value."""
ABOUT_QUOTED = """\
Test errors of Table 2, on all of CIFAR: not to be compared with runs on a subset, or with fewer epochs. What
is recalled has to be checked before anyone relies on it."""


def table2_markdown(measured: Sequence[Measured]) -> str:
    """A table of what was measured for each network and data set, and one of what is quoted.

    Parameters
    ----------
    measured : sequence of Measured
        Rows of wide ResNets on CIFAR.
    """
    sets: dict[str, list[Measured]] = {}
    for one in measured:
        config = one.runs[0].config
        epochs = f"{config.epochs} epoch{'s' * (config.epochs > 1)}"
        sets.setdefault(f"{network_and_data(config)}, {epochs}", []).append(one)
    parts = ["# Wide ResNets on CIFAR"]
    for title, rows in sets.items():
        parts += [f"{title}.", markdown_table(MEASURED, [_measured(one) for one in rows])]
    return "\n\n".join([*parts, ABOUT_MEASURED, _quoted(), ABOUT_QUOTED])


def _measured(one: Measured) -> list[str]:
    run = one.runs[0]
    best = [run.best_error[0] for run in one.runs if run.best_error is not None]
    expected = [100 * run.expected_flops_own_gates / run.dense_flops for run in one.runs]
    shown = [
        mean_and_range(one.numbers("test_error"), ".2f"),
        mean_and_range(best, ".2f"),
        mean_and_range([run.last["train_error"] for run in one.runs], ".1f"),
        mean_and_range([100 * share for share in one.numbers("flops_left")], ".1f"),
        mean_and_range(expected, ".1f"),
        mean_and_range(one.numbers("seconds"), ",.0f"),
    ]
    return [gates_in_words(run.config), str(len(one.runs)), _open(one), *shown]


def _open(one: Measured) -> str:
    """How many gates are open, of how many; a dash where none learns."""
    config = one.runs[0].config
    if gates_in_words(config) in ("dense", "dropout"):
        return "-"
    units = sum(charge.gates for charge in config.build().charges)
    return f"{mean_and_range([sum(run.architecture) for run in one.runs], ',.0f')} of {units:,}"


def _quoted() -> str:
    rows = [[one.network, _error(one.cifar10), _error(one.cifar100), one.source] for one in TABLE_2]
    return markdown_table(QUOTED, rows, texts=(0, len(QUOTED) - 1))


def _error(error: float | None) -> str:
    return "-" if error is None else f"{error:.2f}"
