// Draws the charts in the colours of the page, and puts their tables away. Expressions are interpreted (ast), never
// compiled, so that the page's policy can forbid evaluated code.
"use strict";

const ink = "var(--ink)";
const soft = "var(--soft-ink)";
const line = "var(--line)";
const CHARTS = {
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: "transparent" },
  axis: {
    labelColor: soft, titleColor: ink, gridColor: line, domainColor: line, tickColor: line,
    labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", titlePadding: 8,
  },
  legend: { labelColor: soft, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
  range: { category: ["var(--c1)", "var(--c2)", "var(--c3)"] },
  mark: { color: "var(--c1)" },
  rule: { color: "var(--c1)" },
  tick: { color: ink },
};

// How numbers are written; English is what the scripts write by themselves.
const LOCALES = {
  es: { decimal: ",", thousands: ".", grouping: [3], currency: ["", "\u00a0US$"], percent: "\u00a0%" },
};

const drawn = new Map();

async function draw(place) {
  const table = place.closest("figure").querySelector("details");
  try {
    const view = await vegaEmbed(place, JSON.parse(place.dataset.chart), {
      ast: true, actions: false, renderer: "svg", logLevel: vega.Error, config: CHARTS, defaultStyle: false,
      tooltip: { theme: "custom", disableDefaultStyle: true }, formatLocale: LOCALES[document.documentElement.lang],
    });
    drawn.set(place, view);
    table.open = false;
  } catch {
    place.textContent = place.dataset.failed;
  }
  table.classList.add("told");
}

// One after another, so that what is pressed meanwhile is answered; and only what is still there.
async function drawAll() {
  for (const [place, view] of drawn) {
    if (!place.isConnected) {
      view.finalize();
      drawn.delete(place);
    }
  }
  for (const place of document.querySelectorAll("[data-chart]")) {
    if (!drawn.has(place)) {
      await draw(place);
      await new Promise((go) => setTimeout(go));
    }
  }
}

document.addEventListener("DOMContentLoaded", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
