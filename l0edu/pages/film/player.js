"use strict";
/* Which epoch is shown, and does it move? No document in here: `show` and `wait` are handed in. */

/** `wait(milliseconds, then)` calls back once and returns a function that calls it off. */
function makePlayer(last, show, wait) {
  let [epoch, rate, cancel] = [1, 8, null];

  function tell() { show(epoch, cancel !== null); }

  function step() {
    cancel = epoch < last ? wait(1000 / rate, () => { epoch += 1; step(); }) : null;
    tell();
  }

  const player = {
    get epoch() { return epoch; },
    get playing() { return cancel !== null; },
    set rate(value) { rate = value; },
    // To an epoch, as near as there is one; what plays stops.
    go(to) {
      player.pause();
      epoch = Math.min(last, Math.max(1, Math.round(to) || 1));
      tell();
    },
    // From the shown epoch on, or from the first if the film is over.
    play() {
      if (cancel !== null) return;
      if (epoch === last) epoch = 1;
      step();
    },
    pause() {
      if (cancel === null) return;
      cancel();
      cancel = null;
      tell();
    },
    toggle() { if (player.playing) player.pause(); else player.play(); },
  };
  return player;
}

/** The epoch in an address such as "#epoch=60", or null. */
function epochInHash(hash) {
  const found = /^#epoch=(\d+)$/.exec(hash);
  return found ? Number(found[1]) : null;
}

/** The epoch that a film shows when the slider is at `epoch`: a shorter film stays at its last. */
function shownEpoch(film, epoch) {
  return Math.min(epoch, film.epochs);
}
