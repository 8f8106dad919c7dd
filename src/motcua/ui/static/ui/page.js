// Small behaviours every page shares. All of them add to pages that work without script.
(() => {
  "use strict";

  const closest = (event, selector) => event.target.closest?.(selector);

  // Navigation folds on phones only once script is there to unfold it.
  document.querySelectorAll("[data-toggles]").forEach((button) => {
    const target = document.getElementById(button.dataset.toggles);
    target?.classList.add("navigation--folds");
  });

  document.addEventListener("click", (event) => {
    const toggle = closest(event, "[data-toggles]");
    if (toggle) {
      const open = document.getElementById(toggle.dataset.toggles).toggleAttribute("data-open");
      toggle.setAttribute("aria-expanded", String(open));
    }
    if (closest(event, "[data-prints]")) window.print();
    closest(event, "[data-closes]")?.closest("details").removeAttribute("open");
    document.querySelectorAll("details[data-closes-outside][open]").forEach((details) => {
      if (!details.contains(event.target)) details.removeAttribute("open");
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.("details[data-closes-outside][open]");
    if (!open) return;
    open.removeAttribute("open");
    open.querySelector("summary").focus();
  });

  // After a refused form the summary is read out first.
  const focusSummary = (root) => root.querySelector?.("[data-takes-focus]")?.focus();
  focusSummary(document);
  document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

  // A request that got no answer must not fail in silence. Background refreshes are left
  // to the bar of live.js.
  const messages = document.getElementById("thong-bao");
  const announce = (text) => {
    const notice = document.createElement("div");
    notice.className = "notice notice--attention";
    const body = document.createElement("div");
    body.className = "notice__body";
    body.append(Object.assign(document.createElement("p"), { textContent: text }));
    notice.append(body);
    messages.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  };
  const asked = (event) => messages && !event.detail.elt.hasAttribute("data-live");
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (asked(event)) announce(messages.dataset.unreachable);
    });
  }
  document.addEventListener("htmx:responseError", (event) => {
    if (asked(event)) announce(messages.dataset.refused);
  });

  // Clock of the hall display.
  const clocks = document.querySelectorAll("[data-clock]");
  if (clocks.length) {
    const tick = () => {
      const now = new Date();
      const text = now.toLocaleTimeString("vi-VN", {
        hour: "2-digit",
        minute: "2-digit",
        timeZone: document.documentElement.dataset.zone,
      });
      clocks.forEach((clock) => (clock.textContent = text));
      setTimeout(tick, 60000 - (now.getTime() % 60000));
    };
    tick();
  }
})();
