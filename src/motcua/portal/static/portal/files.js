// Beside citizens/upload.js: a chosen file is sent at once, so that none is forgotten in its box,
// and what is typed elsewhere on the page outlives the page that comes after a file.
(() => {
  "use strict";

  document.querySelectorAll("form[data-sends-at-once] input[type=file]").forEach((file) => {
    file.addEventListener("change", () => {
      if (file.files.length) file.form.requestSubmit();
    });
  });

  document.querySelectorAll("[data-kept]").forEach((box) => {
    const key = `motcua-kept:${box.dataset.kept}`;
    box.value ||= sessionStorage.getItem(key) ?? "";
    box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
    box.form.addEventListener("submit", () => sessionStorage.removeItem(key));
  });
})();
