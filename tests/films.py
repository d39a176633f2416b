"""Films of networks whose gates were drawn, not trained: any number of epochs at no cost."""

from dataclasses import replace

import numpy as np
from small_runs import blobs

from l0edu import Settings, fit
from l0edu.film import film_of
from l0edu.recording import Recording


def drawn_film(net, epochs, seed=0, title="drawn"):
    """Gates that close one after the other, with probabilities that say nothing of it."""
    rng = np.random.default_rng(seed)
    features = int(np.prod(net.in_shape))
    record = next(fit(net, blobs(20, features=features), Settings(epochs=1), blobs(20, 1, features)))
    film = film_of(net, [record], title)
    recording, records = Recording.begin(net), []
    for epoch in range(1, epochs + 1):
        shapes = net.gate_shapes.items()
        opened = {name: rng.random(shape) > epoch / (epochs + 1) for name, shape in shapes}
        recording = recording.add({name: rng.random(shape) for name, shape in shapes}, opened)
        costs = {"flops": film.dense_flops // epoch, "expected_flops": film.dense_flops / (epoch + 0.5)}
        records.append({"epoch": epoch, "test_error": 50 / epoch, **costs})
    return replace(film, recording=recording, records=records)
