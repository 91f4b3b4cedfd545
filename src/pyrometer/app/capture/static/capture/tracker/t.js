// Pyrometer's tracker. One <script async src="…/t.js" data-key="WRITE KEY"> does it; docs/tracker.md says the rest.
// Nothing is stored or sent before consent; what goes wrong in here stays in here.
((win, doc) => {
  "use strict";
  const script = doc.currentScript || {};
  const data = script.dataset || {};
  const nav = navigator;
  const HALF_HOUR = 18e5;
  const before = win.pyrometer;
  if (!data.key || before && before.on) return;

  // Whoever asks not to be tracked isn't, whatever the site says.
  const refused = nav.doNotTrack == 1 || win.doNotTrack == 1 || nav.globalPrivacyControl;
  let anonymous = (doc.cookie.match(/\bpyrometer_id=([\w-]{8,64})/) || [])[1];
  // The cookie is there only where somebody said yes.
  let allowed = anonymous || data.consent == "not-needed";
  let waiting = [];
  let wait = 1e3;
  let user, timer, view, agreed;

  // Whatever the site hands us, its page goes on.
  const safe = (work) => (...given) => {
    try {
      return work(...given);
    } catch (error) {}
  };

  const uuid = () => win.crypto && crypto.randomUUID ? crypto.randomUUID()
    : "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => (Math.random() * 16 | 0).toString(16));

  const cookie = (value, age) => {
    doc.cookie = "pyrometer_id=" + value + ";path=/;max-age=" + age + ";SameSite=Lax" +
      (data.domain ? ";domain=" + data.domain : "") + (location.protocol == "https:" ? ";Secure" : "");
  };

  const own = () => {
    if (!anonymous) {
      cookie(anonymous = uuid(), 31536e3);
      if (data.consent != "not-needed") agreed = true;
    }
    return anonymous;
  };

  // Addresses without what stands behind ? and #: that is where tokens and mail addresses hide.
  const bare = (url) => url.split(/[?#]/)[0];

  const add = (message, at) => {
    message.messageId = uuid();
    message.timestamp = new Date(at || Date.now()).toISOString();
    message.context = {
      page: view.page,
      campaign: view.campaign,
      locale: nav.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      library: { name: "pyrometer", version: "1" },
    };
    if (waiting.push(message) > 200) waiting.shift();
    soon(500);
  };

  const soon = (after) => {
    timer = timer || setTimeout(safe(send), after);
  };

  // The last chance is a beacon; otherwise the answer counts, and what failed goes again under its old ids.
  const send = (leaving) => {
    clearTimeout(timer);
    timer = 0;
    while (allowed && waiting.length) {
      const batch = waiting.splice(0, 20);
      batch.map((message) => {
        message.anonymousId = own();
        message.userId = user;
      });
      // The yes is told once, with the first that it allows; the no with the last.
      if (agreed != null) batch[0].context.consent = { categoryPreferences: { profiling: agreed } };
      agreed = null;
      const url = new URL(script.src).origin + "/beacon/v1/batch?writeKey=" + encodeURIComponent(data.key);
      const body = JSON.stringify({ batch, sentAt: new Date().toISOString() });
      if (leaving && nav.sendBeacon && nav.sendBeacon(url, body)) continue;
      fetch(url, { method: "POST", body, keepalive: body.length < 6e4, credentials: "omit" }).then((answer) => {
        if (answer.status == 429 || answer.status > 499) throw 0;
        wait = 1e3;
      }).catch(() => {
        if (!allowed) return;
        waiting = batch.concat(waiting);
        wait = Math.min(wait * 2, 6e4);
        soon(wait);
      });
    }
  };

  const track = (event, properties) => add({ type: "track", event: "" + event, properties: properties || {} });

  // A view of a page: it is told when it ends, so that it can say for how long it was looked at, and how far.
  const begin = (name, more) => {
    const topic = doc.querySelector('meta[name="pyrometer:topic"]');
    const campaign = {};
    new URLSearchParams(location.search).forEach((value, key) => {
      if (/^utm_/.test(key)) campaign[key == "utm_campaign" ? "name" : key.slice(4)] = value;
    });
    view = {
      name,
      more: { ...(topic && { topic: topic.content }), ...more },
      start: Date.now(),
      since: doc.hidden ? 0 : Date.now(),
      seen: 0,
      told: 0,
      depth: 0,
      campaign,
      page: {
        url: bare(location.href),
        path: location.pathname,
        title: doc.title,
        referrer: bare(view ? view.page.url : doc.referrer),
      },
    };
    depth();
  };

  const depth = () => {
    const part = (win.scrollY + win.innerHeight) / doc.documentElement.scrollHeight;
    view.depth = Math.max(view.depth, Math.min(100, Math.round(part * 100) || 0));
  };

  const tell = () => {
    if (view.since) view.seen += Math.min(Date.now() - view.since, HALF_HOUR);
    view.since = 0;
    const seconds = Math.round(view.seen / 1e3) - view.told;
    // Never looked at; or told already, and not looked at again.
    if (!view.seen || view.again && seconds < 1) return;
    const properties = { ...view.page, ...view.more, seconds, scroll: view.depth };
    if (view.again) track("page_read", properties);
    else add({ type: "page", name: view.name, properties }, view.start);
    view.again = 1;
    view.told += seconds;
  };

  const anew = (name, more) => {
    tell();
    begin(name, more);
  };

  // Applications in one page change the address without loading anything. The title follows a moment later.
  const moved = () => {
    if (bare(location.href) == view.page.url) return;
    anew();
    const now = view;
    setTimeout(() => {
      now.page.title = doc.title;
    }, 99);
  };

  const left = () => {
    tell();
    send(1);
  };

  const clicked = ({ target }) => {
    const link = target.closest("a[href]");
    if (!link || !/^http/.test(link.protocol)) return;
    const asset = decodeURIComponent(link.pathname.split("/").pop());
    const kind = (asset.match(/\.(pdf|docx?|xlsx?|pptx?|csv|zip|epub|mp[34]|dmg|exe|ics)$/i) || [])[1];
    if (kind || link.hasAttribute("download")) track("asset_downloaded", { asset, kind, path: link.pathname });
    else if (link.host != location.host) track("link_clicked", { url: bare(link.href), host: link.host });
  };

  // That a form was sent is told; what was written in it only if the form says `data-pyrometer`.
  const submitted = ({ target }) => {
    const traits = {};
    if (target.hasAttribute("data-pyrometer")) {
      for (const field of target.elements) {
        const never = /^(password|file|hidden|submit|button|reset|image)$/.test(field.type) || /^cc-/.test(field.autocomplete);
        const off = /^(checkbox|radio)$/.test(field.type) && !field.checked;
        if (field.name && field.value && !never && !off) traits[field.dataset.trait || field.name] = field.value;
      }
      identify(traits);
    }
    track("form_submitted", { form: target.getAttribute("id") || target.getAttribute("name"), path: location.pathname });
  };

  const identify = (id, traits) => {
    if (id && id.constructor == Object) traits = id;
    else if (id) user = "" + id;
    add({ type: "identify", traits: traits || {} });
  };

  const calls = {
    track,
    identify,
    // Said at once it names the view that is open; said later it is a new one.
    page: (name, more) => {
      if (view.again || Date.now() - view.start > 1e3) anew(name, more);
      else {
        view.name = name;
        Object.assign(view.more, more);
      }
    },
    consent: (yes) => {
      if (yes) {
        allowed = yes;
        return soon(1);
      }
      waiting = [];
      // Who was told of hears of the no, too.
      if (anonymous) {
        agreed = false;
        identify();
        send(1);
      }
      waiting = [];
      allowed = user = anonymous = "";
      cookie("", 0);
    },
    flush: () => send(),
    id: (take) => take(allowed ? own() : ""),
  };
  win.pyrometer = safe((name, ...given) => refused || calls[name](...given));
  win.pyrometer.on = 1;
  if (refused) return;

  safe(begin)();
  for (const name of ["pushState", "replaceState"]) {
    const real = history[name];
    history[name] = function () {
      const result = real.apply(this, arguments);
      safe(moved)();
      return result;
    };
  }
  const listen = (on, name, work) => on.addEventListener(name, safe(work), { capture: true, passive: true });
  listen(win, "popstate", moved);
  listen(win, "scroll", depth);
  listen(win, "pagehide", left);
  listen(doc, "visibilitychange", () => {
    if (doc.hidden) left();
    else if (Date.now() - view.start > HALF_HOUR) anew();
    else view.since = Date.now();
  });
  listen(doc, "click", clicked);
  listen(doc, "auxclick", clicked);
  listen(doc, "submit", submitted);
  for (const call of before && before.q || []) win.pyrometer(...call);
})(window, document);
