// The list of leads follows its filters while they change. Without this, the button does it.
(() => {
  "use strict";

  const form = document.querySelector("[data-filters]");
  const list = document.getElementById("list");
  const button = form.querySelector("button");
  let waiting = 0;
  let asked = 0;

  const show = async () => {
    const address = new URL(form.action, location.href);
    for (const [name, value] of new FormData(form)) if (value) address.searchParams.set(name, value);
    const mine = ++asked;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return form.submit();
    const html = await answer.text();
    if (mine !== asked) return;
    list.innerHTML = html;
    history.replaceState(null, "", address);
    for (const hidden of document.querySelectorAll(".head form input[type=hidden]")) {
      if (hidden.name !== "csrfmiddlewaretoken") hidden.remove();
    }
    const exporting = document.querySelector(".head form");
    if (!exporting) return;
    for (const [name, value] of address.searchParams) {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      exporting.append(hidden);
    }
  };

  button.hidden = true;
  form.addEventListener("change", () => show().catch(() => form.submit()));
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => form.submit()), 250);
  });
})();
