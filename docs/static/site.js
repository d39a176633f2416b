// What does the theme leave out for readers without a mouse? Names of its foldings, focus for what scrolls: figures, formulas.
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll(".bd-sidebar-primary summary")) {
    const item = summary.closest("li").querySelector("a");
    summary.setAttribute("aria-label", `Pages below ${item.textContent.trim()}`);
  }
  for (const figure of document.querySelectorAll(".bd-article :is(figure, p:has(> img:only-child))")) {
    if (figure.querySelector("img")?.offsetWidth > figure.clientWidth) figure.tabIndex = 0;
  }
  window.MathJax?.startup?.promise.then(() => {
    for (const formula of document.querySelectorAll('mjx-container[display="true"]')) formula.tabIndex = 0;
  });
});

// Paper is white: print a dark page as a light one.
const page = document.documentElement;
let theme;
window.addEventListener("beforeprint", () => { [theme, page.dataset.theme] = [page.dataset.theme, "light"]; });
window.addEventListener("afterprint", () => { page.dataset.theme = theme; });
