// Sends a file in pieces and goes on where it broke off, also after the page was closed.
// Without script the form sends the whole file in one go. The protocol: views/uploads.py.
(() => {
  "use strict";

  const PIECE = 256 * 1024; // bytes; a slow line sends one in seconds
  const TRIES = 8;
  const WAIT = 1500; // ms, doubled at every try, 20 s at most

  class Refused extends Error {}

  const begin = (form) => {
    const file = form.querySelector("input[type=file]");
    const box = form.querySelector("[data-upload-state]");
    const meter = box.querySelector("progress");
    const line = box.querySelector("[role=status]");
    const button = form.querySelector("button:not([type=button])");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "X-CSRFToken": token };

    const say = (text, done) => {
      box.hidden = false;
      meter.value = done;
      line.textContent = `${text} ${Math.floor(done)}%`;
    };
    const pause = (ms) => new Promise((go) => setTimeout(go, ms));
    // Names nobody: only where it goes, how large and how old the file is.
    const keyOf = (chosen) =>
      `motcua-upload:${form.action}:${form.dataset.replaces ?? ""}:${chosen.size}:${chosen.lastModified}`;

    const open = async (chosen) => {
      const body = new FormData();
      body.append("name", form.querySelector("[name$=name]")?.value ?? form.dataset.name ?? "");
      body.append("file_name", chosen.name);
      body.append("length", chosen.size);
      if (form.dataset.citizen) body.append("citizen", form.dataset.citizen);
      if (form.dataset.replaces) body.append("replaces", form.dataset.replaces);
      const answer = await fetch(form.dataset.upload, { method: "POST", headers, body });
      if (answer.status === 201) return answer.headers.get("Location");
      throw new Refused(answer.status === 422 ? (await answer.json()).reason : box.dataset.lost);
    };

    const offsetOf = async (url) => {
      const answer = await fetch(url, { method: "HEAD" });
      if (!answer.ok) return null;
      return { at: Number(answer.headers.get("Upload-Offset")), paper: answer.headers.get("Paper") };
    };

    const send = async (chosen) => {
      const key = keyOf(chosen);
      let url = sessionStorage.getItem(key);
      let reached = url && (await offsetOf(url));
      if (!reached) {
        url = await open(chosen);
        sessionStorage.setItem(key, url);
        reached = { at: 0, paper: null };
      }
      let tries = 0;
      while (!reached.paper) {
        say(box.dataset.sending, (100 * reached.at) / chosen.size);
        try {
          const answer = await fetch(url, {
            method: "PATCH",
            headers: { ...headers, "Upload-Offset": reached.at, "Content-Type": "application/offset+octet-stream" },
            body: chosen.slice(reached.at, reached.at + PIECE),
          });
          if (![204, 409].includes(answer.status)) throw new Error(String(answer.status));
          reached = { at: Number(answer.headers.get("Upload-Offset")), paper: answer.headers.get("Paper") };
          tries = 0;
        } catch {
          if (++tries > TRIES) throw new Error("lost");
          say(box.dataset.waiting, (100 * reached.at) / chosen.size);
          await pause(Math.min(20000, WAIT * 2 ** (tries - 1)));
        }
      }
      sessionStorage.removeItem(key);
      say(box.dataset.done, 100);
      return reached.paper;
    };

    form.addEventListener("submit", async (event) => {
      const chosen = file.files[0];
      // What cannot be right is for the server's own form to say, with what was typed.
      if (!chosen || !chosen.size || !form.checkValidity()) return;
      event.preventDefault();
      button.disabled = true;
      try {
        location.assign(await send(chosen));
      } catch (wrong) {
        button.disabled = false;
        box.hidden = false;
        line.textContent = wrong instanceof Refused ? wrong.message : box.dataset.lost;
      }
    });
  };

  document.querySelectorAll("form[data-upload]").forEach(begin);
})();
