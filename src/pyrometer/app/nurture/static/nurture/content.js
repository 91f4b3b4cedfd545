// Pyrometer's slots. One <script async src="…/content.js" data-key="WRITE KEY"> beside the tracker; docs/content.md
// says the rest. Before consent nothing is asked for; whatever goes wrong, the page keeps what stands in it.
((win, doc) => {
  "use strict";
  const script = doc.currentScript || {};
  const { key } = script.dataset || {};
  if (!key || win.pyrometerSlots) return;
  win.pyrometerSlots = 1;

  const CLOSED = "pyrometer_closed";
  const SECOND = 1e3;
  const CLOSE = { de: "Schließen", sv: "Stäng", ja: "閉じる" };
  const language = doc.documentElement.lang || navigator.language || "";

  // The tracker may come later: it takes what waits in `q`. Where it never comes, nothing is asked for.
  if (!win.pyrometer) {
    const later = win.pyrometer = function () {
      later.q.push(arguments);
    };
    later.q = [];
  }
  const tell = (what, made) => {
    win.pyrometer("track", "content_" + what, { slot: made.slot, content: made.content });
  };

  // That something was closed is kept where it was: in the browser, without an id, because its user asked for it.
  const closed = () => {
    try {
      return JSON.parse(localStorage.getItem(CLOSED)) || [];
    } catch (error) {
      return [];
    }
  };
  const close = (once) => {
    try {
      localStorage.setItem(CLOSED, JSON.stringify([once, ...closed()].slice(0, 50)));
    } catch (error) {}
  };

  // Seen is what was half in view, or filled half of it, for a second, while somebody could look.
  const watch = (element, made) => {
    let timer;
    const look = () => {
      if (doc.hidden) timer = setTimeout(look, SECOND);
      else {
        observer.disconnect();
        tell("seen", made);
      }
    };
    const observer = new IntersectionObserver((entries) => {
      const entry = entries.pop();
      clearTimeout(timer);
      if (entry.intersectionRatio >= 0.5 || entry.intersectionRect.height * 2 > innerHeight) {
        timer = setTimeout(look, SECOND);
      }
    }, { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5] });
    observer.observe(element);
    for (const kind of ["click", "auxclick"]) {
      element.addEventListener(kind, ({ target }) => {
        if (target.closest("a[href]")) {
          element.pyrometerClicked = 1;
          if (element.open) close(made.once);
          tell("clicked", made);
        }
      });
    }
  };

  const popUp = (made) => {
    if (closed().includes(made.once)) return;
    const dialog = doc.createElement("dialog");
    const body = doc.createElement("div");
    const button = doc.createElement("button");
    dialog.className = "pyrometer-popup";
    body.innerHTML = made.html;
    button.type = "button";
    button.className = "pyrometer-close";
    button.textContent = "×";
    button.setAttribute("aria-label", CLOSE[language.slice(0, 2)] || "Close");
    dialog.setAttribute("aria-label", (body.querySelector("h1,h2,h3,h4,h5,h6") || body).textContent.trim().slice(0, 99));
    dialog.append(button, body);
    button.addEventListener("click", () => dialog.close());
    // Escape closes it, too.
    dialog.addEventListener("close", () => {
      close(made.once);
      if (!dialog.pyrometerClicked) tell("dismissed", made);
      dialog.remove();
    });
    doc.body.append(dialog);
    // What is modal keeps the keyboard in it, and gives the focus back.
    dialog.showModal();
    watch(dialog, made);
  };

  const place = (element, made) => {
    const { pyrometerPopup } = element.dataset;
    if (pyrometerPopup == null) {
      element.innerHTML = made.html;
      watch(element, made);
    } else setTimeout(popUp, pyrometerPopup * SECOND || 0, made);
  };

  const fill = (element, id) => {
    const stop = new AbortController();
    const asked = new URLSearchParams({ writeKey: key, anonymousId: id, language });
    const name = encodeURIComponent(element.dataset.pyrometerSlot);
    setTimeout(() => stop.abort(), SECOND);
    fetch(new URL(script.src).origin + "/v1/content/" + name + "?" + asked, {
      credentials: "omit",
      signal: stop.signal,
    }).then((answer) => answer.status == 200 && answer.json()).then((made) => {
      if (made) place(element, made);
    }).catch(() => {});
  };

  const begin = () => {
    win.pyrometer("id", (id) => {
      if (id) doc.querySelectorAll("[data-pyrometer-slot]").forEach((element) => fill(element, id));
    });
  };
  if (doc.readyState == "loading") doc.addEventListener("DOMContentLoaded", begin);
  else begin();
})(window, document);
