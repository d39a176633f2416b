"""How does a run get into its folder? Training where it was asked for, each epoch saved when it is done.

`l0edu train`, sweeps and reproductions all go through here, so that their runs are alike and each can be
resumed by any of them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from l0edu.checkpointing import Checkpointer
from l0edu.errors import InputError
from l0edu.gpu import to_device
from l0edu.gpu.availability import in_one_line
from l0edu.network import Network
from l0edu.request import Request, settings_of
from l0edu.runs import Progress, RunFolder
from l0edu.train import fit

__all__ = ["finish", "train_in"]


def train_in(
    folder: RunFolder,
    request: Request,
    track: Callable[[Iterable[Any]], Iterable[Any]] = iter,
    keep_every: float = 300,
) -> Iterator[Progress]:
    """Train as asked from where the run stands, and yield the progress after each epoch, saved.

    Parameters
    ----------
    folder : RunFolder
        Claimed by the caller, and begun.
    request : Request
    track : callable, optional
        Wraps an epoch's batches, for example in a progress bar.
    keep_every : float
        Seconds after which the run is saved inside an epoch too.

    Yields
    ------
    Progress
        With the record of the epoch as its last.

    Raises
    ------
    InputError
        When the device is not there, or its memory is full; what was saved stays.
    """
    progress, settings = request.progress, settings_of(request.progress.config)
    checkpointer = Checkpointer(lambda state: folder.keep(progress, state), keep_every)
    with np.errstate(over="ignore", invalid="ignore"), _device_errors(progress.config.device):
        train, test, validation = _placed(request)
        records = fit(request.net, train, settings, test, validation, progress.state, track, checkpointer)
        for record in records:
            progress = folder.add(progress, record)  # fit refuses what is not finite
            checkpointer.restart()
            yield progress


def _placed(request: Request) -> list[Any]:
    """The sets of images where the run is to be trained: moved once, if that is no CPU."""
    device, sets = request.progress.config.device, (request.train, request.test, request.validation)
    if device == "cpu" or request.progress.is_finished():
        return list(sets)
    return [None if data is None else to_device(data, device) for data in sets]


@contextmanager
def _device_errors(device: str) -> Iterator[None]:
    """Errors of a GPU that say something about the machine, in one line."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # CuPy has no common base of its errors
        sentence = None if device == "cpu" else in_one_line(error)
        if sentence is None:
            raise
        raise InputError(
            f"{sentence}; what was saved stays: go on with --resume, here or with --device cpu"
        ) from error


def finish(folder: RunFolder, net: Network, progress: Progress) -> dict[str, Any]:
    """Write what is made of a run at its end: the summary, which is returned, the film, and the curves."""
    from l0edu.figures import save_curves  # loads matplotlib, which training can do without

    summary = folder.finish(progress)
    units = {charge.gate: charge.gates for charge in net.charges}
    save_curves(progress.records, units, progress.config.describe(), folder.curves_file)
    return summary
