// Opens links marked data-dialog in the page's dialog instead of as pages of their own. Without this they still work.
(() => {
  "use strict";

  const dialog = () => document.getElementById("dialog");

  const show = (html) => {
    const box = dialog();
    box.innerHTML = html;
    if (!box.open) box.showModal();
    const first = box.querySelector("[autofocus]");
    if (first) first.focus();
    box.dispatchEvent(new Event("shown", { bubbles: true }));
  };

  const ask = async (address, options) => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, ...options });
    const to = answer.headers.get("HX-Redirect");
    if (to) return location.assign(to);
    if (!answer.ok && answer.status !== 422) return location.assign(address);
    show(await answer.text());
  };

  window.openDialog = (link) => {
    const address = new URL(link.href);
    address.searchParams.set("next", location.pathname + location.search);
    return ask(address);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && dialog()) {
      event.preventDefault();
      window.openDialog(link);
    }
    if (event.target.closest("[data-close]") || event.target === dialog()) dialog().close();
  });

  // A form in the dialog is sent from here, so that what is wrong with it is said in the dialog.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const box = form.closest("#dialog");
    if (!box || form.method !== "post") return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    ask(form.action, { method: "POST", body });
  });

  // A choice that sends its form at once; the button for it is for those without a script.
  for (const form of document.querySelectorAll("form[data-submits]")) {
    form.querySelector("button").hidden = true;
    form.addEventListener("change", () => form.requestSubmit());
  }
})();
