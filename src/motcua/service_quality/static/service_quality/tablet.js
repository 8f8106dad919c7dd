// The citizen's tablet. A touch is kept in localStorage before it is sent, with a key of its
// own, so that nothing is lost while the network is away and nothing counts twice. Its age is
// measured here, so that the tablet's clock need not be right.
(() => {
  "use strict";

  const root = document.querySelector("[data-tablet]");
  if (!root) return;

  const RESET = 10000; // ms without a touch until the next citizen's screen
  const RETRY = 3000;
  const STORE = `motcua-tablet:${location.pathname}`;

  const keptNotice = root.querySelector("[data-kept]");
  const comment = root.querySelector("textarea");
  let resetTimer = 0;
  let rating = null;
  let sending = false;
  let asked = null; // the turn of the queue for which this tablet asks, and until when

  const newKey = () =>
    crypto.randomUUID?.() ??
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
      (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16),
    );

  const waiting = () => {
    try {
      return JSON.parse(localStorage.getItem(STORE) || "[]");
    } catch {
      return [];
    }
  };
  const keep = (touches) => localStorage.setItem(STORE, JSON.stringify(touches));

  const deliver = async () => {
    if (sending) return;
    sending = true;
    try {
      for (let touches = waiting(); touches.length; touches = waiting()) {
        const { touchedAt, ...touch } = touches[0];
        const answer = await fetch(root.dataset.tablet, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ ...touch, age_ms: Math.max(0, Date.now() - touchedAt) }),
        });
        // Too many at once and a server in trouble pass; every other refusal is for good.
        if (answer.status === 429 || answer.status >= 500) throw new Error(answer.status);
        keep(waiting().filter((other) => other.id !== touch.id));
      }
      keptNotice.hidden = true;
    } catch {
      keptNotice.hidden = false;
      setTimeout(deliver, RETRY);
    } finally {
      sending = false;
    }
  };

  const touch = (values) => {
    keep([...waiting(), { ...values, id: newKey(), touchedAt: Date.now() }]);
    deliver();
  };

  const show = (name) => {
    root.querySelectorAll("[data-screen]").forEach((screen) => {
      screen.hidden = screen.dataset.screen !== name;
    });
    clearTimeout(resetTimer);
    if (name !== "faces") resetTimer = setTimeout(finish, RESET);
  };

  const finish = () => {
    const reasons = [...root.querySelectorAll("[data-reason][aria-pressed='true']")].map(
      (chip) => chip.dataset.reason,
    );
    if (rating && (reasons.length || comment.value.trim())) {
      touch({ kind: "remark", key: rating, reasons, comment: comment.value.trim() });
    }
    rating = null;
    comment.value = "";
    root.querySelectorAll("[data-reason]").forEach((chip) => {
      chip.setAttribute("aria-pressed", "false");
    });
    root.dataset.language = "vi";
    document.documentElement.lang = "vi";
    show("faces");
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.face) {
      rating = newKey();
      touch({
        kind: "rating",
        key: rating,
        face: Number(button.dataset.face),
        visit: asked,
        language: root.dataset.language,
      });
      ask(null);
      root.querySelectorAll("[data-reason]").forEach((chip) => {
        chip.hidden = chip.dataset.for !== button.dataset.face;
      });
      show("reasons");
    } else if (button.dataset.reason) {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      show("reasons");
    } else if ("help" in button.dataset) {
      touch({ kind: "help", key: newKey() });
      show("helped");
    } else if ("noCamera" in button.dataset) {
      touch({ kind: "no_camera", key: newKey() });
      show("excluded");
    } else if ("done" in button.dataset) {
      finish();
    } else if ("languageSwitch" in button.dataset) {
      root.dataset.language = root.dataset.language === "vi" ? "en" : "vi";
      document.documentElement.lang = root.dataset.language;
    }
  });

  // The queue says that a visit is over: ask for its rating, without taking the screen away
  // from somebody who is writing. What is old when it arrives asks nobody.
  const askedNotice = root.querySelector("[data-asked]");
  let askTimer = 0;
  const ask = (visit, seconds = 0) => {
    clearTimeout(askTimer);
    asked = visit;
    askedNotice.hidden = !visit;
    if (visit) askTimer = setTimeout(() => ask(null), seconds * 1000);
  };
  const news = new EventSource(root.dataset.news);
  news.addEventListener("visit_finished", (event) => {
    const { visit, seconds, at } = JSON.parse(event.data);
    const left = seconds - (Date.now() / 1000 - at);
    if (left <= 0) return;
    if (!rating) show("faces");
    ask(visit, Math.min(left, seconds));
  });

  // Writing is a touch too: the page does not reset under somebody's fingers.
  comment.addEventListener("input", () => show("reasons"));
  window.addEventListener("online", deliver);
  deliver();
})();
