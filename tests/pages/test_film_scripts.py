"""The film's scripts that need no document, called in Node, against the library."""

import json
import re

import numpy as np
import pytest
from films import drawn_film
from javascript import call_in_node

from l0edu import Chain, Dense, HardConcrete, Network, lenet5, mlp
from l0edu.pages.film_page import film_page

PURE = [f"film/{name}.js" for name in ("decode", "layout", "words", "scales", "player")]
FRAME = """(layer, epoch) => {
    const decoded = decodeLayer(layer);
    const gates = [...Array(layer.gates).keys()];
    return [gates.map(i => probabilityOf(decoded, epoch, i)), gates.map(i => isOpen(decoded, epoch, i)),
            countOpen(decoded, epoch), countChanges(decoded, epoch)];
}"""
PLACES = """(layer, width) => {
    const grid = layOut(layer, width);
    const corners = [...Array(layer.gates).keys()].map(i => cornerOf(grid, i));
    const far = grid.cell - .5;
    const found = corners.map(({x, y}) => [gateAt(grid, x, y), gateAt(grid, x + far, y + far)]);
    const outside = [[-1, 0], [grid.width, 0], [0, grid.height]].map(([x, y]) => gateAt(grid, x, y));
    return {grid, corners, found, outside};
}"""


@pytest.fixture
def call(tmp_path):
    def call(name, *arguments):
        return call_in_node(PURE, [[name, *arguments]], tmp_path)[0]

    return call


@pytest.fixture(scope="module")
def film():
    return drawn_film(lenet5(), epochs=5)


def data_of(film):
    return json.loads(re.search(r"const DATA = (.*);\n</script>", film_page([film]))[1])["films"][0]


@pytest.mark.parametrize("epoch", [1, 3, 5])
def test_what_the_page_decodes_is_what_was_recorded(call, film, epoch):
    for layer in data_of(film)["layers"]:
        p, opened, count, changes = call(FRAME, layer, epoch)
        truth = film.recording.open_at_test(layer["gate"])
        np.testing.assert_array_equal(
            np.array(p) * 255, film.recording.probabilities[layer["gate"]][epoch - 1]
        )
        np.testing.assert_array_equal(opened, truth[epoch - 1])
        assert count == truth[epoch - 1].sum()
        before = truth[max(epoch - 2, 0)]
        assert changes == {
            "closed": int((before & ~truth[epoch - 1]).sum()),
            "opened": int((~before & truth[epoch - 1]).sum()),
        }


WEIGHTS = Network((12,), Chain("net", (Dense("fc1", 5, weight_gate=HardConcrete()),)))
NETS = {"lenet5": lenet5(), "mlp": mlp(), "weights": WEIGHTS, "a prime": mlp((13, 3), (0.5,))}


@pytest.mark.parametrize("width", [264.0, 310.5, 1100.0])
@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_gates_have_places_of_their_own_where_they_are_found_again(call, net, width):
    for layer in data_of(drawn_film(net, epochs=1))["layers"]:
        places = call(PLACES, layer, width)
        corners = {(corner["x"], corner["y"]) for corner in places["corners"]}
        assert len(corners) == layer["gates"]
        assert places["found"] == [[i, i] for i in range(layer["gates"])]
        assert places["outside"] == [None, None, None]
        assert places["grid"]["width"] <= width
        assert max(x for x, _ in corners) + places["grid"]["cell"] == places["grid"]["width"]
        assert max(y for _, y in corners) + places["grid"]["cell"] == places["grid"]["height"]


