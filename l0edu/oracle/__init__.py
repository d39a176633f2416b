"""Is every gradient right? The same objective in torch, and finite differences.

Importing this package does not import torch: `l0edu.oracle.torch_twin` alone does.
"""

from l0edu.oracle.case import Case, draw_case
from l0edu.oracle.differences import difference_errors
from l0edu.oracle.verify import Row, format_table, torch_is_installed, verify

__all__ = [
    "Case",
    "Row",
    "difference_errors",
    "draw_case",
    "format_table",
    "torch_is_installed",
    "verify",
]
