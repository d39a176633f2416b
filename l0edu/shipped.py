"""Where are the files that stand beside the package in a checkout, and inside it once it is installed?

Tutorials, benchmarks, receipts and records of GPU runs are where readers of the project look for them; a
wheel carries copies in `l0edu/_shipped/`.
"""

from pathlib import Path

from l0edu.errors import InputError

__all__ = ["shipped"]

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """A folder of the project, in a checkout or inside the installed package.

    Parameters
    ----------
    name : str
        "tutorials", "benchmarks", "docs/receipts" or "docs/gpu-runs".

    Returns
    -------
    Path

    Raises
    ------
    InputError
        When this installation has no such folder.

    Examples
    --------
    >>> (shipped("benchmarks") / "record.json").exists()
    True
    """
    for folder in (PACKAGE / "_shipped" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise InputError(f"this installation holds no {name}: install l0edu from a wheel or a checkout")
