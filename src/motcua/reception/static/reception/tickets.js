// The touch screen at the door. With network the centre gives the number. Without, the screen
// gives one of the spare numbers that were dealt to it alone, keeps the ticket in localStorage,
// and delivers it with the same key when the network is back: no number twice, nothing lost.
(() => {
  "use strict";

  const root = document.querySelector("[data-screen-page]");
  if (!root) return;

  const PATIENCE = 4000; // ms for the centre's answer before the screen helps itself
  const SHOWN = 15000; // ms a number stays on the screen
  const IDLE = 30000; // ms without a touch until the first question
  const RETRY = 5000;
  const BEAT = 30000;
  const LOW = 3; // spare numbers left at which more are asked for
  const STORE = "motcua-door";

  const one = (selector) => root.querySelector(selector);
  let line = null;
  let resetTimer = 0;
  let delivering = false;
  let dealing = false;

  const newKey = () =>
    crypto.randomUUID?.() ??
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
      (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16),
    );

  // --- what is kept on this screen ---
  const nothing = () => ({ day: "", numbers: {}, tickets: [], refused: [] });
  const kept = () => {
    try {
      return { ...nothing(), ...JSON.parse(localStorage.getItem(STORE)) };
    } catch {
      return nothing();
    }
  };
  const keep = (change) => {
    const state = kept();
    change(state);
    localStorage.setItem(STORE, JSON.stringify(state));
    return state;
  };
  const labelOf = ({ letter, number }) => `${letter}${String(number).padStart(3, "0")}`;
  const today = () =>
    new Intl.DateTimeFormat("sv-SE", {
      timeZone: document.documentElement.dataset.zone,
    }).format(new Date());

  // A spare number is taken out of the store before it is shown, so a reload never shows it again.
  const spare = (letter) => {
    let number = null;
    keep((state) => {
      if (state.day === today()) number = state.numbers[letter]?.shift() ?? null;
    });
    return number;
  };

  const ask = async (url, body) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(url, {
        method: body ? "POST" : "GET",
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body ? JSON.stringify(body) : undefined,
        signal: patience.signal,
        cache: "no-store",
      });
      if (answer.status >= 500) throw new Error(answer.status);
      const said = await answer.json();
      one("[data-unknown]").hidden = answer.status !== 401;
      return { status: answer.status, ...said };
    } finally {
      clearTimeout(timer);
    }
  };

  const showNetwork = (there) => {
    const { tickets, refused } = kept();
    one("[data-kept]").textContent = tickets.length;
    one("[data-refused-numbers]").textContent = refused.join(", ");
    one("[data-refused-state]").hidden = !refused.length;
    one("[data-waiting-network]").hidden = there;
  };

  // --- spare numbers and delivery ---
  const deal = async (day) => {
    const state = kept();
    const fresh = state.day === day;
    const low = [...root.querySelectorAll("[data-letter]")].some(
      (button) => (state.numbers[button.dataset.letter]?.length ?? 0) < LOW,
    );
    if (dealing || (fresh && !low)) return;
    dealing = true;
    try {
      const dealt = await ask(root.dataset.reserve, {});
      if (dealt.status !== 200) return;
      keep((now) => {
        if (now.day !== dealt.day) {
          Object.assign(now, { day: dealt.day, numbers: {}, refused: [] });
        }
        for (const [letter, numbers] of Object.entries(dealt.numbers)) {
          now.numbers[letter] = [...(now.numbers[letter] ?? []), ...numbers];
        }
      });
    } finally {
      dealing = false;
    }
  };

  const deliver = async () => {
    if (delivering) return;
    delivering = true;
    try {
      for (let state = kept(); state.tickets.length; state = kept()) {
        const { takenAt, ...ticket } = state.tickets[0];
        const answer = await ask(root.dataset.take, {
          ...ticket,
          age_ms: Math.max(0, Date.now() - takenAt),
        });
        // A screen that was revoked keeps what it holds until somebody enrols it again.
        if (answer.status === 401 || answer.status === 409) return;
        keep((now) => {
          now.tickets = now.tickets.filter((other) => other.key !== ticket.key);
          // What the centre will never take is named on the screen until the next day.
          if (answer.status !== 200) now.refused.push(labelOf(ticket));
        });
      }
      showNetwork(true);
    } finally {
      delivering = false;
    }
  };

  const beat = async () => {
    try {
      const said = await ask(root.dataset.beat);
      showNetwork(true);
      if (said.status !== 200) return;
      await deliver();
      await deal(said.day);
    } catch {
      showNetwork(false);
    }
  };

  // --- what people see ---
  const show = (name) => {
    root.querySelectorAll("[data-screen]").forEach((screen) => {
      screen.hidden = screen.dataset.screen !== name;
    });
    clearTimeout(resetTimer);
    if (name !== "lines") resetTimer = setTimeout(reset, name === "ticket" ? SHOWN : IDLE);
  };
  const setLanguage = (language) => {
    root.dataset.language = language;
    document.documentElement.lang = language;
  };
  const reset = () => {
    line = null;
    setLanguage("vi");
    show("lines");
  };

  const showTicket = ({ label, ahead, qr }) => {
    const english = root.dataset.language === "en";
    one("[data-number]").textContent = label;
    one("[data-what]").textContent = english ? line.dataset.nameEn : line.dataset.name;
    one("[data-ahead]").textContent =
      ahead === undefined
        ? ""
        : english
          ? `${ahead} before you`
          : ahead
            ? `Trước quý vị có ${ahead} người`
            : "Quý vị là người tiếp theo";
    one("[data-when]").textContent = new Date().toLocaleString("vi-VN", {
      timeZone: document.documentElement.dataset.zone,
    });
    // The drawing comes from our own server and holds modules only.
    one("[data-qr]").innerHTML = qr ?? "";
    one("[data-follow-hint]").hidden = !qr;
    one("[data-offline-hint]").hidden = Boolean(qr);
    show("ticket");
    if ("printsItself" in root.dataset) setTimeout(() => window.print(), 300);
  };

  const showRefused = (message) => {
    one("[data-refused]").textContent = root.dataset.language === "vi" ? message : "";
    show("refused");
  };

  const helpItself = (wish) => {
    const letter = line.dataset.letter;
    const number = spare(letter);
    if (number === null) {
      showRefused("Máy đang mất mạng và đã phát hết số dự phòng.");
      return;
    }
    keep((state) => state.tickets.push({ ...wish, letter, number, takenAt: Date.now() }));
    showNetwork(false);
    showTicket({ label: labelOf({ letter, number }) });
    setTimeout(beat, RETRY);
  };

  const take = async (priority) => {
    const wish = {
      key: newKey(),
      line: Number(line.dataset.line),
      priority: priority ? Number(priority) : null,
      language: root.dataset.language,
    };
    show("taking");
    try {
      // Who came while the network was away stands before who comes now.
      await deliver();
      const answer = await ask(root.dataset.take, wish);
      if (answer.status === 200) showTicket(answer);
      else if (answer.status === 401) showRefused(answer.message);
      else showRefused(answer.message || "");
    } catch {
      helpItself(wish);
    }
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.line) {
      line = button;
      const asked = root.querySelectorAll("[data-priority]").length > 1;
      if (asked) show("priority");
      else take("");
    } else if ("priority" in button.dataset) {
      take(button.dataset.priority);
    } else if ("languageSwitch" in button.dataset) {
      setLanguage(root.dataset.language === "vi" ? "en" : "vi");
    } else if ("printsSlip" in button.dataset) {
      window.print();
    } else if ("back" in button.dataset || "done" in button.dataset) {
      reset();
    }
  });

  navigator.serviceWorker?.register(root.dataset.worker).catch(() => {});
  window.addEventListener("online", beat);
  setInterval(beat, BEAT);
  beat();
})();
