// A followed ticket: when its own number is called the phone shakes and the tab says so.
(() => {
  "use strict";

  const place = document.querySelector("[data-follow]");
  if (!place) return;
  const label = place.dataset.follow;
  const title = document.title;

  document.addEventListener("motcua:news", (event) => {
    const { kind, data } = event.detail;
    if (kind !== "ticket_called") return;
    if (`${data.letter}${String(data.number).padStart(3, "0")}` !== label) return;
    navigator.vibrate?.([300, 150, 300]);
    document.title = `● ${title}`;
  });

  // live.js asks only for the kinds of the page's live parts; this one refreshes nothing itself.
  const listener = document.createElement("i");
  listener.hidden = true;
  listener.dataset.live = "ticket_called";
  document.body.append(listener);
})();
