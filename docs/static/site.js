// What does the theme leave out for readers without a mouse? Names of its foldings, focus for wide formulas.
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll(".bd-sidebar-primary summary")) {
    const item = summary.closest("li").querySelector("a");
    summary.setAttribute("aria-label", `Pages below ${item.textContent.trim()}`);
  }
  window.MathJax?.startup?.promise.then(() => {
    for (const formula of document.querySelectorAll('mjx-container[display="true"]')) formula.tabIndex = 0;
  });
});
