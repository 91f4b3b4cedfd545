// Buttons that copy the text of something on the page: <button data-copy="its id">.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  navigator.clipboard.writeText(source.textContent.trim()).then(() => {
    button.textContent = button.dataset.copied;
  }, () => {
    // No clipboard without https: mark the text, so that Ctrl-C does it.
    getSelection().selectAllChildren(source);
  });
});