def test_the_inputs_of_fc1_stand_in_their_maps_block(call, film):
    """Flatten goes map after map: input i of fc1 is pixel (i % 16) of map i // 16."""
    layer = data_of(film)["layers"][2]
    places = call(PLACES, layer, 600)
    cell, gap = places["grid"]["cell"], places["grid"]["gap"]
    maps, rows, columns = np.unravel_index(np.arange(800), (50, 4, 4))
    x = (maps % 10) * (4 * cell + gap) + columns * cell
    y = (maps // 10) * (4 * cell + gap) + rows * cell
    assert [(corner["x"], corner["y"]) for corner in places["corners"]] == list(zip(x, y, strict=True))
    assert call("nameOf", layer, 166) == "gate3[166], row 1, column 2 of map 10"


def test_an_epoch_is_told_in_words(call, film):
    data, epoch = data_of(film), 3
    words = call(
        "(film, epoch) => epochInWords({...film, layers: film.layers.map(decodeLayer)}, epoch)", data, epoch
    )
    counts = film.recording.architecture()[epoch - 1]
    opening = f"Epoch 3: {counts[0]} of 20 outputs of conv1 open, {counts[1]} of 50 outputs of conv2 open, "
    assert words.startswith(opening)
    assert f"{counts[2]} of 800 inputs of fc1 open" in words
    assert "test error 16.67 %; 1,528,666 of 4,586,000 FLOPs an example" in words


def test_behind_its_end_a_film_stays_at_its_last_epoch_and_says_so(call, film):
    words = call("(f, e) => epochInWords({...f, layers: f.layers.map(decodeLayer)}, e)", data_of(film), 9)
    assert words.startswith("Epoch 5 (its last; the film ends here): ")


def test_a_gate_is_told_in_words(call):
    layer = data_of(drawn_film(mlp(), epochs=2))["layers"][0]
    words = call("(layer) => gateInWords(decodeLayer(layer), 406, 2)", layer)
    assert words.startswith("gate1[406], the pixel in row 14, column 14, epoch 2: P(open) ")
    assert re.search(r"P\(open\) [01]?\.\d\d, (open|closed) at test time$", words)


def test_the_gate_that_falls_most_is_found(call, film):
    fall = "(layers, last) => greatestFall(layers.map(decodeLayer), last)"
    found = call(fall, data_of(film)["layers"], 5)
    rows = [rows.astype(int) for rows in film.recording.probabilities.values()]
    falls = [(first - last).max() for first, last in ((r[0], r[-1]) for r in rows)]
    assert found["layer"] == int(np.argmax(falls))
    assert (rows[found["layer"]][0] - rows[found["layer"]][-1])[found["gate"]] == max(falls)


def test_ticks_are_round(call):
    assert call("ticksTo", 553_696, 4) == [0, 200_000, 400_000]
    assert call("ticksTo", 120, 6) == [0, 20, 40, 60, 80, 100, 120]
    assert call("ticksTo", 1, 6) == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert call("logTicks", 3, 26) == [5, 10, 20]


def test_errors_have_a_logarithmic_axis_where_they_span_much(call):
    places = "(values, at) => { const axis = errorAxis(values); return at.map(axis.place); }"
    low, middle, high = call(places, [1, 100, None], [1, 10, 100])
    assert 0 < low < middle < high < 1
    assert middle - low == pytest.approx(high - middle)
    assert call(places, [0, 50], [0, 25, 50]) == [0, 0.5, 1]
    assert call(places, [0], [0]) == [0]


def test_a_path_leaves_out_what_was_not_measured(call):
    path = "(values) => pathOf(values, (x) => x, (y) => y)"
    assert call(path, [3, None, 5, 6]) == "M1.0 3.0M3.0 5.0L4.0 6.0"


def test_numbers_are_short_on_axes(call):
    assert [call("short", n) for n in (0, 950, 532_400, 4_586_000)] == ["0", "950", "532 k", "4.59 M"]


@pytest.mark.parametrize(
    ("address", "epoch"),
    [("#epoch=60", 60), ("", None), ("#epoch=x", None), ("#epoch=-1", None), ("#other", None)],
)
def test_the_address_names_an_epoch(call, address, epoch):
    assert call("epochInHash", address) == epoch


PLAYED = """(last, act) => {
    const seen = []; let waiting = null;
    const wait = (ms, then) => { waiting = then; return () => { waiting = null; }; };
    const player = makePlayer(last, (epoch, playing) => seen.push([epoch, playing]), wait);
    const tick = (n) => {
        for (; n > 0 && waiting; n -= 1) { const then = waiting; waiting = null; then(); }
    };
    for (const [name, argument] of act) name === "tick" ? tick(argument) : player[name](argument);
    return seen[seen.length - 1];
}"""


@pytest.mark.parametrize(
    ("acts", "ends"),
    [
        ([["play", None], ["tick", 2]], [3, True]),
        ([["play", None], ["tick", 9]], [4, False]),
        ([["play", None], ["tick", 9], ["play", None], ["tick", 1]], [2, True]),
        ([["play", None], ["tick", 1], ["toggle", None], ["tick", 5]], [2, False]),
        ([["play", None], ["go", 3]], [3, False]),
        ([["go", 99]], [4, False]),
        ([["go", -5]], [1, False]),
        ([["go", 2.6]], [3, False]),
    ],
)
def test_the_player_goes_and_stops(call, acts, ends):
    assert call(PLAYED, 4, acts) == ends
