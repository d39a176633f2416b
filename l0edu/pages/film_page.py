"""How do recorded runs become one web page on which epochs can be scrubbed?

The page holds the bytes of the recording (`l0edu.recording`) of each gated layer in base64, and the curves of
each run as numbers. The scripts of `film/` draw them.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from l0edu.errors import InputError
from l0edu.film import Film, FilmLayer
from l0edu.pages.assemble import assemble, asset
from l0edu.tables import Array

__all__ = ["SCRIPTS", "film_page"]

SCRIPTS = ("decode", "layout", "words", "scales", "player", "chart", "grid", "run", "unit", "main")
CURVES = {"testError": "test_error", "flops": "flops", "expectedFlops": "expected_flops"}


def film_page(films: Sequence[Film]) -> str:
    """One HTML document that needs no network, with one film, or two side by side.

    Parameters
    ----------
    films : sequence of one or two Film
        From `l0edu.film.load_film` or `film_of`.

    Returns
    -------
    str
        To be written into a file that ends in .html.

    Raises
    ------
    InputError
        For none, or more than two.

    Notes
    -----
    Drawn are P(z != 0) of each gate (Eq. 12) and whether it is open at test time (Eq. 13).

    Examples
    --------
    >>> from l0edu import Settings, fit, mlp
    >>> from l0edu.data import load
    >>> from l0edu.film import film_of
    >>> film = film_of(mlp(), fit(mlp(), load("mini")[0], Settings(epochs=1)), "one epoch")
    >>> page = film_page([film])
    >>> page.count("<html"), "one epoch" in page, "https://" in page
    (1, True, False)
    >>> film_page([])
    Traceback (most recent call last):
    l0edu.errors.InputError: 0 films: a page shows one, or two side by side
    """
    if len(films) not in (1, 2):
        raise InputError(f"{len(films)} films: a page shows one, or two side by side")
    styles = [asset("base.css"), asset("film/style.css")]
    scripts = [asset("shape.js"), *(asset(f"film/{name}.js") for name in SCRIPTS)]
    return assemble(asset("film/page.html"), styles, scripts, {"films": [_film(film) for film in films]})


def _film(film: Film) -> dict[str, Any]:
    return {
        "title": film.title,
        "note": film.note,
        "epochs": film.recording.epochs,
        "denseFlops": film.dense_flops,
        "curves": {name: [record[key] for record in film.records] for name, key in CURVES.items()},
        "layers": [_layer(film, layer) for layer in film.layers],
    }


def _layer(film: Film, layer: FilmLayer) -> dict[str, Any]:
    return {
        "gate": layer.gate,
        "place": layer.place,
        "gates": layer.gates,
        "unit": layer.unit,
        "rows": layer.rows,
        "columns": layer.columns,
        "across": layer.across,
        "closesAt": layer.closes_at,
        "probabilities": _text(film.recording.probabilities[layer.gate]),
        "opened": _text(film.recording.opened[layer.gate]),
    }


def _text(rows: Array) -> str:
    return b64encode(rows.tobytes()).decode("ascii")
