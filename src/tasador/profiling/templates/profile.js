// Draws the charts with the colours of the page. Expressions are interpreted (ast), never compiled, so that the
// page's content security policy can forbid evaluated code; styles stand in the page, so that it can forbid others.
(() => {
  "use strict";
  const specs = JSON.parse(document.getElementById("specs").textContent);
  const ink = "var(--ink)";
  const soft = "var(--soft)";
  const line = "var(--line)";
  const config = {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: "transparent" },
    axis: {
      labelColor: soft, titleColor: ink, gridColor: line, domainColor: line, tickColor: line,
      labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", titlePadding: 8,
    },
    legend: { labelColor: soft, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
    range: {
      category: ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)", "var(--c7)"],
    },
    mark: { color: "var(--accent)" },
    rule: { color: "var(--accent)" },
    tick: { color: ink },
  };
  // The same words stand at the same places each time the page is opened.
  vega.setRandom(vega.randomLCG(1));
  const draw = (place) => {
    const options = {
      ast: true, actions: false, renderer: "svg", logLevel: vega.Error, config,
      defaultStyle: false, tooltip: { theme: "custom", disableDefaultStyle: true },
    };
    vegaEmbed(place, specs[place.dataset.chart], options).catch((error) => {
      place.textContent = `This chart could not be drawn (${error.message}); its numbers are in the table below.`;
    });
  };
  document.querySelectorAll("[data-chart]").forEach(draw);
  // Beside the text there is room for the contents, above it there is not.
  const contents = document.querySelector(".contents");
  const wide = matchMedia("(min-width: 1180px)");
  const fit = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
})();
