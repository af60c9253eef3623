// Draws the charts in the colours of the page, and puts their tables away. Expressions are interpreted (ast), never
// compiled, so that the page's policy can forbid evaluated code.
"use strict";

const CHARTS = chartLooks({
  ink: "var(--ink)", soft: "var(--soft-ink)", line: "var(--line)", accent: "var(--c1)",
  categories: ["var(--c1)", "var(--c2)", "var(--c3)"],
});

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
