// Draws the charts with the colours of the page. Expressions are interpreted (ast), never compiled, so that the
// page's content security policy can forbid evaluated code; styles stand in the page, so that it can forbid others.
(() => {
  "use strict";
  const specs = JSON.parse(document.getElementById("specs").textContent);
  const config = chartLooks({
    ink: "var(--ink)", soft: "var(--soft)", line: "var(--line)", accent: "var(--accent)",
    categories: ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)", "var(--c7)"],
  });
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
