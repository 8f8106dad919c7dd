// Ticks of a check-list stay on this device, by procedure and version; nothing is sent.
(() => {
  "use strict";

  const PREFIX = "motcua:giay-to:";

  const read = (key) => {
    try {
      const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return []; // storage switched off, or somebody else's words in it
    }
  };

  const write = (key, ticked) => {
    try {
      if (ticked.length) localStorage.setItem(key, JSON.stringify(ticked));
      else localStorage.removeItem(key);
    } catch {
      // Without storage the ticks last as long as the page.
    }
  };

  document.querySelectorAll("[data-checklist]").forEach((list) => {
    const key = PREFIX + list.dataset.checklist;
    const boxes = [...list.querySelectorAll("input[type=checkbox]")];
    const count = list.querySelector("[data-checklist-count]");
    const clear = list.querySelector("[data-checklist-clear]");
    if (!boxes.length) return;

    const show = () => {
      const ticked = boxes.filter((box) => box.checked);
      count.textContent = count.dataset.words
        .replace("{ticked}", ticked.length)
        .replace("{all}", boxes.length);
      clear.hidden = ticked.length === 0;
    };

    const kept = read(key);
    boxes.forEach((box) => (box.checked = kept.includes(box.id)));
    show();

    list.addEventListener("change", () => {
      write(key, boxes.filter((box) => box.checked).map((box) => box.id));
      show();
    });
    clear.addEventListener("click", () => {
      boxes.forEach((box) => (box.checked = false));
      write(key, []);
      show();
      boxes[0].focus();
    });
  });
})();
