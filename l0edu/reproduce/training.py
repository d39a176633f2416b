"""How are the runs trained that are missing? Each in its folder, as in a sweep, and never twice."""

from collections.abc import Callable
from typing import Any

from l0edu.reproduce.plan import Plan, refuse_other_data
from l0edu.request import resolve
from l0edu.sweep.execute import run_all
from l0edu.sweep.jobs import Job, Outcome

__all__ = ["train_missing"]


def train_missing(
    plan: Plan, workers: int = 1, report: Callable[[Outcome], Any] | None = None
) -> list[Outcome]:
    """Train what a plan lacks, and go on with what it has begun.

    Parameters
    ----------
    plan : Plan
    workers : int
        Runs at the same time, each with one thread.
    report : callable, optional
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of the plan; a failed run does not stop the rest.

    Raises
    ------
    InputError
        When the data is not there, or runs of the plan were trained on other images: before any is trained.
    """
    missing = plan.missing
    if not missing:
        return []
    begun = [one.run for one in plan.planned if one.run]
    for options in {one.options["data"]: one.options for one in missing}.values():  # one of each data set
        refuse_other_data(begun, resolve(options).progress.config)
    jobs = [Job(one.name, one.options) for one in missing]
    return run_all(jobs, plan.out, workers=workers, report=report)
