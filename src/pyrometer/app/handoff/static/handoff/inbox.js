// The inbox: asks for its rows every few seconds, and is worked with the keys j k o a v ?.
(() => {
  "use strict";

  const EVERY = 4000;
  const rows = document.getElementById("rows");
  const heard = document.getElementById("heard");
  const keys = document.getElementById("keys");
  let at = null;

  const calls = () => [...rows.querySelectorAll("[data-call]")];
  const current = () => rows.querySelector(".call.at");

  const select = (call, scroll) => {
    for (const other of rows.querySelectorAll(".call.at")) other.classList.remove("at");
    at = call ? call.id : null;
    if (!call) return;
    call.classList.add("at");
    if (!scroll) return;
    call.querySelector("[data-open]").focus({ preventScroll: true });
    call.scrollIntoView({ block: "nearest" });
  };

  const put = (html, mark) => {
    const known = new Set(calls().map((call) => call.id));
    const focused = rows.contains(document.activeElement) ? document.activeElement : null;
    const holder = focused && focused.closest("[data-call]");
    const place = focused && holder ? [...holder.querySelectorAll("a, button")].indexOf(focused) : -1;
    rows.innerHTML = html;
    rows.dataset.rows = mark;
    const fresh = calls().filter((call) => !known.has(call.id));
    for (const call of fresh) call.classList.add("fresh");
    if (fresh.length) heard.textContent = rows.querySelector("[data-say]").textContent;
    select(at && document.getElementById(at), false);
    const again = holder && document.getElementById(holder.id);
    if (again && place >= 0) again.querySelectorAll("a, button")[place]?.focus({ preventScroll: true });
  };

  const look = async () => {
    if (document.hidden || document.querySelector("dialog[open]")) return;
    const address = new URL(rows.dataset.address, location.href);
    address.searchParams.set("seen", rows.dataset.rows);
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (answer.status === 401) return location.reload();
    if (answer.status === 200) put(await answer.text(), answer.headers.get("X-Rows"));
  };

  // A server that can't be reached is asked again in its turn.
  setInterval(() => look().catch(() => {}), EVERY);
  document.addEventListener("visibilitychange", () => look().catch(() => {}));

  rows.addEventListener("focusin", (event) => select(event.target.closest("[data-call]"), false));

  const step = (by) => {
    const all = calls();
    if (!all.length) return;
    const place = all.indexOf(current());
    select(all[place < 0 ? 0 : Math.min(Math.max(place + by, 0), all.length - 1)], true);
  };

  // Where no lead was chosen, the first one is meant: it is the one to call now, and the dialog says its name.
  const press = (what) => {
    if (!current()) step(1);
    const link = current()?.querySelector(what);
    if (link) link.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, select, textarea")) return;
    const does = {
      j: () => step(1),
      k: () => step(-1),
      o: () => press("[data-open]"),
      a: () => press('[data-key="a"]'),
      v: () => press('[data-key="v"]'),
      "?": () => keys.showModal(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });

  const button = document.querySelector("[data-keys]");
  button.hidden = false;
  button.addEventListener("click", () => keys.showModal());
})();
