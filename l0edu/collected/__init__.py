"""Which runs lie below a folder, and what did each give?

They are read from their records, so that records kept without their checkpoints can be collected too.
"""

from l0edu.collected.groups import (
    Group,
    Kind,
    group_runs,
    kinds_of_runs,
    price,
    price_numbers,
    price_order,
    way,
)
from l0edu.collected.reading import collect, read_run
from l0edu.collected.run import CollectedRun
from l0edu.collected.widths import weights_between

__all__ = [
    "CollectedRun",
    "Group",
    "Kind",
    "collect",
    "group_runs",
    "kinds_of_runs",
    "price",
    "price_numbers",
    "price_order",
    "read_run",
    "way",
    "weights_between",
]
