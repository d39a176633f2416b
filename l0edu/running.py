"""How does a run get into its folder? Training, each epoch saved as soon as it is done, and its end.

`l0edu train`, sweeps and reproductions all go through here, so that their runs are alike and each can be
resumed by any of them.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from l0edu.keeping import Keeper
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
    """
    progress, settings = request.progress, settings_of(request.progress.config)
    sets = request.test, request.validation
    keeper = Keeper(lambda state: folder.keep(progress, state), keep_every)
    with np.errstate(over="ignore", invalid="ignore"):  # fit refuses what is not finite
        for record in fit(request.net, request.train, settings, *sets, progress.state, track, keeper):
            progress = folder.add(progress, record)
            keeper.restart()
            yield progress


def finish(folder: RunFolder, net: Network, progress: Progress) -> dict[str, Any]:
    """Write what is made of a run at its end: the summary, which is returned, the film, and the curves."""
    from l0edu.figures import save_curves  # loads matplotlib, which training can do without

    summary = folder.finish(progress)
    units = {charge.gate: charge.gates for charge in net.charges}
    save_curves(progress.records, units, progress.config.describe(), folder.curves_file)
    return summary
