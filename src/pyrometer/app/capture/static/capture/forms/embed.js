// Shows a form on a site: where its line stands, or as a pop-up. The server puts this and the form's facts together.
// What it remembers (that a pop-up was closed) it remembers only when the visitor closes or sends it.
((form) => {
  "use strict";
  const script = document.currentScript;
  const origin = new URL(form.address).origin;
  const remembered = "pyrometer:" + form.slug;

  const safe = (work) => (...given) => {
    try {
      return work(...given);
    } catch (error) {}
  };

  const frame = (visitor) => {
    const made = document.createElement("iframe");
    const query = new URLSearchParams({ frame: 1, page: location.origin + location.pathname });
    const language = script.dataset.lang || document.documentElement.lang;
    if (language) query.set("lang", language);
    if (visitor) query.set("a", visitor);
    made.src = form.address + "?" + query;
    made.title = form.title;
    Object.assign(made.style, { border: 0, width: "100%", height: "24rem", colorScheme: "normal" });
    return made;
  };

  // Who the visitor is, we know only from the tracker, and it only after consent.
  const known = (go) => {
    let told = "";
    if (window.pyrometer && window.pyrometer.on) window.pyrometer("id", (id) => {
      told = id;
    });
    go(told);
  };

  const listen = (made, sent, close) => {
    window.addEventListener("message", safe((message) => {
      if (message.origin !== origin || message.source !== made.contentWindow) return;
      const { height, done, go, close: closed } = message.data || {};
      if (height > 0) made.style.height = Math.min(height, 4000) + "px";
      if (done) sent();
      if (closed) close();
      // Only to the site on which it stands; the server has checked it, too.
      if (go && new URL(go).origin === location.origin) location.assign(go);
    }));
  };

  const inline = () => known((visitor) => {
    const made = frame(visitor);
    listen(made, () => {}, () => {});
    script.after(made);
  });

  const popup = () => {
    let shown = false;
    const seen = safe(() => localStorage.getItem(remembered));
    const remember = safe(() => localStorage.setItem(remembered, "1"));
    const show = safe(() => {
      if (shown || seen()) return;
      shown = true;
      known((visitor) => {
        const dialog = document.createElement("dialog");
        const close = document.createElement("button");
        const made = frame(visitor);
        dialog.setAttribute("aria-label", form.title);
        Object.assign(dialog.style, { border: 0, borderRadius: "8px", padding: 0, width: "min(30rem, 92vw)", overflow: "hidden" });
        close.type = "button";
        close.textContent = "×";
        close.setAttribute("aria-label", form.close);
        Object.assign(close.style, {
          position: "absolute", right: "4px", top: "4px", width: "44px", height: "44px",
          border: 0, background: "none", color: "inherit", font: "24px/1 sans-serif", cursor: "pointer",
        });
        close.onclick = () => dialog.close();
        dialog.onclose = () => {
          remember();
          dialog.remove();
        };
        listen(made, remember, () => dialog.close());
        dialog.append(close, made);
        document.body.append(dialog);
        dialog.showModal();
      });
    });
    if (form.after != null) setTimeout(show, form.after * 1000);
    if (form.scroll) addEventListener("scroll", () => {
      const part = (scrollY + innerHeight) / document.documentElement.scrollHeight;
      if (part * 100 >= form.scroll) show();
    }, { passive: true });
    if (form.leave) document.documentElement.addEventListener("mouseleave", show);
  };

  safe(form.kind === "popup" ? popup : inline)();
})
