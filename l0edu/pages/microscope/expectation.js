"use strict";
/* What does noise do on average? The small figure: the gate with and without noise (Figure 2b of the paper).

   E[z] is the gate in training, on average; z-hat the gate at test time (Eq. 13). Where they part, the network
   that is tested is not the one that was trained. P(z != 0) is what the penalty counts (Eq. 12). */

const LOCATIONS = spaced(-8, 8, 161);

/** The three lines, each with its own dashes; the last is drawn on top. */
const LINES = [
  { name: "P(*z* ≠ 0)", of: probOpen, className: "third dotted" },
  { name: "E[*z*]", of: mean, className: "first" },
  { name: "*ẑ* at test", of: testValue, className: "fourth dashed" },
];

/** Draw the figure anew; see `drawTrace`. */
function drawExpectation(svg, state, width) {
  const [left, right, top, bottom] = [30, width - 8, 40, 240];
  const x = linear([-8, 8], [left, right]);
  const y = linear([0, 1], [bottom, top]);
  svg.setAttribute("viewBox", `0 0 ${width} ${bottom + 42}`);
  svg.setAttribute("height", bottom + 42);
  const at = state.log_alpha;
  svg.querySelector(".scene").replaceChildren(
    axisLeft(left, right, y, [[0, "0"], [0.5, "½"], [1, "1"]]),
    axisBelow(x, bottom, [-8, 8], [-8, -4, 0, 4, 8].map((value) => [value, plain(value)])),
    label((left + right) / 2, bottom + 37, "log *α*", "tick", "middle"),
    segment(x(at), top - 8, x(at), bottom, "path"),
    ...LINES.map(({ of, className }) => curve(LOCATIONS.map((v) => [x(v), y(of({ ...state, log_alpha: v }))]), className)),
    ...LINES.map(({ of }) => dot(x(at), y(of(state)))),
    ...legend(width, 14),
  );
}

/** Name and dashes of each line, in a row above the figure. */
function legend(width, y) {
  const starts = [0, 0.36, 0.62].map((share) => share * width);
  return LINES.flatMap(({ name, className }, i) => [
    segment(starts[i], y - 4, starts[i] + 24, y - 4, className),
    label(starts[i] + 30, y, name, "mark"),
  ]);
}
