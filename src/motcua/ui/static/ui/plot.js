// Puts the plots of a page on screen, on paper and into PNG files; plot_draw.js draws them.
(() => {
  "use strict";

  const { draw, readout, swatch, NARROW } = window.motcuaPlot;
  const known = new WeakMap();
  const PAPER_SCALE = 3;
  const PAPER_WIDTH = 760;

  const themeOf = (element, spec) => {
    const style = getComputedStyle(element);
    const value = (name) => style.getPropertyValue(name).trim();
    return {
      ink: value("--ink"),
      paper: value("--paper"),
      axis: value("--plot-axis"),
      grid: value("--plot-grid"),
      font: value("--font-text"),
      figures: value("--font-figures"),
      colours: spec.series.map((series) => value(series.colour)),
    };
  };

  // On a narrow screen there is no room beside the lines: the key goes above them.
  const key = (spec, theme) => {
    const list = document.createElement("ul");
    list.className = "plot__key";
    spec.series.forEach((series, number) => {
      const item = document.createElement("li");
      const sample = document.createElement("canvas");
      sample.width = 40;
      sample.height = 32;
      swatch(sample.getContext("2d"), spec, theme, number, 4, 16, 2);
      item.append(sample, series.label);
      list.append(item);
    });
    return list;
  };

  const render = (figure, spec) => {
    const place = figure.querySelector(".plot__canvas");
    const line = figure.querySelector(".plot__readout");
    const width = Math.floor(place.clientWidth);
    if (!width) return;
    const theme = themeOf(figure, spec);
    known.get(figure)?.plot?.destroy();
    place.replaceChildren();
    if (spec.series.length > 1 && width < NARROW) place.append(key(spec, theme));
    const plot = draw(place, spec, theme, {
      width,
      onIndex: (index) => {
        line.textContent = index === null || index === undefined ? "" : readout(spec, index);
      },
    });
    known.set(figure, { plot, spec, width });
  };

  // uPlot itself multiplies by the screen's own ratio.
  const large = (figure, spec, onReady) => {
    const k = Math.max(1, Math.round(PAPER_SCALE / devicePixelRatio));
    const theme = themeOf(figure, spec);
    return draw(document.createElement("div"), spec, theme, { width: PAPER_WIDTH * k, k, onReady });
  };

  const wrapped = (pen, text, width) => {
    const rows = [""];
    for (const word of text.split(/\s+/)) {
      const longer = `${rows.at(-1)} ${word}`.trim();
      if (pen.measureText(longer).width <= width) rows[rows.length - 1] = longer;
      else rows.push(word);
    }
    return rows;
  };

  // Question, denominator, picture and, where the data are invented, the mark that says so.
  const compose = (source, figure, spec) => {
    const theme = themeOf(figure, spec);
    const scale = source.width / PAPER_WIDTH;
    const sheet = document.createElement("canvas");
    const pen = sheet.getContext("2d");
    const margin = 24 * scale;
    const mark = document.querySelector(".ribbon strong")?.textContent ?? "";
    const heading = `600 ${22 * scale}px ${theme.font}`;
    const small = `${16 * scale}px ${theme.font}`;
    pen.font = heading;
    const titles = wrapped(pen, spec.title, source.width);
    const notes = [spec.note, mark].filter(Boolean);
    sheet.width = source.width + 2 * margin;
    sheet.height =
      source.height + 2 * margin + titles.length * 32 * scale + (notes.length * 25 + 10) * scale;
    pen.fillStyle = theme.paper;
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.textBaseline = "top";
    let y = margin;
    const write = (text, font, colour, step) => {
      pen.font = font;
      pen.fillStyle = colour;
      pen.fillText(text, margin, y);
      y += step * scale;
    };
    for (const title of titles) write(title, heading, theme.ink, 32);
    for (const note of notes) write(note, small, theme.axis, 25);
    pen.drawImage(source, margin, y + 10 * scale);
    return sheet;
  };

  const download = (figure) => {
    const { spec } = known.get(figure);
    large(figure, spec, (u) => {
      const sheet = compose(u.ctx.canvas, figure, spec);
      sheet.toBlob((blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = `${figure.dataset.plot.replace(/-du-lieu$/, "")}.png`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
        u.destroy();
      });
    });
  };

  const set = (figure) => {
    if (known.has(figure)) return;
    const spec = JSON.parse(document.getElementById(figure.dataset.plot).textContent);
    known.set(figure, { spec, width: 0 });
    const button = figure.querySelector("[data-plot-download]");
    button.hidden = false;
    button.addEventListener("click", () => download(figure));
    new ResizeObserver(() => {
      const place = figure.querySelector(".plot__canvas");
      if (Math.floor(place.clientWidth) !== known.get(figure).width) render(figure, spec);
    }).observe(figure.querySelector(".plot__canvas"));
  };

  const start = (root) => root.querySelectorAll?.("figure[data-plot]").forEach(set);

  // Canvas text takes whatever fonts are there at that moment, so wait for ours.
  const faces = ["Be Vietnam Pro", "Noto Sans Figures"].map((name) =>
    document.fonts.load(`16px "${name}"`, "Số 0"),
  );
  Promise.allSettled(faces).then(() => {
    start(document);
    document.addEventListener("htmx:afterSettle", (event) => start(event.target.parentNode ?? document));
  });

  // Paper gets its own drawing at three times the resolution of the screen.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("figure[data-plot]").forEach((figure) => {
      const { spec } = known.get(figure) ?? {};
      if (!spec) return;
      large(figure, spec, (u) => {
        const paper = u.ctx.canvas;
        paper.removeAttribute("style");
        paper.className = "plot__print";
        figure.querySelector(".plot__canvas").after(paper);
      });
    });
  });
  window.addEventListener("afterprint", () => {
    document.querySelectorAll(".plot__print").forEach((paper) => paper.remove());
  });
})();
