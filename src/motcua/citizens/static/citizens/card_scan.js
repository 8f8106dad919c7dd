// Fills a form from a citizen card. Scanners that act as keyboards type the code wherever the
// cursor stands and end it with Enter or Tab; so every text field of the form is watched, and
// a code that lands in the wrong one is taken out of it again.
(() => {
  "use strict";

  const SEPARATORS = 5; // between the six fields that every card has
  const QUIET = 700; // ms without a key after which a scanner without Enter or Tab is done
  const LONGEST_SIDE = 2400; // pixels of a photograph that are sent

  const looksLikeCode = (text) => text.split("|").length > SEPARATORS;

  // Large photographs are made smaller here: faster over a slow network, and the server
  // then never needs a temporary file for them.
  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
      if (scale === 1 && file.size < 2_000_000) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return await new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", 0.9));
    } catch {
      return file; // the server says what is wrong with it
    }
  };

  const begin = (box) => {
    const form = box.closest("form");
    const input = box.querySelector("[data-scan-text]");
    const photo = box.querySelector("[data-scan-photo]");
    const said = box.querySelector("[data-scan-said]");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    let timer = 0;

    const say = (tone, text, link) => {
      const notice = document.createElement("div");
      notice.className = `notice notice--${tone}`;
      const body = document.createElement("div");
      body.className = "notice__body";
      const line = Object.assign(document.createElement("p"), { textContent: text });
      if (link) {
        line.append(" ", Object.assign(document.createElement("a"), link));
      }
      body.append(line);
      notice.append(body);
      said.append(notice);
    };

    const fill = (fields) => {
      for (const [name, value] of Object.entries(fields)) {
        const field = form.elements[box.dataset.prefix + name];
        if (!field || !value) continue;
        field.value = value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    };

    const ask = async (part, value) => {
      const body = new FormData();
      body.append(part, value);
      const unit = form.elements.unit?.value || box.dataset.unit;
      if (unit) body.append("unit", unit);
      said.replaceChildren();
      say("info", box.dataset.waiting);
      try {
        const answer = await fetch(box.dataset.url, {
          method: "POST",
          headers: { "X-CSRFToken": token },
          body,
        });
        const { fields, findings, citizen } = await answer.json();
        said.replaceChildren();
        fill(fields);
        if (Object.keys(fields).length) say("good", box.dataset.filled);
        if (citizen) say("info", "Đã có trong hệ thống:", { href: citizen.page, textContent: citizen.full_name });
        for (const finding of findings) {
          say(finding.level === "error" ? "urgent" : "attention", finding.text);
        }
      } catch {
        said.replaceChildren();
        say("attention", box.dataset.unreachable);
      }
    };

    const take = (field) => {
      const text = field.value;
      field.value = "";
      clearTimeout(timer);
      ask("text", text);
    };

    form.addEventListener("keydown", (event) => {
      const field = event.target;
      if (!field.matches?.("input[type=text], input:not([type])")) return;
      if (event.key !== "Enter" && event.key !== "Tab") return;
      if (looksLikeCode(field.value) || (field === input && event.key === "Enter" && field.value)) {
        event.preventDefault();
        take(field);
      } else if (field === input && event.key === "Enter") {
        event.preventDefault();
      }
    });
    form.addEventListener("input", (event) => {
      const field = event.target;
      if (!field.matches?.("input") || field.type === "file") return;
      clearTimeout(timer);
      if (looksLikeCode(field.value)) timer = setTimeout(() => take(field), QUIET);
    });
    photo.addEventListener("change", async () => {
      if (!photo.files.length) return;
      const file = await smaller(photo.files[0]);
      photo.value = "";
      ask("photo", file);
    });
  };

  document.querySelectorAll("[data-card-scan]").forEach(begin);
})();
