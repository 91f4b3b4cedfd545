// In a form's page that another site frames: tells the site how high it is, that it was sent, and where to go on.
(() => {
  "use strict";
  if (parent === window) return;
  const tell = (what) => parent.postMessage(what, "*");
  const height = () => tell({ height: Math.ceil(document.body.getBoundingClientRect().height) });
  new ResizeObserver(height).observe(document.body);
  height();
  // A pop-up is closed by Escape, also while somebody writes in here.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell({ close: true });
  });
  const done = document.querySelector("[data-done]");
  if (done) tell({ done: true, go: done.dataset.go || undefined });
})();
