"use strict";
/* How does MathJax, which follows, find the formulas of a tutorial? Its menu could load from outside: no menu. */

window.MathJax = {
  tex: { inlineMath: [["$", "$"], ["\\(", "\\)"]] },
  options: { enableMenu: false },
};
