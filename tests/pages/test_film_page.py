import base64
import json
import re

import numpy as np
import pytest
from films import drawn_film
from small_runs import tiny_mlp

from l0edu import InputError, lenet5
from l0edu.pages import asset
from l0edu.pages.film_page import SCRIPTS, film_page


def data_of(page):
    return json.loads(re.search(r"const DATA = (.*);\n</script>", page)[1])


def test_the_page_holds_every_recorded_byte():
    film = drawn_film(lenet5(), epochs=4)
    (found,) = data_of(film_page([film]))["films"]
    assert found["epochs"] == 4
    for layer in found["layers"]:
        for name, rows in (
            ("probabilities", film.recording.probabilities[layer["gate"]]),
            ("opened", film.recording.opened[layer["gate"]]),
        ):
            content = np.frombuffer(base64.b64decode(layer[name]), np.uint8)
            np.testing.assert_array_equal(content.reshape(rows.shape), rows)


def test_the_curves_are_the_records():
    film = drawn_film(tiny_mlp(), epochs=3)
    (found,) = data_of(film_page([film]))["films"]
    assert found["curves"] == {
        "testError": [record["test_error"] for record in film.records],
        "flops": [record["flops"] for record in film.records],
        "expectedFlops": [record["expected_flops"] for record in film.records],
    }


def test_the_page_names_no_outside_address():
    page = film_page([drawn_film(tiny_mlp(), epochs=2)])
    addresses = set(re.findall(r"\b(?:https?:)?//[\w.]+", page)) - {"http://www.w3.org"}
    assert addresses == set()
    assert not re.search(r"\b(src|srcset|@import|fetch|XMLHttpRequest)\b", page)
    assert re.findall(r'href="([^"]*)"', page) == ["data:,"]


def test_200_epochs_of_lenet5_make_a_page_of_less_than_a_megabyte():
    film = drawn_film(lenet5(), epochs=1)
    one = len(film_page([film]))
    bytes_an_epoch = sum(
        len(layer["probabilities"] + layer["opened"])
        for layer in data_of(film_page([film]))["films"][0]["layers"]
    )
    assert one + 200 * (bytes_an_epoch + 100) < 1e6


def test_a_title_with_markup_stays_text():
    page = film_page([drawn_film(tiny_mlp(), epochs=1, title="</script><b>x")])
    assert page.count("</script>") == 2 + len(SCRIPTS)  # DATA and shape.js beside them
    assert data_of(page)["films"][0]["title"] == "</script><b>x"


@pytest.mark.parametrize("number", [0, 3])
def test_a_page_shows_one_film_or_two(number):
    with pytest.raises(InputError, match=f"{number} films"):
        film_page([drawn_film(tiny_mlp(), epochs=1)] * number)


def luminance(colour):
    """Relative luminance of WCAG 2 of an sRGB colour of channels in [0, 1]."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_crosses_stand_out_from_every_shade_of_a_closed_gate(theme):
    """3 : 1 for shades up to P(open) = .31, where Eq. 13 closes gates."""
    found = re.findall(r"--(shade-0|shade-1|cross): #(\w{6})", asset("film/style.css"))[3 * theme :][:3]
    colours = {name: np.array(list(bytes.fromhex(colour))) / 255 for name, colour in found}
    cross = luminance(colours["cross"])
    for p in np.linspace(0, 0.3102, 20):
        shade = luminance(colours["shade-0"] + 2 * p * (colours["shade-1"] - colours["shade-0"]))
        assert (max(cross, shade) + 0.05) / (min(cross, shade) + 0.05) >= 3
