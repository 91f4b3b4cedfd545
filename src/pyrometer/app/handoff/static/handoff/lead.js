// A lead's page: notes that its rep has looked, and brings what it asks for into the page: earlier pages of the timeline,
// and the sums read anew; those of another day by itself.
(() => {
  "use strict";

  const seen = document.querySelector("form[data-seen]");
  if (seen) fetch(seen.action, { method: "POST", body: new FormData(seen), keepalive: true }).catch(() => {});

  const reread = async (link, address) => {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.statusText);
    link.closest("section").outerHTML = await answer.text();
  };

  const stale = document.querySelector("a[data-fresh]");
  if (stale) reread(stale, stale.dataset.fresh).catch(() => {});

  document.addEventListener("click", async (event) => {
    const why = event.target.closest("a[data-why]");
    if (why && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      return reread(why, why.href).catch(() => location.assign(why.href));
    }
    const link = event.target.closest("a[data-more]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const place = link.closest(".pages");
      place.insertAdjacentHTML("afterend", await answer.text());
      const first = place.nextElementSibling;
      place.remove();
      first?.querySelector("h3")?.setAttribute("tabindex", "-1");
      first?.querySelector("h3")?.focus({ preventScroll: true });
    } catch {
      location.assign(link.href);
    }
  });
})();
