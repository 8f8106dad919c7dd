// Live pages. <body data-live-url="…"> opens one EventSource; an element with
// data-live="kind other-kind" gets the event "live" when news of its kind arrives, and with
// hx-get and hx-trigger="live" fetches itself again ({% live %} writes all of these).
//
// The browser reconnects by itself with Last-Event-ID after a broken connection. After an
// answer that is no stream (a restart behind nginx) it gives up for good, so this file opens
// a new EventSource and hands the last id over as ?last_event_id=. News are at least once.
(() => {
  "use strict";

  const url = document.body.dataset.liveUrl;
  if (!url) return;

  const LOST_AFTER = 5000; // ms without connection before the bar appears
  const BACK_SHOWN = 4000; // ms the bar says that the connection is back
  const GATHER = 250; // ms in which several news make one refresh
  const SPACING = 2000; // ms between two refreshes of one element: one incident makes ten news
  const RETRY_FIRST = 2000;
  const RETRY_LAST = 15000;

  const bar = document.getElementById("live-bar");
  const heard = new Set();
  const waiting = new Map();
  const refreshed = new WeakMap();
  let source;
  let lastId = "";
  let lastNews = new Date();
  let lostTimer = 0;
  let retry = RETRY_FIRST;
  let wasLost = false;

  const clock = (moment) =>
    moment.toLocaleTimeString("vi-VN", {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: document.documentElement.dataset.zone,
    });

  const showBar = (state, text) => {
    if (!bar) return;
    bar.dataset.state = state;
    bar.querySelector("span").textContent = text;
    bar.hidden = false;
  };

  const lost = () => {
    if (wasLost || lostTimer) return;
    const since = lastNews;
    lostTimer = setTimeout(() => {
      wasLost = true;
      document.body.toggleAttribute("data-live-lost", true);
      showBar("lost", `${bar?.dataset.lost} ${clock(since)}`);
    }, LOST_AFTER);
  };

  const connected = () => {
    clearTimeout(lostTimer);
    lostTimer = 0;
    retry = RETRY_FIRST;
    lastNews = new Date();
    if (!wasLost) return;
    wasLost = false;
    document.body.toggleAttribute("data-live-lost", false);
    // Spread the refreshes of many pages over a second.
    setTimeout(() => refresh(document.querySelectorAll("[data-live]")), Math.random() * 1000);
    showBar("back", bar?.dataset.back);
    setTimeout(() => {
      if (bar && !wasLost) bar.hidden = true;
    }, BACK_SHOWN);
  };

  // Never replace what somebody is at work on: a field under their fingers, what they typed and
  // have not sent, a button that is being pressed.
  const FIELDS = "input, select, textarea";
  const touched = new WeakSet();
  let pressed = null;
  const unsent = (field) =>
    touched.has(field) &&
    (field.matches("select") ||
      field.value !== field.defaultValue ||
      field.checked !== field.defaultChecked);
  const inUse = (element) =>
    (element.contains(document.activeElement) && document.activeElement.matches(FIELDS)) ||
    (pressed !== null && element.contains(pressed)) ||
    [...element.querySelectorAll(FIELDS)].some(unsent);

  document.addEventListener("input", (event) => touched.add(event.target));
  document.addEventListener("pointerdown", (event) => (pressed = event.target));
  for (const name of ["pointerup", "pointercancel"]) {
    // The click comes after the finger has left.
    document.addEventListener(name, () => setTimeout(() => (pressed = null), GATHER));
  }

  const fire = (element) => {
    waiting.delete(element);
    if (!element.isConnected) return;
    if (inUse(element)) {
      waiting.set(
        element,
        setTimeout(() => fire(element), SPACING),
      );
      return;
    }
    refreshed.set(element, Date.now());
    element.dispatchEvent(new CustomEvent("live", { bubbles: false }));
  };

  const refresh = (elements) => {
    for (const element of elements) {
      if (waiting.has(element)) continue;
      const due = (refreshed.get(element) ?? 0) + SPACING - Date.now();
      waiting.set(
        element,
        setTimeout(() => fire(element), Math.max(GATHER, due)),
      );
    }
  };

  // A refresh that an element's own clock began, or whose answer came after the first letter.
  const own = (event) =>
    event.target.matches?.("[data-live]") && event.detail.requestConfig?.elt === event.target;
  for (const name of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
    document.addEventListener(name, (event) => {
      if (!own(event) || !inUse(event.target)) return;
      event.preventDefault();
      refresh([event.target]);
    });
  }

  // What somebody unfolded stays unfolded.
  const unfolded = new WeakMap();
  const summaries = (element, open) =>
    [...element.querySelectorAll(`details${open} > summary`)].map((summary) => [
      summary.textContent.trim(),
      summary.parentElement,
    ]);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (own(event)) unfolded.set(event.target, new Map(summaries(event.target, "[open]")));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const open = unfolded.get(event.target);
    if (!open) return;
    for (const [words, details] of summaries(event.target, "")) {
      if (open.has(words)) details.open = true;
    }
    unfolded.delete(event.target);
  });

  // Signed out, or no longer of this unit: what may still be seen is said by the page itself.
  const leave = () => {
    source.close();
    if (inUse(document.body)) setTimeout(leave, SPACING);
    else location.reload();
  };

  const onNews = (event) => {
    lastNews = new Date();
    if (event.lastEventId) lastId = event.lastEventId;
    let data = {};
    try {
      data = JSON.parse(event.data || "{}");
    } catch {
      // News without details are still news.
    }
    document.dispatchEvent(
      new CustomEvent("motcua:news", { detail: { kind: event.type, data } }),
    );
    refresh(document.querySelectorAll(`[data-live~="${CSS.escape(event.type)}"]`));
  };

  const listen = () => {
    for (const element of document.querySelectorAll("[data-live]")) {
      for (const kind of element.dataset.live.split(/\s+/).filter(Boolean)) {
        if (heard.has(kind)) continue;
        heard.add(kind);
        source.addEventListener(kind, onNews);
      }
    }
  };

  const open = () => {
    const address = new URL(url, location.href);
    if (lastId) address.searchParams.set("last_event_id", lastId);
    source = new EventSource(address);
    heard.clear();
    listen();
    source.addEventListener("open", connected);
    // The server says that this page fell behind: fetch everything again.
    source.addEventListener("reload", () => refresh(document.querySelectorAll("[data-live]")));
    source.addEventListener("ended", leave);
    source.addEventListener("error", () => {
      lost();
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, retry * (0.75 + Math.random() / 2));
      retry = Math.min(retry * 2, RETRY_LAST);
    });
  };

  document.addEventListener("htmx:afterSettle", listen);
  // A page that is left must not show the bar on its way out.
  window.addEventListener("pagehide", () => {
    clearTimeout(lostTimer);
    source.close();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
  open();
})();
