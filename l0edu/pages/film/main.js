"use strict";
/* What happens when the page opens, and when something is pressed? */

(function start() {
  const films = DATA.films.map((film) => ({ ...film, layers: film.layers.map(decodeLayer) }));
  const last = Math.max(...films.map((film) => film.epochs));
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const field = (id) => document.getElementById(id);
  const [slider, play, back, next, speed] = ["epoch", "play", "back", "next", "speed"].map(field);
  let chosen = { film: 0, ...greatestFall(films[0].layers, films[0].epochs) };
  let colours = readShades();
  let saving = null;

  const scales = {
    epochs: last,
    error: errorAxis(films.flatMap((film) => film.curves.testError)),
    flops: (film) => linearAxis(film.denseFlops * 1.04),
  };
  const go = (epoch) => player.go(epoch);
  const names = films.length === 2 ? ["First run: ", "Second run: "] : [""];
  const runs = films.map((film, f) => makeRun(film, names[f], scales, () => colours, go, (layer, gate) => {
    chosen = { film: f, layer, gate };
    show(player.epoch, player.playing);
  }));
  const unit = makeUnit(films, names, scales, go, (choice) => {
    chosen = choice;
    show(player.epoch, player.playing);
  });

  function show(epoch, playing) {
    runs.forEach((run, f) => run.show(epoch, f === chosen.film ? chosen : null));
    unit.show(epoch, chosen);
    slider.value = String(epoch);
    field("epoch-shown").textContent = `epoch ${epoch} of ${last}`;
    slider.setAttribute("aria-valuetext", field("epoch-shown").textContent);
    play.textContent = playing ? "Pause" : "Play";
    [back.disabled, next.disabled] = [epoch === 1, epoch === last];
    clearTimeout(saving);
    if (!playing) saving = setTimeout(() => settle(epoch), 250);
  }

  // When nothing moves any more: the address keeps the epoch, and a screen reader hears it, once.
  function settle(epoch) {
    if (epochInHash(location.hash) !== epoch) history.replaceState(null, "", `#epoch=${epoch}`);
    field("heard").textContent = films.map((film) => epochInWords(film, epoch)).join(" Beside it: ");
  }

  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("select, input:not(#epoch)")) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key in steps) go(player.epoch + steps[event.key]);
    else if (event.key === " " && !event.target.closest("button, a")) player.toggle();
    else return;
    event.preventDefault();
  }

  function draw() {
    colours = readShades();
    for (const part of [...runs, unit]) part.draw();
  }

  const player = makePlayer(last, show, (milliseconds, then) => {
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  });
  document.title = `${films.map((film) => film.title).join(" beside ")}: film of a dying network`;
  field("runs").append(...runs.map((run) => run.element));
  field("runs").classList.toggle("two", runs.length === 2);
  slider.max = String(last);
  speed.value = calm ? "2" : "8";
  player.rate = Number(speed.value);
  slider.addEventListener("input", () => go(Number(slider.value)));
  play.addEventListener("click", () => player.toggle());
  back.addEventListener("click", () => go(player.epoch - 1));
  next.addEventListener("click", () => go(player.epoch + 1));
  speed.addEventListener("change", () => { player.rate = Number(speed.value); });
  document.addEventListener("keydown", press);
  window.addEventListener("hashchange", () => go(epochInHash(location.hash) ?? player.epoch));
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  unit.show(1, chosen);
  draw();
  go(epochInHash(location.hash) ?? 1);
}());
