"use strict";
/* How did one gate close? Its P(open) over the epochs; chosen by pointing at it, or by layer and number. */

/** The section of one gate, with `draw()`, `show(epoch, chosen)`; on input it calls `choose({ film, layer, gate })`. */
function makeUnit(films, names, scales, go, choose) {
  const root = document.getElementById("unit");
  const [layerField, gateField] = [document.getElementById("unit-layer"), document.getElementById("unit-gate")];
  const [words, place] = [document.getElementById("unit-words"), document.getElementById("unit-chart")];
  const options = films.flatMap((film, f) => film.layers.map((layer, l) => ({ film: f, layer: l })));
  let chart = null, chosen = null;
  options.forEach(({ film, layer }, k) => {
    layerField.append(new Option(names[film] + films[film].layers[layer].place, String(k)));
  });

  function read() {
    const { film, layer } = options[Number(layerField.value)];
    const gate = Math.floor(Number(gateField.value));
    choose({ film, layer, gate: Math.min(films[film].layers[layer].gates - 1, Math.max(0, gate || 0)) });
  }
  layerField.addEventListener("change", read);
  gateField.addEventListener("change", read);

  function take(next) {
    chosen = next;
    const film = films[chosen.film];
    const layer = film.layers[chosen.layer];
    layerField.value = String(options.findIndex((o) => o.film === chosen.film && o.layer === chosen.layer));
    gateField.max = String(layer.gates - 1);
    gateField.value = String(chosen.gate);
    const values = Array.from({ length: film.epochs }, (_, k) => probabilityOf(layer, k + 1, chosen.gate));
    const axis = { ...linearAxis(1), ticks: [0, 0.5, 1] };
    const threshold = { values: values.map(() => layer.closesAt), look: "threshold" };
    const closes = layer.closesAt === null ? [] : [threshold];
    chart = makeChart({
      label: curveInWords(`P(open) of ${nameOf(layer, chosen.gate)}`, values, twoDecimals),
      lines: [...closes, { values, look: "solid" }],
      axis, epochs: scales.epochs, write: (value) => String(value), go,
    });
    place.replaceChildren(chart.element);
    chart.draw(place.clientWidth);
  }

  function show(epoch, next) {
    if (next !== chosen) take(next);
    const film = films[chosen.film];
    const [layer, shown] = [film.layers[chosen.layer], shownEpoch(film, epoch)];
    const at = layer.closesAt === null ? "" : ` Up to ${twoDecimals(layer.closesAt)}, the dotted line, it is closed.`;
    words.textContent = `${gateInWords(layer, chosen.gate, shown)}.${at}`;
    chart.move(shown);
  }

  return { element: root, draw: () => chart.draw(place.clientWidth), show };
}
