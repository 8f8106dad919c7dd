// The hall's voice: a chime for every call, then the words if this machine can say them. Calls
// follow each other; a call that is old when it arrives (a replay after a lost connection) is
// shown and not sounded.
(() => {
  "use strict";

  const root = document.querySelector("[data-hall]");
  if (!root) return;

  const OLD = 30; // s
  const NOTES = [659.25, 523.25]; // Hz: E5, C5
  const button = root.querySelector("[data-sound]");
  const heard = new Set();
  let audio = null;
  let last = Promise.resolve();
  const pieces = new Map();

  const wake = async () => {
    audio ??= new AudioContext();
    if (audio.state === "suspended") await Promise.race([audio.resume(), pause(300)]);
    button.hidden = audio.state === "running";
    return audio.state === "running";
  };
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  const chime = async () => {
    NOTES.forEach((frequency, at) => {
      const begin = audio.currentTime + at * 0.45;
      const tone = new OscillatorNode(audio, { frequency, type: "sine" });
      const loudness = new GainNode(audio, { gain: 0 });
      loudness.gain.setValueAtTime(0, begin);
      loudness.gain.linearRampToValueAtTime(0.5, begin + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.001, begin + 1.1);
      tone.connect(loudness).connect(audio.destination);
      tone.start(begin);
      tone.stop(begin + 1.2);
    });
    await pause(1500);
  };

  // --- words ---
  const ownVoice = () =>
    window.speechSynthesis
      ?.getVoices()
      .find((voice) => voice.localService && voice.lang.toLowerCase().startsWith("vi"));

  const speak = (voice, text) =>
    new Promise((done) => {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice;
      words.lang = voice.lang;
      words.rate = 0.9;
      words.onend = words.onerror = done;
      speechSynthesis.speak(words);
      setTimeout(done, 8000);
    });

  const piece = async (name) => {
    if (!pieces.has(name)) {
      const answer = await fetch(root.dataset.recorded.replace(/x\.wav$/, `${name}.wav`));
      pieces.set(name, await audio.decodeAudioData(await answer.arrayBuffer()));
    }
    return pieces.get(name);
  };

  // The first call must not wait for its words.
  const prepare = async () => {
    if (!root.dataset.recorded || !("spoken" in root.dataset) || ownVoice()) return;
    for (const name of ["moi-so", "den-quay", ..."0123456789"]) await piece(name).catch(() => {});
  };

  const play = async (names) => {
    for (const name of names) {
      const buffer = await piece(name);
      const source = new AudioBufferSourceNode(audio, { buffer });
      source.connect(audio.destination);
      source.start();
      await pause(buffer.duration * 1000 + 60);
    }
  };

  const digits = (number, width) => [...String(number).padStart(width, "0")];

  const say = async ({ letter, number, counter }) => {
    if (!("spoken" in root.dataset)) return;
    const voice = ownVoice();
    if (voice) {
      await speak(voice, `Mời số ${letter} ${digits(number, 3).join(" ")}, đến quầy số ${counter}`);
    } else if (root.dataset.recorded) {
      await play([
        "moi-so",
        letter.toLowerCase(),
        ...digits(number, 3),
        "den-quay",
        ...digits(counter, 1),
      ]);
    }
  };

  const call = async (data) => {
    if (Date.now() / 1000 - data.at > OLD) return;
    if (!(await wake())) return;
    await chime();
    await say(data).catch(() => {});
  };

  document.addEventListener("motcua:news", (event) => {
    const { kind, data } = event.detail;
    if (kind !== "ticket_called" || heard.has(data.call)) return;
    heard.add(data.call);
    root.dispatchEvent(new CustomEvent("hall:call", { detail: data, bubbles: true }));
    last = last.then(() => call(data));
  });

  button.addEventListener("click", wake);
  window.speechSynthesis?.getVoices();
  wake();
  setTimeout(prepare, 3000);
})();
