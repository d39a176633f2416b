"""Where in the library is an equation, a figure or a table of the paper? One row of data answers for each.

The rows are in `equations.py`, `penalties.py` and `exhibits.py`. `l0edu paper` prints them, and the table of
the documentation is made of them (`crosswalk`).
"""

from l0edu.paper.crosswalk import crosswalk
from l0edu.paper.errata import ERRATA
from l0edu.paper.finding import ITEMS, find
from l0edu.paper.item import Item
from l0edu.paper.places import Place, place
from l0edu.paper.printing import describe, listing

__all__ = ["ERRATA", "ITEMS", "Item", "Place", "crosswalk", "describe", "find", "listing", "place"]
