// Buttons that copy the text of something on the page: <button data-copy="its id" data-copied="Copied">.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  // Without https there is no clipboard: the text is marked, so that Ctrl-C copies it.
  const mark = () => getSelection().selectAllChildren(source);
  if (!navigator.clipboard) return mark();
  navigator.clipboard.writeText(source.textContent.trim()).then(() => {
    button.textContent = button.dataset.copied;
  }, mark);
});
