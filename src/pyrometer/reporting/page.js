"use strict";
// Draws the charts of the page, shows what stands behind a mark, and opens everything for printing.
(() => {
  const phone = window.matchMedia("(max-width: 640px)");
  const charts = [...document.querySelectorAll(".chart")];
  const tip = document.body.appendChild(document.createElement("div"));
  tip.id = "tip";
  tip.setAttribute("role", "status");

  // Names and values come from somebody's data: they are set as text, never as markup.
  function tell(handler, event, item, value) {
    if (value === null || value === undefined || value === "") {
      tip.classList.remove("shown");
      return;
    }
    const [title, ...facts] = String(value).split("\u001f");
    const list = document.createElement("dl");
    for (const fact of facts) {
      const [name, ...rest] = fact.split("\u001e");
      list.appendChild(document.createElement("dt")).textContent = name;
      list.appendChild(document.createElement("dd")).textContent = rest.join("");
    }
    const head = document.createElement("strong");
    head.textContent = title;
    tip.replaceChildren(head, ...(facts.length ? [list] : []));
    const size = tip.getBoundingClientRect();
    const at = event.touches ? event.touches[0] || event.changedTouches[0] : event;
    const left = at.clientX + 14 + size.width > window.innerWidth ? at.clientX - 14 - size.width : at.clientX + 14;
    const top = at.clientY + 14 + size.height > window.innerHeight ? at.clientY - 14 - size.height : at.clientY + 14;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${Math.max(8, top)}px`;
    tip.classList.add("shown");
  }

  async function draw(chart) {
    const wide = document.getElementById(`${chart.id}-wide`);
    const source = (phone.matches && document.getElementById(`${chart.id}-narrow`)) || wide;
    if (chart.dataset.drawn === source.id) return;
    chart.dataset.drawn = source.id;
    try {
      chart.view?.finalize();
      const options = {
        mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: tell,
        forceActionsMenu: false, logLevel: 1,
      };
      chart.view = (await window.vegaEmbed(chart.firstElementChild, JSON.parse(source.textContent), options)).view;
    } catch (error) {
      chart.classList.add("failed");
      const numbers = chart.parentElement.querySelector("details");
      if (numbers) numbers.open = true;
      console.error(error);
    }
  }

  const all = () => Promise.all(charts.map(draw)).then(() => document.documentElement.classList.add("drawn"));
  phone.addEventListener("change", all);
  window.addEventListener("scroll", () => tip.classList.remove("shown"), { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && tip.classList.remove("shown"));
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
  all();
})();
