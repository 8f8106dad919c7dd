// Keyboard shortcuts: data-key="t" on a link, button or field presses or focuses it with "t";
// data-key-label names it in the list that "?" opens, else its own words do. Shortcuts are
// silent while one types, and can be switched off for this machine (WCAG 2.1.4).
(() => {
  "use strict";

  const STORE = "motcua.keys";
  const dialog = document.getElementById("phim-tat");
  if (!dialog) return;

  const enabled = () => localStorage.getItem(STORE) !== "off";
  const typing = (element) =>
    element.isContentEditable ||
    (element.matches("input, select, textarea") &&
      !element.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));
  const visible = (element) => element.getClientRects().length > 0;
  const owners = () =>
    [...document.querySelectorAll("[data-key]")].filter(
      (element) => visible(element) && !element.disabled,
    );

  const nameOf = (element) => {
    if (element.dataset.keyLabel) return element.dataset.keyLabel;
    if (element.labels?.length) return element.labels[0].textContent.trim();
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd").forEach((key) => key.remove());
    return copy.textContent.trim();
  };

  const show = () => {
    const list = dialog.querySelector("[data-keys-list]");
    const rows = owners().map((element) => {
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      key.textContent = element.dataset.key.toUpperCase();
      term.append(key);
      const text = document.createElement("dd");
      text.textContent = nameOf(element);
      return [term, text];
    });
    list.replaceChildren(...rows.flat());
    dialog.querySelector("[data-keys-none]").hidden = rows.length > 0;
    dialog.querySelector("[data-keys-switch]").checked = enabled();
    dialog.showModal();
  };

  const press = (element) => {
    if (typing(element)) {
      element.focus();
      element.select?.();
    } else {
      element.click();
    }
  };

  dialog.querySelector("[data-keys-switch]").addEventListener("change", (event) => {
    localStorage.setItem(STORE, event.target.checked ? "on" : "off");
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-shows-keys]")) show();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (dialog.open || typing(event.target) || !enabled()) return;
    if (event.key === "?") {
      event.preventDefault();
      show();
      return;
    }
    const owner = owners().find((element) => element.dataset.key === event.key.toLowerCase());
    if (!owner) return;
    event.preventDefault();
    press(owner);
  });
})();
