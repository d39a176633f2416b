"""What does one gate do with its noise? The gate microscope: a page on which every number can be moved."""

from l0edu.gates import HardConcrete
from l0edu.pages.assemble import assemble, asset

__all__ = ["microscope"]

STYLES = ("base.css", "microscope/style.css")
SCRIPTS = ("law", "state", "words", "svg", "trace", "expectation", "controls", "sharing", "main")


def microscope() -> str:
    """The gate microscope, as one HTML document that needs no network.

    Returns
    -------
    str
        To be written into a file that ends in .html.

    Notes
    -----
    It starts at the defaults of `l0edu.HardConcrete`. It shows u, s and s_bar (Eq. 10), z (Eq. 11), P(z != 0)
    (Eq. 12), z-hat (Eq. 13) and their gradients. Its closed forms are in `microscope/law.js`; tests hold them
    against the library's.

    Examples
    --------
    >>> page = microscope()
    >>> page.count("<html"), "log_alpha" in page
    (1, True)
    """
    law = HardConcrete()
    defaults = {"beta": law.beta, "gamma": law.gamma, "zeta": law.zeta}
    return assemble(
        asset("microscope/page.html"),
        [asset(style) for style in STYLES],
        [asset("shape.js"), *(asset(f"microscope/{script}.js") for script in SCRIPTS)],
        {"defaults": defaults},
    )
