// A problem's line number leads into the text: the line is selected and scrolled to; also when it was on another page.
"use strict";

const lineOf = (number) => {
  const text = document.getElementById("text");
  const lines = text.value.split("\n");
  const line = Math.min(number, lines.length) - 1;
  const start = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + lines[line].length);
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max(0, (line - 4) * height);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link || !document.getElementById("text")) return;
  event.preventDefault();
  lineOf(Number(link.dataset.line));
});

const came = /^#line-([1-9][0-9]*)$/.exec(location.hash);
if (came && document.getElementById("text")) lineOf(Number(came[1]));
