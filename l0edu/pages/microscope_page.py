"""What does one gate do with its noise? The gate microscope: a page on which every number can be moved."""

from l0edu.gates import HardConcrete
from l0edu.pages.assemble import assemble, asset

__all__ = ["microscope"]

STYLES = ("base.css", "microscope/style.css")
SCRIPTS = ("law", "state", "words", "svg", "trace", "expectation", "controls", "sharing", "main")


def microscope() -> str:
    """The gate microscope, as one HTML document that needs no network.

    It starts at the defaults of `l0edu.HardConcrete`. Its closed forms are in `microscope/law.js`; tests hold
    them against the library's.

    Returns
    -------
    str

    Examples
    --------
    >>> "log_alpha" in microscope()
    True
    """
    law = HardConcrete()
    defaults = {"beta": law.beta, "gamma": law.gamma, "zeta": law.zeta}
    return assemble(
        asset("microscope/page.html"),
        [asset(style) for style in STYLES],
        [asset("shape.js"), *(asset(f"microscope/{script}.js") for script in SCRIPTS)],
        {"defaults": defaults},
    )
