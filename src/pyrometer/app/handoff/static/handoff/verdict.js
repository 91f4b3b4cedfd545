// The verdict's form offers what goes with the verdict that is chosen: its reasons, and the day of "not now". The server
// checks all of it again.
(() => {
  "use strict";

  const fit = (form) => {
    const kind = form.querySelector('input[name="kind"]:checked')?.value;
    const reason = form.querySelector('select[name="reason"]');
    if (!reason) return;
    for (const option of reason.options) {
      const goes = !option.dataset.of || !kind || option.dataset.of.split(" ").includes(kind);
      option.hidden = option.disabled = !goes;
      if (!goes && option.selected) reason.value = "";
    }
    const until = form.querySelector('input[name="until"]');
    until.disabled = Boolean(kind) && kind !== "not_now";
  };

  document.addEventListener("change", (event) => {
    if (event.target.closest(".verdicts")) fit(event.target.form);
  });
  const all = () => {
    for (const chosen of document.querySelectorAll('.verdicts input[name="kind"]:checked')) fit(chosen.form);
  };
  document.addEventListener("shown", all);
  all();
})();
