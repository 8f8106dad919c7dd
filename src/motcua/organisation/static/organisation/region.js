// Draws a counter's region of interest over a schematic frame. The four number fields stay
// the truth: without script one types into them, and they are what is sent.
(() => {
  "use strict";

  const editor = document.querySelector("[data-region-editor]");
  if (!editor) return;

  const WIDTH = 160;
  const HEIGHT = 90;
  const SMALLEST = 10; // percent; the service refuses less
  const svg = editor.querySelector("svg");
  const box = editor.querySelector(".region__chosen");
  const readout = editor.querySelector("[data-region-readout]");
  const fields = Object.fromEntries(
    ["left", "top", "width", "height"].map((side) => [
      side,
      document.querySelector(`[data-region="${side}"]`),
    ]),
  );

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  const read = () => ({
    left: Number(fields.left.value) || 0,
    top: Number(fields.top.value) || 0,
    width: Number(fields.width.value) || 100,
    height: Number(fields.height.value) || 100,
  });

  const fitted = ({ left, top, width, height }) => {
    const wide = clamp(Math.round(width), SMALLEST, 100);
    const high = clamp(Math.round(height), SMALLEST, 100);
    return {
      left: clamp(Math.round(left), 0, 100 - wide),
      top: clamp(Math.round(top), 0, 100 - high),
      width: wide,
      height: high,
    };
  };

  const place = (rect, { left, top, width, height }) => {
    rect.setAttribute("x", (left * WIDTH) / 100);
    rect.setAttribute("y", (top * HEIGHT) / 100);
    rect.setAttribute("width", (width * WIDTH) / 100);
    rect.setAttribute("height", (height * HEIGHT) / 100);
  };

  const show = () => {
    const region = fitted(read());
    place(box, region);
    readout.textContent =
      `Trái ${region.left}%, trên ${region.top}%, ` +
      `rộng ${region.width}%, cao ${region.height}% khung hình.`;
  };

  const write = (region) => {
    const whole = fitted(region);
    for (const side of Object.keys(fields)) fields[side].value = whole[side];
    show();
  };

  const percent = (event) => {
    const frame = svg.getBoundingClientRect();
    return {
      x: clamp(((event.clientX - frame.left) / frame.width) * 100, 0, 100),
      y: clamp(((event.clientY - frame.top) / frame.height) * 100, 0, 100),
    };
  };

  let start = null;
  let before = null;

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = percent(event);
    // A region that fills the picture cannot be moved; there, drawing begins anew.
    const whole = read();
    const inside = event.target === box && !(whole.width === 100 && whole.height === 100);
    before = inside ? whole : null;
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });

  svg.addEventListener("pointermove", (event) => {
    if (!start) return;
    const { x, y } = percent(event);
    if (before) {
      write({ ...before, left: before.left + x - start.x, top: before.top + y - start.y });
    } else if (Math.hypot(x - start.x, y - start.y) > 2) {
      write({
        left: Math.min(x, start.x),
        top: Math.min(y, start.y),
        width: Math.abs(x - start.x),
        height: Math.abs(y - start.y),
      });
    }
  });

  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, () => {
      start = null;
      box.focus();
    });
  }

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  box.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const region = read();
    const [x, y] = step.map((direction) => direction * 2);
    write(
      event.shiftKey
        ? { ...region, width: region.width + x, height: region.height + y }
        : { ...region, left: region.left + x, top: region.top + y },
    );
  });

  for (const field of Object.values(fields)) field.addEventListener("input", show);
  document
    .querySelector("[data-region-reset]")
    ?.addEventListener("click", () => write({ left: 0, top: 0, width: 100, height: 100 }));

  for (const other of editor.querySelectorAll(".region__other")) {
    const share = (name) => Number(other.dataset[name]) * 100;
    place(other, {
      left: share("x"),
      top: share("y"),
      width: share("width"),
      height: share("height"),
    });
  }
  show();
})();
