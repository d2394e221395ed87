/* Draws the charts that the page's JSON describes; everything it shows was decided before. */
"use strict";
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const drawn = [];
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const markers = ["circle", "triangle", "rect", "rectRot", "crossRot", "star", "rectRounded", "cross", "dash"];

  const theme = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const number = (value) => (typeof value === "number" ? value : null);
  const translucent = (colour) => colour + "cc";

  /* Names at the right end of the lines, pushed apart where they would overlap. */
  const endLabels = {
    id: "endLabels",
    afterDatasetsDraw(chart) {
      const height = 15;
      const { top, bottom, right } = chart.chartArea;
      const context = chart.ctx;
      context.save();
      context.font = `12px ${Chart.defaults.font.family}`;
      context.textBaseline = "middle";
      const all = chart.data.datasets
        .map((set, i) => ({ set, last: chart.getDatasetMeta(i).data.at(-1), visible: chart.isDatasetVisible(i) }))
        .filter((end) => end.visible && end.last)
        .map((end) => ({ ...end, y: end.last.y }))
        .sort((a, b) => a.y - b.y);
      /* A line that ends early is named where it ends. */
      for (const end of all.filter((end) => end.last.x < right - 30)) {
        context.fillStyle = theme("muted");
        context.textAlign = "right";
        context.fillText(end.set.label, end.last.x - 4, end.last.y + 16);
      }
      context.textAlign = "left";
      const ends = all.filter((end) => end.last.x >= right - 30);
      for (let i = 1; i < ends.length; i++) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + height);
      const overflow = ends.length ? Math.max(0, ends.at(-1).y - bottom + 4) : 0;
      for (let i = ends.length - 1, limit = Infinity; overflow && i >= 0; i--) {
        ends[i].y = Math.max(top, Math.min(ends[i].y, bottom - 4, limit));
        limit = ends[i].y - height;
      }
      for (const end of ends) {
        context.strokeStyle = context.fillStyle = end.set.borderColor;
        context.globalAlpha = 0.55;
        context.beginPath();
        context.moveTo(end.last.x + 3, end.last.y);
        context.lineTo(right + 12, end.y);
        context.stroke();
        context.globalAlpha = 1;
        context.fillText(end.set.label, right + 16, end.y);
      }
      context.restore();
    },
  };

  function datasets(spec) {
    return spec.series.map((series, i) => {
      const colour = theme(series.colour);
      const base = { label: series.label, borderColor: colour, backgroundColor: colour };
      const ys = series.y.map(number);
      switch (spec.kind) {
        case "line":
          return { ...base, data: series.x.map((x, k) => ({ x, y: ys[k] })), borderWidth: series.colour === "ink" ? 3 : series.dashed ? 2 : 1.6,
            borderDash: series.dashed ? [6, 4] : [], pointRadius: 0, pointHitRadius: 8, pointStyle: "line" };
        case "points":
          return { ...base, data: series.x.map((x, k) => ({ x, y: ys[k] })), showLine: true, borderWidth: series.dashed ? 1.5 : 2,
            borderDash: series.dashed ? [6, 4] : [], pointRadius: series.dashed ? 0 : 5, pointHitRadius: 8, pointStyle: markers[i % markers.length] };
        case "area":
          return { ...base, data: ys, backgroundColor: translucent(colour), borderWidth: 1, pointRadius: 0, pointHitRadius: 6, fill: i === 0 ? "origin" : "-1" };
        case "bars":
          return { ...base, data: ys, borderWidth: 0, maxBarThickness: 26 };
        default:
          return { ...base, data: ys.map((x, k) => ({ x, y: spec.labels[k] })).filter((point) => point.x !== null),
            pointStyle: markers[i % markers.length], pointRadius: 6, pointHoverRadius: 8, borderWidth: 2 };
      }
    });
  }

  function axis(title, more = {}) {
    return {
      grid: { color: theme("rule"), drawTicks: false },
      border: { color: theme("rule") },
      ticks: { color: theme("muted"), padding: 6, font: { size: 12 } },
      title: { display: title !== "", text: title, color: theme("muted"), font: { size: 12 } },
      ...more,
    };
  }

  function scales(spec) {
    const everyName = { color: theme("muted"), padding: 6, font: { size: spec.labels.length > 20 ? 10 : 12 }, autoSkip: false };
    const zeroLine = { color: (tick) => theme(tick.tick.value === 0 ? "ink" : "rule"), drawTicks: false };
    switch (spec.kind) {
      case "line":
        return { x: axis(spec.xTitle, { type: "linear", bounds: "data", min: 0 }), y: axis(spec.yTitle) };
      case "points":
        return { x: axis(spec.xTitle, { type: "linear", beginAtZero: true, grace: "4%" }), y: axis(spec.yTitle, { grace: "8%" }) };
      case "area":
        return { x: axis(spec.xTitle, { grid: { display: false }, ticks: { color: theme("muted"), maxRotation: 0, autoSkipPadding: 24 } }), y: axis(spec.yTitle, { stacked: true, min: 0, max: 1 }) };
      case "bars":
        return { x: axis(spec.xTitle, { stacked: true }), y: axis("", { stacked: true, grid: { display: false }, ticks: everyName }) };
      case "log-dots":
        return { x: axis(spec.xTitle, { type: "logarithmic" }), y: axis("", { type: "category", labels: spec.labels, offset: true, ticks: everyName }) };
      default:
        return { x: axis(spec.xTitle, { grid: zeroLine, grace: "4%", beginAtZero: true }), y: axis("", { type: "category", labels: spec.labels, offset: true }) };
    }
  }

  function options(spec) {
    const labelledAtEnd = spec.id === "loss";
    const byNames = spec.kind.endsWith("dots") || spec.kind === "bars";
    const digits = spec.kind === "log-dots" ? 0 : byNames ? 1 : 3;
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      devicePixelRatio: document.documentElement.classList.contains("on-paper") ? 3 : undefined,
      indexAxis: spec.kind === "bars" ? "y" : "x",
      layout: { padding: { right: labelledAtEnd ? 110 : 4 } },
      interaction: spec.kind.endsWith("dots") || spec.kind === "points" ? { mode: "nearest", intersect: true } : { mode: spec.kind === "bars" ? "y" : "index", intersect: false },
      scales: scales(spec),
      plugins: {
        legend: { display: !labelledAtEnd, position: "top", align: "start",
          labels: { color: theme("ink"), usePointStyle: spec.kind.endsWith("dots") || spec.kind === "points" || spec.kind === "line", boxWidth: spec.kind.endsWith("dots") ? 10 : spec.kind === "line" ? 28 : 14, boxHeight: 9, font: { size: 12 } } },
        tooltip: { itemSort: spec.kind === "area" || spec.kind === "bars" ? (a, b) => number(b.raw) - number(a.raw) : undefined,
          filter: (item) => spec.kind !== "bars" || item.raw > 0,
          callbacks: { label: (item) => {
            const value = byNames ? item.parsed.x : item.parsed.y;
            return ` ${item.dataset.label}: ${value < 0.01 && value > 0 ? value.toExponential(2) : value.toFixed(digits)}`;
          } } },
      },
    };
  }

  function draw() {
    while (drawn.length) drawn.pop().destroy();
    for (const spec of charts) {
      const canvas = document.getElementById("chart-" + spec.id);
      if (!canvas || spec.series.length === 0) continue;
      const type = { line: "line", area: "line", bars: "bar", dots: "scatter", "log-dots": "scatter", points: "scatter" }[spec.kind];
      drawn.push(new Chart(canvas, { type, data: { labels: spec.labels, datasets: datasets(spec) },
        options: options(spec), plugins: spec.id === "loss" ? [endLabels] : [] }));
    }
  }

  const onPaper = (paper) => () => {
    document.documentElement.classList.toggle("on-paper", paper);
    draw();
  };
  /* Whether a table goes on to the right of what is seen of it. */
  const scrolled = (area) => () => {
    area.dataset.more = area.scrollWidth - area.clientWidth - area.scrollLeft > 4 ? "yes" : "no";
  };
  for (const area of document.querySelectorAll(".scroll")) {
    area.addEventListener("scroll", scrolled(area), { passive: true });
    new ResizeObserver(scrolled(area)).observe(area);
  }
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("beforeprint", onPaper(true));
  addEventListener("afterprint", onPaper(false));
})();
