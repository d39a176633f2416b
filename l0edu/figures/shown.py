"""How does a tutorial show a figure, as notebook and as script, with words for who cannot see it?"""

import base64
import os
import re
from html import escape
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure

from l0edu.errors import InputError
from l0edu.figures.canvas import save_png

__all__ = ["Shown", "show"]


class Shown:
    """A figure with its words, as a notebook displays it.

    Parameters
    ----------
    figure : matplotlib Figure
    alt : str
        What the figure shows, for readers who do not see it.
    caption : str
        What to look at.

    Examples
    --------
    >>> from l0edu.figures import ALT_TEXT, lp_figure
    >>> shown = Shown(lp_figure(), ALT_TEXT["lp"], "The smaller p, the flatter the penalty.")
    >>> shown
    figure: The smaller p, the flatter the penalty.
    >>> shown.png[1:4], "<figcaption>The smaller p" in shown._repr_html_()
    (b'PNG', True)
    """

    def __init__(self, figure: Figure, alt: str, caption: str) -> None:
        image = BytesIO()
        figure.savefig(image, format="png", dpi=130)
        self.png, self.alt, self.caption = image.getvalue(), alt, caption

    def __repr__(self) -> str:
        return f"figure: {self.caption}"

    def _repr_html_(self) -> str:
        """`<figure>` with the picture inside, an alternative text and a caption."""
        data = base64.b64encode(self.png).decode("ascii")
        picture = f'<img src="data:image/png;base64,{data}" alt="{escape(self.alt)}">'
        return f"<figure>{picture}<figcaption>{escape(self.caption)}</figcaption></figure>"


def show(figure: Figure, name: str, *, alt: str, caption: str) -> None:
    """Show a figure: below the cell of a notebook; elsewhere as a PNG file, whose path is printed.

    Parameters
    ----------
    figure : matplotlib Figure
    name : str
        Of the file, without ending, as in "04-law-of-a-gate".
    alt : str
        What the figure shows, with its numbers: at least a sentence.
    caption : str
        What to look at: one sentence.

    Raises
    ------
    InputError
        When `alt` or `caption` says too little, the name does not suit a file, or it cannot be written.

    Notes
    -----
    Scripts write into the folder `figures` under the current one, or into `$L0EDU_FIGURES`.

    Examples
    --------
    >>> from contextlib import chdir
    >>> from tempfile import TemporaryDirectory
    >>> from l0edu.figures import ALT_TEXT, lp_figure
    >>> with TemporaryDirectory() as folder, chdir(folder):
    ...     show(lp_figure(), "penalties", alt=ALT_TEXT["lp"], caption="The smaller p, the flatter.")
    [The smaller p, the flatter. ...penalties.png]
    """
    if len(alt.split()) < 8 or len(caption.split()) < 4:
        raise InputError(f"{name}: say in `alt` what the figure shows and in `caption` what to look at")
    if not re.fullmatch(r"[\w-]+", name):
        raise InputError(f"{name!r}: name a figure in letters, digits and hyphens, as in '04-law-of-a-gate'")
    if _in_notebook():
        from IPython.display import display

        display(Shown(figure, alt, caption))
        return
    folder = Path(os.environ.get("L0EDU_FIGURES") or "figures")
    folder.mkdir(parents=True, exist_ok=True)
    print(f"[{caption} {save_png(figure, folder / f'{name}.png', alt)}]")


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs this; IPython in a terminal has none, and shows no pictures."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None
