"use strict";
/* What happens when? One state; whatever changes it redraws all that shows it. */

const START = { log_alpha: 0, ...DATA.defaults, u: 0.3 };
let state = { ...START };
let note = ""; // what to see in the chosen preset

const byId = (id) => document.getElementById(id);

/** Change some numbers, if that may be. */
function change(numbers) {
  const next = { ...state, ...numbers };
  const why = refusal(next);
  complain(why);
  if (why) return;
  state = next;
  note = "";
  redraw();
}

/** Say what is wrong; an empty sentence takes it back. */
function complain(why) {
  byId("refusal").textContent = why;
}

function refuseField(name, why) {
  fieldOf(name).setAttribute("aria-invalid", "true");
  complain(why);
}

// ---- drawing, once a frame at most

let frame = 0;

function redraw() {
  frame = frame || requestAnimationFrame(() => {
    frame = 0;
    show();
  });
}

function show() {
  drawTrace(byId("trace"), state, widthOf("trace"));
  drawExpectation(byId("expectation"), state, widthOf("expectation"));
  showFields(state);
  showNumbers();
  byId("note").textContent = note;
  byId("python").textContent = asPython(state);
  settleLater();
}

/** The width in pixels in which a figure is drawn: type stays as large on a phone as on a wall. */
function widthOf(id) {
  return Math.max(280, Math.min(900, Math.floor(byId(id).parentElement.clientWidth)));
}

function showNumbers() {
  const written = {
    z: exact, slope: exact, open_slope: exact, median: exact, test_value: exact, mean: exact, s: probability,
    prob_zero: probability, prob_one: probability, prob_open: probability,
  };
  for (const [name, value] of Object.entries(numbersOf(state))) {
    const cell = byId(`n-${name}`);
    cell.textContent = (written[name] ?? steady)(value, 4);
    cell.dataset.value = value;
  }
  byId("n-u").textContent = steady(state.u, 4);
  byId("n-u").dataset.value = state.u;
}

let waiting = 0;

/** What is heard and what is kept waits until nothing has changed for a while. */
function settleLater() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const words = `${drawInWords(state)} ${lawInWords(state)}`;
    byId("summary").textContent = words;
    byId("trace-desc").textContent = words;
    byId("expectation-desc").textContent = mismatchInWords(state);
    writeHash(state);
  }, 350);
}

// ---- the buttons

function connectButtons() {
  byId("reset").addEventListener("click", () => change(START));
  byId("copy-link").addEventListener("click", async () => {
    writeHash(state);
    tell(await copyText(location.href), "The link is on the clipboard.");
  });
  byId("copy-python").addEventListener("click", async () => {
    tell(await copyText(asPython(state)), "The program is on the clipboard.");
  });
  for (const button of document.querySelectorAll("[data-export]")) {
    const id = button.dataset.export;
    button.addEventListener("click", async () => {
      download(await asPng(byId(id), captionOf(state)), `gate-${id}.png`);
      tell(true, "The picture is among your downloads.");
    });
  }
}

let forgetting = 0;

/** A short message beside the buttons. */
function tell(done, message) {
  byId("told").textContent = done ? message : "The browser does not let this page copy: select the text and copy it by hand.";
  clearTimeout(forgetting);
  forgetting = setTimeout(() => { byId("told").textContent = ""; }, 4000);
}

function connectPresets() {
  for (const preset of PRESETS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = preset.name;
    button.addEventListener("click", () => {
      change(preset.change);
      note = preset.note;
    });
    byId("presets").append(button);
  }
}

/** Take the state from the address; what cannot be shown is refused in words, and the page stays as it is. */
function restore() {
  const asked = fromHash(location.hash, START);
  const why = refusal(asked);
  if (why) complain(`The address holds what cannot be shown. ${why}`);
  else change(asked);
}

connectFields(change, refuseField, () => state);
connectKnob(byId("trace"), change, () => state);
connectButtons();
connectPresets();
restore();
show();
addEventListener("hashchange", restore);
addEventListener("resize", redraw);
new ResizeObserver(redraw).observe(document.querySelector("main"));
