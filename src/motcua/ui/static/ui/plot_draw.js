// From a plot's data (motcua.ui.plots.Plot.as_data) to a uPlot: axes from nought, bands,
// bars, hatching for "không đủ dữ liệu", labels at the lines instead of a legend.
// Every length is multiplied by k, so that the same drawing serves screen, paper and PNG.
window.motcuaPlot = (() => {
  "use strict";

  const TICK = 15;
  const LABEL = 16;
  const DASHES = [[], [9, 5], [2.5, 4], [14, 4, 3, 4], [6, 3]];
  const NARROW = 560;

  const seriesName = (spec, index) => spec.series[index].label;
  const isBars = (spec) => spec.kind === "bars" || spec.kind === "stacked";

  const formatter = (spec) =>
    new Intl.NumberFormat(spec.language === "en" ? "en-GB" : "vi-VN", {
      maximumFractionDigits: spec.decimals,
    });

  const parts = (spec) =>
    new Intl.DateTimeFormat("en-GB", {
      timeZone: spec.zone,
      day: "2-digit",
      month: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });

  const timeText = (format, seconds, wide) => {
    const found = Object.fromEntries(
      format.formatToParts(seconds * 1000).map((part) => [part.type, part.value]),
    );
    const day = `${found.day}/${found.month}`;
    return wide ? day : `${found.hour}:${found.minute}`;
  };

  const xText = (spec, index) => {
    if (!spec.time) return spec.x[index];
    const format = parts(spec);
    return `${timeText(format, spec.x[index], true)} ${timeText(format, spec.x[index], false)}`;
  };

  const readout = (spec, index) => {
    const format = formatter(spec);
    const values = spec.series.map((series, number) => {
      const value = series.values[index];
      const text = value === null ? spec.missing : `${format.format(value)} ${spec.unit}`.trim();
      return spec.series.length > 1 ? `${seriesName(spec, number)} ${text}` : text;
    });
    return `${xText(spec, index)}: ${values.join(" · ")}`;
  };

  const hatch = (context, colour, k, gap) => {
    const size = Math.round(gap * k);
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = Math.max(1, 1.4 * k);
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
    }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  };

  // The highest value of the plot, with what is stacked or within a band.
  const highest = (spec) => {
    if (spec.yMax !== null) return spec.yMax;
    const tops = spec.x.map((_, index) => {
      const values = spec.series.map((series) => series.values[index] ?? 0);
      if (spec.kind === "stacked") return values.reduce((sum, value) => sum + value, 0);
      return Math.max(...values, ...spec.series.map((series) => series.high?.[index] ?? 0));
    });
    return Math.max(...tops, 0) * 1.08 || 1;
  };

  // Runs of x where a series (for bars: every series) has no value: [first, last] indices.
  const gaps = (spec) => {
    const missing = spec.x.map((_, index) =>
      spec.series.every((series) => series.values[index] === null),
    );
    const runs = [];
    missing.forEach((gone, index) => {
      if (!gone) return;
      if (index && missing[index - 1]) runs.at(-1)[1] = index;
      else runs.push([index, index]);
    });
    return runs;
  };

  const drawGaps = (u, spec, theme, k) => {
    const { ctx, bbox } = u;
    const at = (index) => u.valToPos(u.data[0][Math.min(Math.max(index, 0), spec.x.length - 1)], "x", true);
    const half = isBars(spec) ? Math.abs(at(1) - at(0)) / 2 || bbox.width / 2 : 0;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const [first, last] of gaps(spec)) {
      const left = half ? at(first) - half : at(first - 1);
      const right = half ? at(last) + half : at(last + 1);
      ctx.fillStyle = hatch(ctx, theme.grid, u.ratio, 9);
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.font = `${LABEL * u.ratio}px ${theme.font}`;
      const width = ctx.measureText(spec.missing).width;
      const x = (left + right) / 2;
      const y = bbox.top + bbox.height / 2;
      const upright = width + 12 * u.ratio <= right - left;
      ctx.translate(x, y);
      if (!upright) ctx.rotate(-Math.PI / 2);
      if (upright || right - left > LABEL * 1.6 * u.ratio) {
        ctx.fillStyle = theme.paper;
        const high = LABEL * 1.5 * u.ratio;
        ctx.fillRect(-width / 2 - 5 * u.ratio, -high / 2, width + 10 * u.ratio, high);
        ctx.fillStyle = theme.axis;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillText(spec.missing, 0, 0);
      }
      ctx.setTransform(1, 0, 0, 1, 0, 0);
    }
    ctx.restore();
  };

  const drawBars = (u, spec, theme) => {
    const { ctx } = u;
    const foot = u.valToPos(0, "y", true);
    const step = Math.abs(u.valToPos(1, "x", true) - u.valToPos(0, "x", true)) || u.bbox.width;
    const room = Math.min(step * 0.78, 90 * u.ratio);
    const stacked = spec.kind === "stacked";
    const width = stacked ? room : room / spec.series.length;
    ctx.save();
    spec.x.forEach((_, index) => {
      const middle = u.valToPos(index, "x", true);
      let below = 0;
      spec.series.forEach((series, number) => {
        const value = series.values[index];
        if (!value) return;
        const bottom = stacked ? u.valToPos(below, "y", true) : foot;
        const top = u.valToPos(stacked ? below + value : value, "y", true);
        const left = middle - room / 2 + (stacked ? 0 : number * width);
        const inset = stacked ? 0 : u.ratio;
        ctx.fillStyle = theme.colours[number];
        ctx.fillRect(left + inset, top, width - 2 * inset, bottom - top);
        if (series.hatched) {
          ctx.fillStyle = hatch(ctx, "rgb(255 255 255 / 55%)", u.ratio, 8);
          ctx.fillRect(left + inset, top, width - 2 * inset, bottom - top);
        }
        ctx.strokeStyle = theme.paper;
        ctx.lineWidth = u.ratio;
        ctx.strokeRect(left + inset, top, width - 2 * inset, bottom - top);
        below += value;
      });
    });
    ctx.restore();
  };

  // Where each label points: the last value of its line or of its part of the last bar.
  const anchors = (u, spec) => {
    let below = 0;
    return spec.series.map((series, number) => {
      let index = series.values.length - 1;
      while (index > 0 && series.values[index] === null) index -= 1;
      const value = series.values[index] ?? 0;
      const y = spec.kind === "stacked" ? below + value / 2 : value;
      below += value;
      return { number, y: u.valToPos(y, "y", true) };
    });
  };

  const drawLabels = (u, spec, theme) => {
    const { ctx, bbox } = u;
    const line = LABEL * 1.45 * u.ratio;
    const labels = anchors(u, spec).sort((one, other) => one.y - other.y);
    // Push down what overlaps, then push up what fell off the foot.
    labels.forEach((label, index) => {
      label.at = index ? Math.max(label.y, labels[index - 1].at + line) : label.y;
    });
    for (let index = labels.length - 1; index >= 0; index -= 1) {
      const limit = index === labels.length - 1 ? bbox.top + bbox.height : labels[index + 1].at - line;
      labels[index].at = Math.min(labels[index].at, limit);
    }
    ctx.save();
    ctx.font = `500 ${LABEL * u.ratio}px ${theme.font}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const left = bbox.left + bbox.width + 8 * u.ratio;
    for (const { number, at } of labels) {
      swatch(ctx, spec, theme, number, left, at, u.ratio);
      ctx.fillStyle = theme.ink;
      ctx.fillText(seriesName(spec, number), left + 22 * u.ratio, at);
    }
    ctx.restore();
  };

  const swatch = (ctx, spec, theme, number, x, y, k) => {
    if (isBars(spec)) {
      ctx.fillStyle = theme.colours[number];
      ctx.fillRect(x, y - 7 * k, 14 * k, 14 * k);
      if (spec.series[number].hatched) {
        ctx.fillStyle = hatch(ctx, "rgb(255 255 255 / 55%)", k, 8);
        ctx.fillRect(x, y - 7 * k, 14 * k, 14 * k);
      }
      return;
    }
    ctx.strokeStyle = theme.colours[number];
    ctx.lineWidth = 3 * k;
    ctx.setLineDash(DASHES[number % DASHES.length].map((length) => length * k * 0.7));
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + 16 * k, y);
    ctx.stroke();
    ctx.setLineDash([]);
  };

  const labelRoom = (spec, theme, k) => {
    const ctx = document.createElement("canvas").getContext("2d");
    ctx.font = `500 ${LABEL * k}px ${theme.font}`;
    return Math.max(...spec.series.map((series) => ctx.measureText(series.label).width)) + 34 * k;
  };

  const withAlpha = (colour, alpha) => {
    const ctx = document.createElement("canvas").getContext("2d");
    ctx.fillStyle = colour;
    const hex = ctx.fillStyle;
    return `${hex}${Math.round(alpha * 255).toString(16).padStart(2, "0")}`;
  };

  const lines = (spec, theme, k) => {
    const data = [];
    const series = [];
    const bands = [];
    spec.series.forEach((one, number) => {
      if (one.low && one.high) {
        const first = series.length + 1;
        data.push(one.high, one.low);
        series.push({ stroke: null, width: 0, points: { show: false } });
        series.push({ stroke: null, width: 0, points: { show: false } });
        bands.push({ series: [first, first + 1], fill: withAlpha(theme.colours[number], 0.16) });
      }
      data.push(one.values);
      const known = one.values.filter((value) => value !== null).length;
      series.push({
        stroke: theme.colours[number],
        width: 2.5 * k,
        dash: DASHES[number % DASHES.length].map((length) => length * k),
        fill: spec.kind === "area" ? withAlpha(theme.colours[number], 0.14) : undefined,
        points: { show: known < 16, size: 7 * k, fill: theme.paper, width: 2 * k },
        spanGaps: false,
      });
    });
    return { data, series, bands };
  };

  const bars = (spec) => ({
    data: spec.series.map((series) => series.values),
    series: spec.series.map(() => ({ paths: () => null, points: { show: false } })),
    bands: [],
  });

  const axes = (spec, theme, k) => {
    const font = `${Math.round(TICK * k)}px ${theme.figures}`;
    const format = formatter(spec);
    const days = parts(spec);
    const span = spec.time ? spec.x.at(-1) - spec.x[0] : 0;
    const shared = { font, stroke: theme.axis, ticks: { show: false } };
    const room = Math.max(...spec.x.map((x) => String(x).length)) * TICK * 0.62 + 14;
    return [
      {
        ...shared,
        grid: { show: false },
        size: 34 * k,
        gap: 8 * k,
        space: (spec.time ? 64 : room) * k,
        incrs: spec.time ? undefined : [1, 2, 3, 4, 6, 7, 12, 24, 30],
        values: (_, ticks) =>
          ticks.map((tick) =>
            spec.time ? timeText(days, tick, span > 36 * 3600) : (spec.x[tick] ?? ""),
          ),
      },
      {
        ...shared,
        grid: { stroke: theme.grid, width: k },
        size: (_, ticks) =>
          Math.max(...(ticks ?? [""]).map((tick) => String(tick).length)) * TICK * 0.62 * k + 16 * k,
        gap: 8 * k,
        space: 44 * k,
        values: (_, ticks) => ticks.map((tick) => format.format(tick)),
      },
    ];
  };

  // Draws into `container` and returns the uPlot; `onIndex` hears what the pointer is over.
  const draw = (container, spec, theme, { width, k = 1, onIndex = null, onReady = null }) => {
    const labelled = spec.series.length > 1 && width / k >= NARROW;
    const shape = isBars(spec) ? bars(spec) : lines(spec, theme, k);
    const last = spec.x.length - 1;
    const padding = labelled ? labelRoom(spec, theme, k) : 14 * k;
    return new uPlot(
      {
        width,
        height: spec.height * k,
        padding: [12 * k, padding, 0, 4 * k],
        tzDate: spec.time ? (seconds) => uPlot.tzDate(new Date(seconds * 1000), spec.zone) : undefined,
        legend: { show: false },
        cursor: {
          show: Boolean(onIndex),
          drag: { x: false, y: false },
          y: false,
          points: { show: !isBars(spec) },
        },
        scales: {
          x: {
            time: spec.time,
            range: isBars(spec) ? [-0.5, last + 0.5] : (_, low, high) => [low, high],
          },
          y: { range: [0, highest(spec)] },
        },
        axes: axes(spec, theme, k),
        series: [{}, ...shape.series],
        bands: shape.bands,
        hooks: {
          init: [(u) => (u.ratio = k * devicePixelRatio)],
          drawClear: [(u) => drawGaps(u, spec, theme, k)],
          drawAxes: [(u) => isBars(spec) && drawBars(u, spec, theme)],
          draw: [(u) => labelled && drawLabels(u, spec, theme)],
          setCursor: [(u) => onIndex?.(u.cursor.idx)],
          ready: [(u) => onReady?.(u)],
        },
      },
      [spec.time ? spec.x : spec.x.map((_, index) => index), ...shape.data],
      container,
    );
  };

  return { draw, readout, swatch, NARROW };
})();
