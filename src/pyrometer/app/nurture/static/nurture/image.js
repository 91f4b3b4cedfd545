// A file that is too large is refused before it is sent: a server that stops reading leaves a browser without an answer.
document.addEventListener("change", ({ target }) => {
  if (!target.matches || !target.matches("input[type=file][data-most]")) return;
  const large = [...target.files].some((file) => file.size > Number(target.dataset.most));
  target.setCustomValidity(large ? target.dataset.tooLarge : "");
  target.reportValidity();
});
